"""What a definition says of its retriers and catchers, and what it says by leaving it out."""

from typing import Any

import pytest

from ops.event_log.definition import Definition


def definition(**body: Any) -> Definition:
    return Definition.of({"StartAt": "Read", "States": {"Read": {"Type": "Task", "End": True, **body}}})


def test_retrier_tries_three_times_again_where_it_does_not_say() -> None:
    retries = [
        {"ErrorEquals": ["Busy"]},
        {"ErrorEquals": ["Gone"], "MaxAttempts": 0},
        {"ErrorEquals": ["States.ALL"], "MaxAttempts": 7},
    ]
    read = definition(Retry=retries).states["Read"]
    assert [read.attempts(error) for error in ("Busy", "Gone", "Odd")] == [(0, 3), (1, 0), (2, 7)]


@pytest.mark.parametrize(
    ("named", "error", "expected"),
    [
        ("States.ALL", "Odd", True),
        ("States.ALL", "States.Runtime", False),
        ("States.Runtime", "States.Runtime", True),
        ("States.TaskFailed", "Odd", True),
        ("States.TaskFailed", "States.Timeout", False),
        ("States.Timeout", "States.HeartbeatTimeout", True),
        ("States.HeartbeatTimeout", "States.Timeout", False),
        ("Odd", "Other", False),
    ],
)
def test_rule_takes_the_errors_that_it_names(named: str, error: str, expected: bool) -> None:  # noqa: FBT001
    catches = definition(Catch=[{"ErrorEquals": [named], "Next": "Read"}]).states["Read"]
    assert catches.caught(error) == ({"Read"} if expected else set())


@pytest.mark.parametrize("kind", ["Parallel", "Map"])
def test_branches_side_by_side_are_refused(kind: str) -> None:
    with pytest.raises(ValueError, match=f"Read is a {kind} state"):
        definition(Type=kind)
