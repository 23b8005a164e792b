"""A stack that is changed: what is made, and what is deleted, with resources that only say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from embedded_cloud.errors import TemplateError
from embedded_cloud.stack.creation import Created, CreationContext
from embedded_cloud.stack.stack import Stack
from embedded_cloud.stack.template import Resource, Template


class Account:
    """Has things with a name. One with `Fails` is there, or changed, before that turns out."""

    def __init__(self) -> None:
        self.things: dict[str, Any] = {}
        context = CreationContext(lambda service: service, "stack", "1", "eu-west-3", "", Path(), None)
        self.stack = Stack(context, {"Thing": self.make})

    def make(self, context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
        name = context.name(resource, properties, "Name")
        self.things[name] = properties.get("Size")
        context.when_deleted(self.things.pop, name)
        if properties.get("Fails"):
            raise TemplateError("it fails")
        return Created(name)

    def deploy(self, policy: str = "Delete", **things: dict[str, Any]) -> dict[str, Any]:
        made = {key: Resource(key, "Thing", each, deletion_policy=policy) for key, each in things.items()}
        self.stack.deploy(Template(Path(), made, {}, {}, {}))
        return self.things


def test_what_an_update_renames_or_leaves_out_is_deleted_and_what_it_retains_is_left() -> None:
    account = Account()
    assert account.deploy(A={"Name": "a", "Size": 1}, B={"Name": "b"}) == {"a": 1, "b": None}
    assert account.deploy(A={"Name": "other", "Size": 1}) == {"other": 1}
    # The policy counts as the newest template has it.
    assert account.deploy("RetainExceptOnCreate", A={"Name": "other", "Size": 1}) == {"other": 1}
    account.stack.delete()
    assert account.things == {"other": 1}


@pytest.mark.parametrize(
    "newer",
    [
        {"A": {"Name": "a", "Size": 2, "Fails": True}},
        {"A": {"Name": "a", "Size": 2}, "B": {"Name": "b", "Fails": True}},
        {"A": {"Name": "other", "Size": 2}, "B": {"Name": "b", "Fails": True}},
        {"A": {"Name": "other", "Size": 2}, "C": {"Name": "c"}, "B": {"Name": "b", "Fails": True}},
    ],
    ids=["change", "other resource", "after a renaming", "after a creation"],
)
def test_failed_update_leaves_what_there_was(newer: dict[str, Any]) -> None:
    account = Account()
    account.deploy("RetainExceptOnCreate", A={"Name": "a", "Size": 1})
    with pytest.raises(TemplateError, match="it fails"):
        account.deploy("RetainExceptOnCreate", **newer)
    assert account.things == {"a": 1}
    assert account.deploy(A={"Name": "a", "Size": 3}) == {"a": 3}
