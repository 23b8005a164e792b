"""Which ways through the machine a history shows."""

from typing import Any

from local.asl import RESTORATION, Machine
from local.demo.coverage import EXPLAINED, full_name, name_of, uncovered, ways_out, ways_taken

DEFINITION: dict[str, Any] = {
    "States": {
        "Work": {
            "Next": "Choose",
            "Catch": [
                {"Comment": "Refused", "ErrorEquals": ["Refused"], "Next": "Choose"},
                {"Comment": "Anything", "ErrorEquals": ["States.ALL"], "Next": "Report"},
            ],
        },
        "Choose": {
            "Choices": [
                {"Comment": "Shadow", "Next": "End", "Assign": {"outcome": "SHADOW", "reason": "{% $x %}"}},
                {"Comment": "Balance", "Next": "End", "Assign": {"outcome": "BALANCE_DUE"}},
                {"Comment": "Computed", "Next": "End", "Assign": {"outcome": "{% $y %}"}},
            ],
            "Default": "Report",
        },
        "Report": {"Next": "End"},
        "End": {},
    }
}


def entered(name: str) -> dict[str, Any]:
    return {"type": "StateEntered", "stateEnteredEventDetails": {"name": name}}


def left(**assigned: str) -> dict[str, Any]:
    details = {"assignedVariables": {name: f'"{value}"' for name, value in assigned.items()}}
    return {"type": "StateExited", "stateExitedEventDetails": details}


def failed(error: str) -> dict[str, Any]:
    return {"type": "LambdaFunctionFailed", "lambdaFunctionFailedEventDetails": {"error": error}}


SUCCEEDED = {"type": "LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails": {}}


def names(*history: dict[str, Any]) -> set[str]:
    return {f"{way.source}/{name_of(way)}" for way in ways_taken(ways_out(DEFINITION), history)}


def test_a_task_goes_its_way_even_after_a_retry() -> None:
    assert names(entered("Work"), failed("Down"), SUCCEEDED, left(), entered("Choose")) == {"Work/Next"}


def test_a_caught_error_takes_the_catch_that_names_it() -> None:
    assert names(entered("Work"), failed("Refused"), entered("Choose")) == {"Work/Catch: Refused"}
    assert names(entered("Work"), failed("Other"), entered("Report")) == {"Work/Catch: Anything"}


def test_a_timeout_counts_as_one() -> None:
    timed_out = {"type": "TaskTimedOut", "taskTimedOutEventDetails": {}}
    assert names(entered("Work"), timed_out, entered("Report")) == {"Work/Catch: Anything"}


def test_branches_with_one_target_are_told_apart_by_what_they_assign() -> None:
    assert names(entered("Choose"), left(outcome="SHADOW", reason="r"), entered("End")) == {"Choose/Shadow"}
    assert names(entered("Choose"), left(outcome="BALANCE_DUE"), entered("End")) == {"Choose/Balance"}
    assert names(entered("Choose"), left(outcome="REFUSED"), entered("End")) == {"Choose/Computed"}
    assert names(entered("Choose"), left(), entered("Report")) == {"Choose/Default"}


def test_what_was_not_taken_is_said() -> None:
    taken = ways_taken(ways_out(DEFINITION), [entered("Work"), SUCCEEDED, entered("Choose")])
    missed = [what for what, _ in uncovered(DEFINITION, {"Work", "Choose"}, set(map(full_name, taken)))]
    assert missed[:2] == ["state Report", "state End"]
    assert "Work → Next" not in missed
    assert "Choose → Default" in missed


def test_what_is_explained_exists_in_the_machine() -> None:
    ways = {(way.source, name_of(way)) for way in ways_out(Machine.read(RESTORATION).document)}
    assert set(EXPLAINED) <= ways
