"""The stack that is read: its clients and names. The operations' tool and the function ``supervise`` each have one."""

from typing import Any, Protocol


class Stack(Protocol):
    """A deployed stack. All its resources have names that begin with its own."""

    def client(self, service: str) -> Any:
        """The client of a service, by boto3's name."""

    def name(self, suffix: str) -> str:
        """The name of a table, such as ``limitations``."""

    def execution(self, name: str) -> str:
        """The ARN of an execution of the restoration machine."""
