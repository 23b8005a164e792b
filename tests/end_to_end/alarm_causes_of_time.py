"""What sets the alarms on the time to power off: restorations that end late, and some that do not end."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path

from tests.end_to_end.alarm_scene import NOW, Scene, set_off
from tests.unit.contracts.machine_logs import batch, line

STATUS = Path(__file__).parents[2] / "events" / "functions" / "record_execution.json"
NUMBERS = count(1)
PATHS: Mapping[str, Sequence[str]] = {
    "Early": ["CheckPayment"],
    "Remote": ["ReadPoint", "OrderAtEnedis", "WaitForEnedis"],
    "Technician": ["ReadPoint", "OrderAtEnedis", "AnnounceVisit", "WaitForEnedis"],
}
OUTCOMES = {"Early": "BALANCE_DUE", "Remote": "RESTORED", "Technician": "RESTORED"}
MANY = 20
AGE = timedelta(days=30)
DAY = timedelta(days=1)


def parts(kind: str, *speeds: str) -> list[str]:
    return [f"{kind}Burns{speed}{window}" for speed in speeds for window in ("Long", "Short")]


def alarms_of_ends(kind: str) -> list[str]:
    return [*parts(kind, "Fast", "Slow", "Lasting"), f"{kind}SloBurns", f"{kind}SloErodes"]


@set_off(*(alarm for kind in PATHS for alarm in alarms_of_ends(kind)))
def restorations_end_late_on_two_days(scene: Scene) -> Iterator[None]:
    """Of each kind five of five; on the first day the fast alarms see it, and only on the second the lasting one."""
    for kind in PATHS:
        late(scene, kind, 5)
        assert (scene.state(f"{kind}SloBurns"), scene.state(f"{kind}SloErodes")) == ("ALARM", "OK")
    scene.world.cloud.clock.move(DAY)
    scene.minutes(1)
    assert {scene.state(f"{kind}SloBurns") for kind in PATHS} == {"OK"}
    for kind in PATHS:
        late(scene, kind, 5)
    yield


@set_off(*(f"{kind}{alarm}" for kind in PATHS for alarm in ("Overdue", "SloBurns")))
def many_restorations_do_not_end(scene: Scene) -> Iterator[None]:
    """Twenty of each kind have run for a month; no end is counted."""
    begun = [each for kind in PATHS for each in begin(scene, kind, MANY)]
    measured = scene.world.cloud.invoke("ReconcileExecutionsFunction", {})
    assert measured["overdue"] == dict.fromkeys(PATHS, MANY)
    scene.minutes(1)
    yield
    with scene.world.table("CoursesTable").batch_writer() as courses:
        for execution in begun:
            courses.delete_item(Key={"execution": execution})


def late(scene: Scene, kind: str, number: int) -> None:
    """Let restorations of a kind end just now, that began long ago."""
    for execution in begin(scene, kind, number, ends=True):
        status = json.loads(STATUS.read_text(encoding="utf-8"))
        status["detail"] |= {
            "executionArn": execution,
            "startDate": _milliseconds(AGE),
            "stopDate": _milliseconds(timedelta()),
            "output": json.dumps({"outcome": OUTCOMES[kind]}),
        }
        assert scene.world.cloud.invoke("RecordExecutionFunction", status)["counted"] == 1
    scene.minutes(1)


def begin(scene: Scene, kind: str, number: int, *, ends: bool = False) -> list[str]:
    """Put into the machine's log that some restorations began long ago; returns their ARNs."""
    machine = scene.world.cloud.physical_id("RestorationStateMachine").replace(":stateMachine:", ":execution:")
    executions = [f"{machine}:LIM-TIME-{next(NUMBERS)}-{'0' * 32}" for _ in range(number)]
    events = [("ExecutionStarted", {}), *(("TaskStateEntered", {"name": state}) for state in PATHS[kind])]
    events += [("ExecutionSucceeded", {})] if ends else []
    lines = [
        line(place, what, _milliseconds(timedelta() if what == "ExecutionSucceeded" else AGE), execution, **details)
        for execution in executions
        for place, (what, details) in enumerate(events, start=1)
    ]
    scene.world.cloud.invoke("RecordExecutionFunction", {"awslogs": {"data": batch(*lines)}})
    return executions


def _milliseconds(before: timedelta) -> int:
    return round((NOW - before).timestamp() * 1000)
