"""A stack that is deleted, or could not be created: what is left of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from embedded_cloud.errors import TemplateError
from embedded_cloud.stack.creation import Created, CreationContext
from embedded_cloud.stack.stack import Stack
from embedded_cloud.stack.template import Resource, Template


def new_stack(things: dict[str, Any], policy: str, **wanted: dict[str, Any]) -> Stack:
    """A stack of things with a name. One with `Fails` is there before that turns out."""

    def make(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
        name = context.name(resource, properties, "Name")
        things[name] = resource.logical_id
        context.when_deleted(things.pop, name)
        if properties.get("Fails"):
            raise TemplateError("it fails")
        return Created(name)

    context = CreationContext(lambda service: service, "stack", "1", "eu-west-3", "", Path(), None)
    made = {key: Resource(key, "Thing", each, deletion_policy=policy) for key, each in wanted.items()}
    return Stack(context, {"Thing": make}, Template(Path(), made, {}, {}, {}))


@pytest.mark.parametrize(
    ("policy", "left"), [("Delete", {}), ("RetainExceptOnCreate", {"a": "A"}), ("Retain", {"a": "A"})]
)
def test_deleted_stack_leaves_what_it_retains(policy: str, left: dict[str, str]) -> None:
    things: dict[str, Any] = {}
    stack = new_stack(things, policy, A={"Name": "a"})
    stack.create()
    assert things == {"a": "A"}
    stack.delete()
    assert things == left


@pytest.mark.parametrize(("policy", "left"), [("RetainExceptOnCreate", {}), ("Retain", {"a": "A"})])
def test_failed_creation_leaves_what_a_failed_creation_retains(policy: str, left: dict[str, str]) -> None:
    things: dict[str, Any] = {}
    with pytest.raises(TemplateError, match="it fails"):
        new_stack(things, policy, A={"Name": "a"}, B={"Name": "b", "Fails": True}).create()
    assert things == left
