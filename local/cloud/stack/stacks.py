"""All stacks of the account, each from a template of its own, with one view on what they have."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from local.cloud.errors import TemplateError
from local.cloud.stack.resources import CREATORS
from local.cloud.stack.resources.without_effect import notes_on
from local.cloud.stack.stack import Stack
from local.cloud.stack.template import load_template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from local.cloud.stack.creation import Created, CreationContext


@dataclass(frozen=True)
class Application:
    """What `sam deploy` is told: a template, the stack's name, and values of parameters.

    Attributes
    ----------
    template : Path
        File names in it are relative to its folder.
    stack_name : str
        `AWS::StackName`; resources without a name of their own are called after it.
    parameters : Mapping[str, object]
        Values in place of the defaults; of a stack that is there, in place of those that it has.
    """

    template: Path
    stack_name: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def beside(self, stack_name: str, parameters: Mapping[str, object] | None = None) -> Application:
        """Give the same application as another stack, with some parameters changed."""
        return replace(self, stack_name=stack_name, parameters={**self.parameters, **(parameters or {})})


class Stacks:
    """Deploys applications, and deletes their stacks.

    What is looked for by a logical id is that of the stack that was deployed first, of those that have one.
    """

    def __init__(self, context_of: Callable[[str, Path], CreationContext]) -> None:
        self._context_of = context_of
        self._stacks: dict[str, Stack] = {}
        self._lock = threading.RLock()
        """One deployment or deletion at a time."""

    def deploy(self, application: Application) -> Stack:
        """Create a stack, or change the one of that name.

        Raises
        ------
        TemplateError
            When the template is wrong, or a resource cannot be created: the stack has what it had before.
        """
        with self._lock:
            stack = self._stacks.get(application.stack_name)
            context = self._context_of(application.stack_name, application.template.parent.resolve())
            previous = stack.template.parameters if stack and stack.template else None
            template = load_template(application.template, application.parameters, context.region, previous)
            if stack is None:
                stack = Stack(context, CREATORS)
                stack.deploy(template)
                self._stacks = {**self._stacks, stack.name: stack}
            else:
                stack.deploy(template)
            return stack

    def delete(self, name: str) -> None:
        """Delete a stack; the errors are those of `named` and of `Stack.delete`."""
        with self._lock:
            self.named(name).delete()
            self._stacks = {key: stack for key, stack in self._stacks.items() if key != name}

    def all(self) -> list[Stack]:
        """Give all stacks, in the order in which they were deployed first."""
        return list(self._stacks.values())

    def named(self, name: str) -> Stack:
        """Give a stack.

        Raises
        ------
        TemplateError
            When there is none of this name.
        """
        if name not in self._stacks:
            raise TemplateError(f"there is no stack {name}; there are {', '.join(self._stacks) or 'none'}")
        return self._stacks[name]

    def created(self, logical_id: str) -> Created:
        """Give what a resource is known by.

        Raises
        ------
        TemplateError
            When no stack has it.
        """
        return self._holding(logical_id).created(logical_id)

    def attribute(self, logical_id: str, name: str) -> Any:
        """Give an attribute of a resource, as `Fn::GetAtt` does; the errors are `created`'s, and for an attribute."""
        return self._holding(logical_id).attribute(logical_id, name)

    def outputs(self) -> dict[str, str]:
        """Give the outputs of all stacks; one of several with a name is that of the stack that was deployed first."""
        return {name: value for stack in reversed(self.all()) for name, value in stack.outputs().items()}

    def without_effect(self) -> dict[str, str]:
        """Say which resources of the templates, or properties of theirs, have no effect here, and why."""
        templates = [stack.template for stack in reversed(self.all()) if stack.template]
        return {name: reason for each in templates for name, reason in notes_on(each.resources.values()).items()}

    def _holding(self, logical_id: str) -> Stack:
        for stack in self.all():
            if stack.holds(logical_id):
                return stack
        raise TemplateError(f"there is no resource {logical_id} in {', '.join(self._stacks) or 'any stack'}")
