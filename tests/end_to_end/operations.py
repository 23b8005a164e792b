"""The operations' tool on the stage: each command is run as its user runs it, in the operations role."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from embedded_cloud import EmbeddedCloud
from local.stage.stage import OWN_BILLING_ROLE, Stage, own_sender
from local.stage.tool import StageSession
from ops.account import Account
from ops.app import app
from ops.tools import Tools
from tests.integration.ops.accounts import OpsAccount


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


class AdministratorSession:
    """Stands for the boto3 session of somebody who may do everything, and puts events in billing's role."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self._cloud = cloud
        self.region_name = cloud.region

    def client(self, service: str, **_: object) -> Any:
        if service == "events":
            return self._cloud.client_as(own_sender(self._cloud, OWN_BILLING_ROLE), service)
        return self._cloud.client(service)

    def get_partition_for_region(self, _: str) -> str:
        return "aws"


def administrators(cloud: EmbeddedCloud) -> Account:
    """The account as an administrator acts on it."""
    session: Any = AdministratorSession(cloud)
    return OpsAccount(session, "restoration")


class Operations:
    """Runs commands as operations, or on another's account."""

    def __init__(self, stage: Stage, account: Account | None = None) -> None:
        session: Any = StageSession(stage)
        self._calls: list[str] = []
        self.account = account or Account(session, "restoration", self._calls.append)

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
