"""All stacks of the account, each of a template of its own."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from embedded_cloud.errors import TemplateError
from embedded_cloud.stack.resources import CREATORS
from embedded_cloud.stack.stack import Stack
from embedded_cloud.stack.template import load_template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embedded_cloud.stack.creation import CreationContext


@dataclass(frozen=True)
class Application:
    """What `sam deploy` is told.

    Attributes
    ----------
    template : Path
        The SAM template; file names in it are relative to its folder.
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
    """Deploys applications and deletes their stacks, one at a time."""

    def __init__(self, context: CreationContext) -> None:
        self._context = context
        self._stacks: dict[str, Stack] = {}
        self._lock = threading.RLock()

    def deploy(self, application: Application) -> Stack:
        """Create a stack, or change the one of that name.

        Raises
        ------
        TemplateError
            When the template is wrong, or a resource cannot be created: the stack has what it had before.
        """
        with self._lock:
            name = application.stack_name
            stack = self._stacks.get(name) or Stack(replace(self._context, stack_name=name), CREATORS)
            previous = stack.template.parameters if stack.template else {}
            stack.deploy(load_template(application.template, application.parameters, self._context.region, previous))
            self._stacks = {**self._stacks, name: stack}
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

    def having(self, logical_id: str) -> Stack:
        """Give the stack with a resource; of several, the one that was deployed first.

        Raises
        ------
        TemplateError
            When none has it.
        """
        for stack in self.all():
            if logical_id in stack.held:
                return stack
        raise TemplateError(f"there is no resource {logical_id} in {', '.join(self._stacks) or 'any stack'}")
