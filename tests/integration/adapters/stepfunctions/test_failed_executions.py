"""The failed executions of a machine: listed, described, read from their end, redriven; AWS's responses by a stub."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from record.adapters.stepfunctions.failed_executions import FailedExecutions
from record.domain.course_event import Kind
from record.domain.redrive_choice import Described
from tests.cases import cases

MACHINE = "arn:aws:states:eu-west-3:123456789012:stateMachine:restoration-restoration"
ONE = "arn:aws:states:eu-west-3:123456789012:execution:restoration-restoration:LIM-1-0f"
AT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


@pytest.fixture
def aws_returns(sfn: Any) -> Any:
    with Stubber(sfn) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def executions(sfn: Any) -> FailedExecutions:
    return FailedExecutions(sfn, MACHINE)


def listed(**changes: Any) -> dict[str, Any]:
    known = {"executionArn": ONE, "stateMachineArn": MACHINE, "name": "LIM-1-0f", "status": "FAILED", "startDate": AT}
    return known | changes


def test_page_says_where_the_next_begins_and_leaves_out_what_has_no_end(
    executions: FailedExecutions, aws_returns: Any
) -> None:
    asked = {"stateMachineArn": MACHINE, "statusFilter": "FAILED", "maxResults": 100}
    found = [listed(stopDate=AT), listed()]
    aws_returns.add_response("list_executions", {"executions": found, "nextToken": "t"}, asked)
    aws_returns.add_response("list_executions", {"executions": []}, asked | {"nextToken": "t"})
    assert executions.page("FAILED", None) == ([(ONE, AT)], "t")
    assert executions.page("FAILED", "t") == ([], None)


def described(**changes: Any) -> dict[str, Any]:
    known = {
        "executionArn": ONE,
        "stateMachineArn": MACHINE,
        "status": "FAILED",
        "startDate": AT,
        "stopDate": AT,
        "input": '{"limitationId": "LIM-1"}',
        "error": "InvalidResponse",
        "cause": "no debt",
        "redriveCount": 2,
        "redriveDate": AT,
        "redriveStatus": "REDRIVABLE",
    }
    return known | changes


TIMED_OUT = {
    "status": "TIMED_OUT",
    **dict.fromkeys(("error", "cause", "input", "redriveCount", "redriveDate"), ...),
}
SAID = Described(ONE, "LIM-1", "FAILED", AT, 2, error="InvalidResponse", cause="no debt", redriven_at=AT)
EXCEEDED, RUNS = "Execution redrivable period exceeded", "Execution is RUNNING and cannot be redriven"


@cases(
    "changes, said",
    {
        "what a redrive needs": ({}, SAID),
        "why AWS would refuse": (
            {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": EXCEEDED},
            replace(SAID, not_redrivable=EXCEEDED),
        ),
        "it runs, which is no reason": (
            {"status": "RUNNING", "redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": RUNS},
            replace(SAID, status="RUNNING"),
        ),
        "its time was up, which is an error to choose it by": (
            TIMED_OUT,
            Described(ONE, "", "TIMED_OUT", AT, error="States.Timeout"),
        ),
    },
)
def test_execution_is_described(
    executions: FailedExecutions, aws_returns: Any, changes: dict[str, Any], said: Described
) -> None:
    known = {name: value for name, value in described(**changes).items() if value is not ...}
    aws_returns.add_response("describe_execution", known, {"executionArn": ONE})
    assert executions.describe(ONE) == said


def test_execution_that_is_forgotten_has_not_stopped(executions: FailedExecutions, aws_returns: Any) -> None:
    aws_returns.add_client_error("describe_execution", "ExecutionDoesNotExist")
    found = executions.describe(ONE)
    assert (found.status, found.has_stopped) == ("FORGOTTEN", False)


def event(number: int, kind: str, **details: Any) -> dict[str, Any]:
    return {"id": number, "timestamp": AT, "type": kind, **details}


def entered(number: int, state: str) -> dict[str, Any]:
    return event(number, "TaskStateEntered", stateEnteredEventDetails={"name": state})


FAILED = event(9, "ExecutionFailed", executionFailedEventDetails={"error": "X", "cause": "x"})
ASKED = {"executionArn": ONE, "reverseOrder": True, "maxResults": 1000, "includeExecutionData": True}


def test_state_is_the_last_that_was_entered_however_many_attempts_followed(
    executions: FailedExecutions, aws_returns: Any
) -> None:
    attempts = [FAILED, *(event(8, "LambdaFunctionFailed") for _ in range(3))]
    aws_returns.add_response("get_execution_history", {"events": attempts, "nextToken": "t"}, ASKED)
    earlier = [event(4, "LambdaFunctionScheduled"), entered(3, "CheckPayment"), entered(2, "TakeCharge")]
    aws_returns.add_response("get_execution_history", {"events": earlier}, ASKED | {"nextToken": "t"})
    assert executions.state_of(ONE) == "CheckPayment"


def test_course_begins_after_the_last_redrive(executions: FailedExecutions, aws_returns: Any) -> None:
    succeeded = event(9, "ExecutionSucceeded", executionSucceededEventDetails={"output": '{"outcome": "RESTORED"}'})
    newest_first = [
        succeeded,
        entered(8, "DecidePayment"),
        event(7, "TaskStateExited", stateExitedEventDetails={"name": "CheckPayment"}),
        event(6, "LambdaFunctionSucceeded"),
        event(5, "ExecutionRedriven"),
        FAILED,
        entered(3, "CheckPayment"),
    ]
    aws_returns.add_response("get_execution_history", {"events": newest_first}, ASKED)
    course = executions.course(ONE)
    assert [(event.kind, event.name) for event in course.in_order] == [
        (Kind.EXITED, "CheckPayment"),
        (Kind.ENTERED, "DecidePayment"),
        (Kind.ENDED, "SUCCEEDED"),
    ]
    assert course.ends[0].outcome == "RESTORED"


@pytest.mark.parametrize(
    ("end", "status", "error"),
    [
        (FAILED, "FAILED", "X"),
        (event(9, "ExecutionAborted", executionAbortedEventDetails={"error": "Stopped"}), "ABORTED", "Stopped"),
        (event(9, "ExecutionAborted"), "ABORTED", ""),
        (event(9, "ExecutionTimedOut"), "TIMED_OUT", "States.Timeout"),
    ],
)
def test_every_way_to_stop_is_an_end(
    executions: FailedExecutions, aws_returns: Any, end: dict[str, Any], status: str, error: str
) -> None:
    aws_returns.add_response("get_execution_history", {"events": [end, event(5, "ExecutionRedriven")]}, ASKED)
    ended = executions.course(ONE).ends[0]
    assert (ended.status, ended.error) == (status, error)


def test_redrive_bears_its_token(executions: FailedExecutions, aws_returns: Any) -> None:
    aws_returns.add_response("redrive_execution", {"redriveDate": AT}, {"executionArn": ONE, "clientToken": "t" * 64})
    assert executions.redrive(ONE, "t" * 64) == ""


@pytest.mark.parametrize("code", ["ExecutionNotRedrivable", "ExecutionDoesNotExist"])
def test_refused_redrive_says_why_in_aws_s_words(executions: FailedExecutions, aws_returns: Any, code: str) -> None:
    aws_returns.add_client_error("redrive_execution", code, "it cannot be redriven")
    assert executions.redrive(ONE, "t") == "it cannot be redriven"
