"""The stack that the function itself belongs to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OwnStack:
    """Implements :class:`record.cases.stack.Stack`.

    Parameters
    ----------
    stack
        Its name, with which those of its resources begin.
    machine
        The ARN of the restoration machine.
    clients
        Gives the client of a service, by boto3's name.
    """

    stack: str
    machine: str
    clients: Callable[[str], Any]

    def client(self, service: str) -> Any:
        return self.clients(service)

    def name(self, suffix: str) -> str:
        return f"{self.stack}-{suffix}"

    def execution(self, name: str) -> str:
        return f"{self.machine.replace(':stateMachine:', ':execution:')}:{name}"
