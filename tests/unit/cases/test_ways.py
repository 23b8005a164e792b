"""The way that an execution took, and where it stands, as far as its history was read."""

from datetime import timedelta
from typing import Any

import pytest

from record.cases.ways import way_of
from record.contracts.machine_events import course_of_history
from record.domain.course import Course
from record.domain.course_event import End, Event
from tests.integration.ops.accounts import START, STARTED, entered, failed, history


def course(*events: tuple[str, dict[str, Any]]) -> Course:
    return course_of_history("arn", history(*events))


TRIED = ("TaskFailed", {"taskFailedEventDetails": {"error": "UnknownContract"}})
FAILED = failed("UnknownContract", '{"errorMessage": "no contract\\nCTR-1"}')
REDRIVEN = ("ExecutionRedriven", {"executionRedrivenEventDetails": {"redriveCount": 1}})
SUCCEEDED = (
    "ExecutionSucceeded",
    {"executionSucceededEventDetails": {"output": '{"outcome": "RESTORED", "reason": null}'}},
)


def test_way_leaves_out_choices_and_says_how_it_ended() -> None:
    scheduled: tuple[str, dict[str, Any]] = ("TaskScheduled", {})
    before = (STARTED, entered("TakeCharge"), entered("IsItOurs", "Choice"), entered("AskTheMeter"), scheduled)
    way = way_of(course(*before, entered("CheckPayment"), FAILED, REDRIVEN, SUCCEEDED))
    assert [step.what for step in way] == [
        "TakeCharge",
        "AskTheMeter",
        "CheckPayment",
        "failed UnknownContract: no contract CTR-1",
        "redriven 1",
        "ended RESTORED",
    ]


def test_rounds_of_following_are_one_line() -> None:
    rounds = [entered("WaitForEnedis"), entered("ReadCase"), entered("DecideProgress")] * 9
    steps = way_of(course(STARTED, entered("OrderAtEnedis"), *rounds, *[entered("CloseOrLetGo")] * 2))
    assert [step.what for step in steps] == [
        "OrderAtEnedis",
        "WaitForEnedis → ReadCase → DecideProgress (9 times)",
        "CloseOrLetGo (2 times)",
    ]
    assert steps[1].at == START + timedelta(seconds=2 + 8 * 3), "the moment is that of the last round"


@pytest.mark.parametrize(
    ("kind", "end", "said"),
    [
        ("Succeeded", {"outcome": "BALANCE_DUE", "reason": "NOT_COVERED"}, "ended BALANCE_DUE NOT_COVERED"),
        ("Succeeded", None, "ended"),
        ("TimedOut", {"error": "States.Timeout"}, "timedout States.Timeout"),
        ("Failed", None, "failed"),
    ],
)
def test_end_is_said_with_what_is_known_of_it(kind: str, end: dict[str, str] | None, said: str) -> None:
    events = [Event.of(1, "ExecutionStarted", 0), Event.of(2, f"Execution{kind}", 1)]
    known = [] if end is None else [End(0, events[1].name, 0, 1, **end)]
    assert [step.what for step in way_of(Course.of("arn", events, known))] == [said]
