"""The operations' tool on the stage: each command is run as its user runs it, in the operations role."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from local.stage.stage import Stage
from ops.account import Account
from ops.app import app
from ops.tools import Tools


class StageSession:
    """Stands for the boto3 session of somebody who has assumed the operations role on the embedded cloud."""

    region_name = "eu-west-3"

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def client(self, service: str, **_: object) -> Any:
        return self._stage.operations(service)

    def get_partition_for_region(self, _: str) -> str:
        return "aws"


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


class Operations:
    """Runs commands as operations."""

    def __init__(self, stage: Stage) -> None:
        session: Any = StageSession(stage)
        self.account = Account(session, "restoration")

    def run(self, *arguments: str, typed: Sequence[str] | None = None) -> Ran:
        """Run a command; ``typed`` is what one types when one is asked, None where nobody can be asked."""
        lines = iter(typed or ())
        tools = Tools(self.account, ask=None if typed is None else lambda _: next(lines))
        result = CliRunner().invoke(app, list(arguments), obj=tools)
        return Ran(result.output, result.exit_code, result.exception)
