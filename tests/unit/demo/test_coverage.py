"""Which ways of a choice a history shows, and which none does. The rest is kept of each story (docs/coverage.json)."""

from typing import Any

from local.demo.coverage import name_of, uncovered, ways_out, ways_taken

DEFINITION: dict[str, Any] = {
    "States": {
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


def chosen(target: str, **assigned: str) -> set[str]:
    history: list[dict[str, Any]] = [
        {"type": "StateEntered", "stateEnteredEventDetails": {"name": "Choose"}},
        {"type": "StateExited", "stateExitedEventDetails": {"assignedVariables": assigned}},
        {"type": "StateEntered", "stateEnteredEventDetails": {"name": target}},
    ]
    return {name_of(way) for way in ways_taken(ways_out(DEFINITION), history)}


def test_branches_with_one_target_are_told_apart_by_what_they_assign() -> None:
    assert chosen("End", outcome='"SHADOW"', reason='"r"') == {"Shadow"}
    assert chosen("End", outcome='"BALANCE_DUE"') == {"Balance"}
    assert chosen("End", outcome='"REFUSED"') == {"Computed"}
    assert chosen("Report") == {"Default"}


def test_what_was_not_taken_is_said() -> None:
    missed = [what for what, _ in uncovered(DEFINITION, {"Choose"}, {"Choose → Shadow", "Choose → Balance"})]
    assert missed == ["state Report", "state End", "Choose → Computed", "Choose → Default", "Report → Next"]
