"""An account whose clients are the account itself: the methods of a test's own class are all that AWS says."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from typer.testing import CliRunner, Result

from ops.app import app
from ops.tools import Tools

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class OwnAccount:
    """Base of such an account, which has the journal's entries."""

    services: ClassVar[frozenset[str]]
    who, operations_bucket = "arn:somebody", "operations"

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def name(self, suffix: str) -> str:
        return f"restoration-{suffix}"

    def queue_url(self, suffix: str) -> str:
        return suffix

    def client(self, service: str) -> Self:
        assert service in self.services | {"s3"}
        return self

    def put_object(self, **entry: Any) -> None:
        self.entries.append(json.loads(entry["Body"]))


def run(account: Any, *arguments: str, typed: Sequence[str] | None = None) -> Result:
    """Run a command; ``typed`` is what one types, None where nobody can be asked."""
    lines = iter(typed or ())
    tools = Tools(account, clock=lambda: NOW, ask=None if typed is None else lambda _: next(lines))
    return CliRunner().invoke(app, list(arguments), obj=tools)


def words(ran: Result) -> str:
    """What was printed, with one space between two words."""
    return " ".join(ran.output.split())
