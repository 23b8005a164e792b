"""The operations' tool on the stage: each command is run as its user runs it, in the operations role."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from embedded_cloud import EmbeddedCloud
from local.stage.stage import OWN_BILLING_ROLE, Stage, own_sender
from ops.account import Account
from ops.app import app
from ops.tools import Tools
from record.pacing import paced


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


def administrators(cloud: EmbeddedCloud) -> Account:
    """The account as somebody acts on it who may do everything, and puts events in billing's role."""

    def made(service: str, _: str) -> Any:
        if service == "events":
            return cloud.client(service, cloud.rights.key_of(own_sender(cloud, OWN_BILLING_ROLE)))
        return cloud.client(service)

    return Account(made, cloud.region)


class Operations:
    """Runs commands as operations, or on another's account."""

    def __init__(self, stage: Stage, account: Account | None = None) -> None:
        self._calls: list[str] = []

        def made(service: str, _: str) -> Any:
            return paced(stage.operations(service), self._calls.append)

        self.account = account or Account(made, stage.cloud.region)

    def take_calls(self) -> list[str]:
        """What was called since this was asked last."""
        calls = list(self._calls)
        self._calls.clear()
        return calls

    def run(self, *arguments: str, typed: Sequence[str] | None = None, ask: Callable[[str], str] | None = None) -> Ran:
        """Run a command; ``typed`` is what one types when one is asked. Without it ``ask`` is, if anybody can be."""
        lines = iter(typed or ())
        tools = Tools(self.account, ask=ask if typed is None else lambda _: next(lines))
        result = CliRunner().invoke(app, list(arguments), obj=tools)
        return Ran(result.output, result.exit_code, result.exception)


def freeze(operations: Operations, *arguments: str) -> str:
    """Freeze the failed executions that are meant, and return the id of their redrive."""
    redrive_id: str = operations.run("redrive", *arguments, "--dry-run", "--json").content["redriveId"]
    return redrive_id
