"""What is read from an execution's history."""

from datetime import UTC, datetime, timedelta
from typing import Any

from supervision.cases.histories import End, end_of, way_of

START = datetime(2026, 11, 26, 8, tzinfo=UTC)


def history(*events: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Events a second apart, oldest first."""
    return [
        {"type": kind, "timestamp": START + timedelta(seconds=number), **details}
        for number, (kind, details) in enumerate(events)
    ]


def entered(name: str, kind: str = "Task") -> tuple[str, dict[str, Any]]:
    return f"{kind}StateEntered", {"stateEnteredEventDetails": {"name": name}}


STARTED = ("ExecutionStarted", {"executionStartedEventDetails": {"input": "{}"}})
TRIED = ("TaskFailed", {"taskFailedEventDetails": {"error": "UnknownContract"}})
FAILED = (
    "ExecutionFailed",
    {"executionFailedEventDetails": {"error": "UnknownContract", "cause": '{"errorMessage": "no contract\\nCTR-1"}'}},
)
REDRIVEN = ("ExecutionRedriven", {"executionRedrivenEventDetails": {"redriveCount": 1}})
SUCCEEDED = (
    "ExecutionSucceeded",
    {"executionSucceededEventDetails": {"output": '{"outcome": "RESTORED", "reason": null}'}},
)


def test_failed_execution_failed_in_the_state_that_it_entered_last() -> None:
    events = history(STARTED, entered("TakeCharge"), entered("CheckPayment"), TRIED, TRIED, FAILED)
    assert end_of(reversed(events)) == End(
        "CheckPayment", START + timedelta(seconds=2), "UnknownContract", "no contract CTR-1"
    )


def test_redriven_execution_is_in_the_state_that_it_entered_before() -> None:
    events = history(STARTED, entered("CheckPayment"), FAILED, REDRIVEN, TRIED)
    assert end_of(reversed(events)).state == "CheckPayment"


def test_outcome_of_an_execution_that_succeeded() -> None:
    end = end_of(reversed(history(STARTED, entered("CloseOrLetGo"), entered("Restored", "Succeed"), SUCCEEDED)))
    assert (end.state, end.output) == ("Restored", {"outcome": "RESTORED", "reason": None})


def test_history_that_ends_before_any_state() -> None:
    assert end_of(reversed(history(STARTED))) == End()


def test_way_leaves_out_choices_and_says_how_it_ended() -> None:
    events = history(STARTED, entered("TakeCharge"), entered("IsItOurs", "Choice"), entered("CheckPayment"), FAILED)
    events += history(REDRIVEN, SUCCEEDED)
    assert [step.what for step in way_of(events)] == [
        "TakeCharge",
        "CheckPayment",
        "failed UnknownContract: no contract CTR-1",
        "redriven 1",
        "ended RESTORED",
    ]


def test_rounds_of_following_are_one_line() -> None:
    rounds = [entered("WaitForEnedis"), entered("ReadCase"), entered("DecideProgress")] * 9
    steps = way_of(history(STARTED, entered("OrderAtEnedis"), *rounds, entered("CloseOrLetGo")))
    assert [step.what for step in steps] == [
        "OrderAtEnedis",
        "WaitForEnedis → ReadCase → DecideProgress (9 times)",
        "CloseOrLetGo",
    ]
    assert steps[1].at == START + timedelta(seconds=2 + 8 * 3), "the moment is that of the last round"
