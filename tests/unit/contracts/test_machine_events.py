"""What Step Functions says of an execution: the same course from its log and from its history."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from record.contracts.machine_events import course_of_history, course_of_status, courses_of_log
from record.domain.course_event import End, Event, Kind
from tests.unit.contracts.machine_logs import ARN, SECOND, batch, line


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


INPUT = json.dumps({"limitationId": "LIM-1", "trigger": {"type": "PaymentReceived", "id": "PAY-1:CAPTURED"}})
FAILED = {"error": "EnedisUnavailable", "cause": '{"errorType": "EnedisUnavailable", "errorMessage": "no response"}'}


def event(number: int, kind: str, at: int, **details: Any) -> dict[str, Any]:
    return {"id": number, "type": kind, "timestamp": moment(SECOND + at), **details}


HISTORY = [
    event(1, "ExecutionStarted", 0, executionStartedEventDetails={"input": INPUT}),
    event(2, "TaskStateEntered", 1, stateEnteredEventDetails={"name": "ReadPoint", "input": "{}"}),
    event(3, "TaskFailed", 7, taskFailedEventDetails={"error": "EnedisUnavailable", "cause": "no response"}),
    event(4, "ExecutionFailed", 9, executionFailedEventDetails=FAILED),
]


def test_log_and_status_event_make_the_course_that_the_history_makes() -> None:
    [logged] = courses_of_log(
        batch(
            line(1, "ExecutionStarted", SECOND),
            line(2, "TaskStateEntered", SECOND + 1, name="ReadPoint"),
            line(3, "TaskFailed", SECOND + 7, error="EnedisUnavailable"),
            line(4, "ExecutionFailed", SECOND + 9, error="EnedisUnavailable"),
        )
    )
    status = course_of_status(
        {
            "executionArn": ARN,
            "status": "FAILED",
            "startDate": SECOND,
            "stopDate": SECOND + 9,
            "redriveCount": 0,
            "input": INPUT,
            **FAILED,
        }
    )
    assert status is not None
    assert replace(logged, ends=status.ends) == course_of_history(ARN, HISTORY)
    assert status.ends[0].trigger == "PaymentReceived|PAY-1:CAPTURED"


@pytest.mark.parametrize("kind", ["TaskStartFailed", "TaskTimedOut", "LambdaFunctionFailed"])
def test_attempt_fails_however_it_ends_and_one_that_timed_out_has_the_error_that_states_catch(kind: str) -> None:
    assert Event.of(1, kind, 0) == Event(1, Kind.FAILED, 0, "States.Timeout" if kind == "TaskTimedOut" else "")


def test_batch_has_a_course_for_each_execution() -> None:
    courses = courses_of_log(batch(line(1, "ExecutionStarted", SECOND), line(5, "TaskStarted", SECOND, f"{ARN}d")))
    assert [(each.execution, each.last_id) for each in courses] == [(ARN, 1), (f"{ARN}d", 5)]


def test_message_by_which_cloudwatch_tries_the_function_has_no_course() -> None:
    assert courses_of_log(batch(kind="CONTROL_MESSAGE")) == []


def test_status_event_of_an_execution_that_runs_says_nothing() -> None:
    assert course_of_status({"executionArn": ARN, "status": "RUNNING", "startDate": SECOND, "stopDate": None}) is None


def test_outcome_is_that_of_the_output_and_an_output_that_was_left_out_has_none() -> None:
    detail = {"executionArn": ARN, "status": "SUCCEEDED", "startDate": SECOND, "stopDate": SECOND + 781}
    told = course_of_status({**detail, "output": '{"outcome": "JOINED", "reason": "OTHER"}'})
    assert told is not None
    assert told.ends == {0: End(0, "SUCCEEDED", SECOND, SECOND + 781, "JOINED", "OTHER")}
    too_long = course_of_status({**detail, "output": None, "input": None})
    assert too_long is not None
    assert (too_long.ends[0].outcome, too_long.ends[0].trigger) == ("", "")


@pytest.mark.parametrize(("details", "count"), [({"executionRedrivenEventDetails": {"redriveCount": 3}}, 3), ({}, 1)])
def test_end_after_a_redrive_has_its_number_and_the_next_one_where_that_is_left_out(details: Any, count: int) -> None:
    redriven = event(5, "ExecutionRedriven", 10, **details)
    assert [*course_of_history(ARN, [*HISTORY, redriven, {**HISTORY[-1], "id": 6}]).ends] == [0, count]
