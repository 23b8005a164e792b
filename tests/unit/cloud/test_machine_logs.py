"""What a state machine's log takes, by its level."""

import pytest

from embedded_cloud.states.machine_logs import MachineLog


@pytest.mark.parametrize(
    ("level", "logged"),
    [
        ("ALL", {"TaskFailed", "ExecutionFailed", "TaskScheduled"}),
        ("ERROR", {"TaskFailed", "ExecutionFailed"}),
        ("FATAL", {"ExecutionFailed"}),
        ("OFF", set()),
    ],
)
def test_level_chooses_the_events(level: str, logged: set[str]) -> None:
    log = MachineLog("group", level, with_data=False)
    assert {each for each in ("TaskFailed", "ExecutionFailed", "TaskScheduled") if log.takes(each)} == logged
