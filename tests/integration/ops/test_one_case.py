"""ops redrive case, ops stop CASE: which execution of a customer they act on, and what the journal has of it."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.account import Account
from ops.app import app
from ops.failures import OpsError, WrongRequest
from ops.tools import Tools
from record.domain.journal import Operation, Stage
from restoration.adapters.dynamodb.register import LimitationRegister
from tests.integration.ops.accounts import (
    HASH,
    START,
    STARTED,
    FakeStates,
    entered,
    failed,
    limitation,
    set_in_register,
)

type Holds = Callable[[int, str, Any], str]
FAILED = [STARTED, entered("CheckPayment"), failed("UnknownContract", "billing does not know it")]
RUNS = [STARTED, entered("WaitForBank")]


@pytest.fixture
def tools(with_bucket: Account) -> Tools:
    return Tools(with_bucket, clock=lambda: START, ask=None)


@pytest.fixture
def holds(register: LimitationRegister, states: FakeStates) -> Holds:
    """Puts a limitation of one customer, held by an execution of a status; gives the execution's ARN."""

    def put(number: int, status: str, events: Any) -> str:
        register.save(limitation(number, customer_id="CUS-1"), known=None)
        arn = states.put(f"LIM-{number:06}-{HASH}", status, events)
        set_in_register(number, "holder", arn)
        return arn

    return put


def run(tools: Tools, *arguments: str) -> Any:
    return CliRunner().invoke(app, [*arguments, "--reason", "billing mended it", "--yes"], obj=tools)


def entries(tools: Tools) -> list[Operation]:
    today = tools.clock().date()
    return list(tools.journal.between(today, today))


def test_failed_execution_of_a_case_is_redriven_once_for_its_entry(
    tools: Tools, holds: Holds, states: FakeStates
) -> None:
    holds(1, "RUNNING", RUNS)
    arn = holds(2, "FAILED", FAILED)
    ran = run(tools, "redrive", "case", "CUS-1")
    assert ran.exception is None, ran
    assert "goes on in CheckPayment" in " ".join(ran.output.split())
    assert "UnknownContract" in ran.output
    begun, ended = entries(tools)
    assert states.redriven == [(arn, begun.id)], "a repeated call of one entry is one redrive"
    assert (begun.command, begun.parameters["limitation"]) == ("redrive case", "LIM-000002")
    assert (ended.stage, ended.outcome) == (Stage.ENDED, f"execution LIM-000002-{HASH} is redriven")


def test_what_aws_does_not_redrive_is_said_with_the_way_out(tools: Tools, holds: Holds, states: FakeStates) -> None:
    holds(1, "FAILED", FAILED)
    states.refuses = True
    ran = run(tools, "redrive", "case", "LIM-000001")
    assert isinstance(ran.exception, OpsError)
    assert "it is older than 14 days" in str(ran.exception)
    assert "ops check LIM-000001" in str(ran.exception)
    assert entries(tools)[1].outcome.startswith("failed: OpsError")


@pytest.mark.parametrize(
    ("command", "status", "events"), [(("redrive", "case"), "FAILED", FAILED), (("stop",), "RUNNING", RUNS)]
)
def test_of_several_cases_one_has_to_be_named(
    tools: Tools, holds: Holds, states: FakeStates, command: tuple[str, ...], status: str, events: Any
) -> None:
    for number in (1, 2):
        holds(number, status, events)
    ran = run(tools, *command, "CUS-1")
    assert isinstance(ran.exception, WrongRequest)
    assert "LIM-000001, LIM-000002. Name one of them." in str(ran.exception)
    assert (states.redriven, states.stopped, entries(tools)) == ([], [], [])


def test_stop_takes_the_one_that_runs(tools: Tools, holds: Holds, states: FakeStates) -> None:
    arn = holds(1, "RUNNING", RUNS)
    holds(2, "FAILED", FAILED)
    set_in_register(1, "openOrder", {"reference": "LIM-000001/R/1"})
    ran = run(tools, "stop", "CUS-1")
    assert "Its order LIM-000001/R/1 is open." in ran.output
    assert states.stopped == [arn]
    assert "ops redrive case LIM-000001" in ran.output
