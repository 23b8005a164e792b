"""The operations' tool on the stage: each command is run as its user runs it, in the operations role."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from local.stage.stage import Stage
from local.stage.tool import StageSession
from ops.account import Account
from ops.app import app
from ops.pacing import Pacer
from ops.tools import Tools


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    text: str
    exit_code: int
    error: BaseException | None

    @property
    def content(self) -> Any:
        """What it printed, as JSON."""
        if self.error is not None:
            raise self.error
        return json.loads(self.text)


class Counting(Pacer):
    """Counts what is called, and holds nothing up."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def before(self, operation: str) -> None:
        self.calls.append(operation)


class Operations:
    """Runs commands as operations."""

    def __init__(self, stage: Stage) -> None:
        session: Any = StageSession(stage)
        self._counting = Counting()
        self.account = Account(session, "restoration", self._counting)

    def take_calls(self) -> list[str]:
        """What was called since this was asked last."""
        calls, self._counting.calls = self._counting.calls, []
        return calls

    def run(self, *arguments: str, typed: Sequence[str] | None = None) -> Ran:
        """Run a command; ``typed`` is what one types when one is asked, None where nobody can be asked."""
        lines = iter(typed or ())
        tools = Tools(self.account, ask=None if typed is None else lambda _: next(lines))
        result = CliRunner().invoke(app, list(arguments), obj=tools)
        return Ran(result.output, result.exit_code, result.exception)


def freeze(operations: Operations, *arguments: str) -> str:
    """Freeze the failed executions that are meant, and return the id of their redrive."""
    redrive_id: str = operations.run("redrive", *arguments, "--dry-run", "--json").content["redriveId"]
    return redrive_id
