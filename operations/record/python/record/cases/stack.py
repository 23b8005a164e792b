"""The stack that is read: its clients and names. The operations' tool and the function ``supervise`` each have one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


class Stack(Protocol):
    """A deployed stack. All its resources have names that begin with its own."""

    def client(self, service: str, /) -> Any:
        """The client of a service, by boto3's name."""

    def name(self, suffix: str) -> str:
        """The name of a table, such as ``limitations``."""

    def execution(self, name: str) -> str:
        """The ARN of an execution of the restoration machine."""


@dataclass(frozen=True, slots=True)
class OwnStack:
    """The stack that a function itself belongs to.

    Parameters
    ----------
    stack
        Its name, with which those of its resources begin.
    machine
        The ARN of the restoration machine.
    client
        Gives the client of a service, by boto3's name.
    """

    stack: str
    machine: str
    client: Callable[[str], Any]

    def name(self, suffix: str) -> str:
        return f"{self.stack}-{suffix}"

    def execution(self, name: str) -> str:
        return f"{self.machine.replace(':stateMachine:', ':execution:')}:{name}"
