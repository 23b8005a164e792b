"""Starting ``restoration``, looking into duplicates, completing the states that wait."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from restoration.adapters.stepfunctions.executions import Executions
from restoration.domain.claim import HolderStatus
from restoration.domain.limitation import LimitedPoint, Started, Trigger, execution_name
from restoration.errors import InvalidEvent
from restoration.tracing import start_in_given_trace
from tests.integration.adapters.recording import Front

TRIGGER = Trigger("PaymentReceived", "PAY-1", datetime(2026, 5, 4, 12, 0, tzinfo=UTC), "EVENT-1")
WAITING = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}}


@pytest.fixture
def machine(sfn: Any) -> str:
    created = sfn.create_state_machine(
        name="restoration", definition=json.dumps(WAITING), roleArn="arn:aws:iam::123456789012:role/states"
    )
    return str(created["stateMachineArn"])


def start(executions: Executions, trigger: Trigger = TRIGGER, trace: str | None = None) -> Started:
    return executions.start(LimitedPoint("LIM-1", "01234567890123", "CON-1"), replace(trigger, trace=trace))


def test_a_trigger_starts_an_execution_with_the_agreed_name_and_input(sfn: Any, machine: str) -> None:
    assert start(Executions(sfn, machine)) is Started.STARTED
    (listed,) = sfn.list_executions(stateMachineArn=machine)["executions"]
    assert listed["name"] == execution_name("LIM-1", TRIGGER.fact)
    given = json.loads(sfn.describe_execution(executionArn=listed["executionArn"])["input"])
    assert (given["limitationId"], given["trigger"]["id"]) == ("LIM-1", "PAY-1")


def test_the_trace_goes_on_in_the_execution(sfn: Any, machine: str) -> None:
    front: Any = Front(sfn)
    start(Executions(front, machine), trace="Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0")
    start(Executions(front, machine), Trigger("PaymentReceived", "PAY-2", TRIGGER.at, "EVENT-2"))
    given, made = (arguments["traceHeader"] for name, arguments in front.calls if name == "start_execution")
    assert given == "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
    assert made.startswith("Root=1-")
    assert not made.startswith("Root=1-5759e988")


def test_the_trace_in_the_body_wins_over_the_tracer_s_header(sfn: Any, machine: str) -> None:
    """Step Functions prefers the header, which the tracer sets to the trace of the batch."""
    sent: list[Any] = []

    def as_the_tracer_does(request: Any, **_: object) -> None:
        request.headers["X-Amzn-Trace-Id"] = "Root=1-00000000-000000000000000000000000"

    def see(request: Any, **_: object) -> None:
        sent.append(request.headers["X-Amzn-Trace-Id"])

    sfn.meta.events.register("request-created.sfn.StartExecution", as_the_tracer_does)
    start_in_given_trace(sfn)
    sfn.meta.events.register_last("before-send.sfn.StartExecution", see)
    start(Executions(sfn, machine), trace="Root=1-5759e988-bd862e3fe1be46a994272793")
    assert sent == ["Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"]


@pytest.mark.parametrize(
    ("status", "started"),
    [
        ("RUNNING", Started.ABSORBED),
        ("SUCCEEDED", Started.ABSORBED),
        ("PENDING_REDRIVE", Started.ABSORBED),
        ("FAILED", Started.INCIDENT),
        ("ABORTED", Started.INCIDENT),
    ],
)
def test_a_duplicate_is_looked_into_rather_than_assumed_done(
    sfn: Any, machine: str, status: str, started: Started
) -> None:
    def exists(**_: Any) -> None:
        raise sfn.exceptions.ExecutionAlreadyExists({"Error": {"Code": "ExecutionAlreadyExists"}}, "StartExecution")

    front: Any = Front(sfn, start_execution=exists, describe_execution=lambda **_: {"status": status})
    assert start(Executions(front, machine)) is started
    looked_at = [arguments["executionArn"] for name, arguments in front.calls if name == "describe_execution"]
    assert looked_at == [f"{machine.replace(':stateMachine:', ':execution:')}:{execution_name('LIM-1', TRIGGER.fact)}"]


@pytest.mark.parametrize(
    ("status", "holder"),
    [
        ("RUNNING", HolderStatus.ALIVE),
        ("PENDING_REDRIVE", HolderStatus.ALIVE),
        ("SUCCEEDED", HolderStatus.ENDED),
        ("ABORTED", HolderStatus.ENDED),
    ],
)
def test_holder_is_alive_while_it_runs_or_is_about_to_be_redriven(
    sfn: Any, machine: str, status: str, holder: HolderStatus
) -> None:
    front: Any = Front(sfn, describe_execution=lambda **_: {"status": status})
    assert Executions(front, machine).status_of("arn:holder") is holder
    assert front.calls == [("describe_execution", {"executionArn": "arn:holder"})]


def test_holder_that_step_functions_does_not_know_is_unknown_and_not_dead(sfn: Any, machine: str) -> None:
    unknown = f"{machine.replace(':stateMachine:', ':execution:')}:LIM-1-abc"
    assert Executions(sfn, machine).status_of(unknown) is HolderStatus.UNKNOWN


def test_execution_is_woken_with_the_trigger_s_id_and_not_its_content(sfn: Any, machine: str) -> None:
    front: Any = Front(sfn, send_task_success=lambda **_: {})
    assert Executions(front, machine).wake("token-1", "AdvisorDecided", "LIM-1:1") is True
    ((_, arguments),) = front.calls
    assert arguments["taskToken"] == "token-1"
    assert json.loads(arguments["output"]) == {"type": "AdvisorDecided", "id": "LIM-1:1"}


def test_a_failure_has_the_error_s_class_and_a_bounded_text(sfn: Any, machine: str) -> None:
    front: Any = Front(sfn, send_task_failure=lambda **_: {})
    assert Executions(front, machine).fail("token-1", InvalidEvent("x" * 40_000)) is True
    ((_, arguments),) = front.calls
    assert (arguments["taskToken"], arguments["error"]) == ("token-1", "InvalidEvent")
    assert arguments["cause"] == f"{'x' * 1_000}; mend what it names, then redrive the execution"


@pytest.mark.parametrize("error", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_token_that_is_gone_returns_false_and_is_no_error(sfn: Any, machine: str, error: str) -> None:
    def gone(**_: Any) -> None:
        raise getattr(sfn.exceptions, error)({"Error": {"Code": error}}, "SendTask")

    front: Any = Front(sfn, send_task_success=gone, send_task_failure=gone)
    assert Executions(front, machine).complete("token-1", {"status": "ACCEPTED"}) is False
    assert Executions(front, machine).fail("token-1", InvalidEvent("wrong")) is False


def test_running_executions_are_counted_over_pages_with_the_oldest(sfn: Any, machine: str) -> None:
    class Pages:
        def paginate(self, **asked: Any) -> list[dict[str, Any]]:
            assert (asked["statusFilter"], asked["PaginationConfig"]) == ("RUNNING", {"PageSize": 1000})
            hour = [datetime(2026, 5, 4, hour, tzinfo=UTC) for hour in (9, 8, 7)]
            return [
                {"executions": [{"name": "c", "startDate": hour[0]}, {"name": "b", "startDate": hour[1]}]},
                {"executions": [{"name": "a", "startDate": hour[2]}]},
            ]

    front: Any = Front(sfn)
    front.get_paginator = lambda _name: Pages()
    running = Executions(front, machine).running()
    assert (running.count, running.oldest_name) == (3, "a")
    assert running.oldest_started_at == datetime(2026, 5, 4, 7, tzinfo=UTC)


def test_many_holders_are_looked_up_with_one_list(sfn: Any, machine: str) -> None:
    asked: list[str] = []
    sfn.meta.events.register("before-call.sfn.DescribeExecution", lambda **_: asked.append("one"))
    executions = Executions(sfn, machine)
    for number in range(5):
        start(executions, Trigger("PaymentReceived", f"PAY-{number}", TRIGGER.at, f"EVENT-{number}"))
    running = [each["executionArn"] for each in sfn.list_executions(stateMachineArn=machine)["executions"]]
    holders = executions.as_they_run()
    assert [holders.status_of(each) for each in running] == [HolderStatus.ALIVE] * 5
    assert asked == []
    sfn.stop_execution(executionArn=running[0])
    ended = executions.as_they_run()
    assert ended.status_of(running[0]) is HolderStatus.ENDED
    assert ended.status_of(running[0] + "-unknown") is HolderStatus.UNKNOWN
