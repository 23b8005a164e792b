"""What no story takes is said. What each takes is kept (docs/coverage.json)."""

from typing import Any

from local.demo.coverage import uncovered

DEFINITION: dict[str, Any] = {
    "States": {
        "Choose": {
            "Choices": [
                {"Comment": "Shadow", "Next": "End"},
                {"Comment": "Balance", "Next": "End"},
                {"Comment": "Computed", "Next": "End"},
            ],
            "Default": "Report",
        },
        "Report": {"Next": "End"},
        "End": {},
    }
}


def test_what_was_not_taken_is_said() -> None:
    missed = [what for what, _ in uncovered(DEFINITION, {"Choose"}, {"Choose → Shadow", "Choose → Balance"})]
    assert missed == ["state Report", "state End", "Choose → Computed", "Choose → Default", "Report → Next"]
