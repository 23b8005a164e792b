"""Each end that is counted says whether it came in time: two counters, of the kind that path and orders tell."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest

from record.domain.course import Course, Recorded
from record.domain.record import NO_FACTS, CaseFacts, EnedisReturn
from record.domain.service_level import Targets
from record.use_cases.record_execution import CourseRecorder, ServiceMeter
from tests.fakes.courses import DAY, MINUTE, Facts, course, restored

TARGETS = Targets(early=timedelta(minutes=30), remote=timedelta(hours=24), technician_days=5)
REMOTE = EnedisReturn("REMOTE", "SGT200", is_accepted=True)
TECHNICIAN = EnedisReturn("TECHNICIAN", "SGT200", is_accepted=True)


def counted(took: timedelta, facts: CaseFacts) -> dict[str, int]:
    counts: dict[str, int] = {}
    ServiceMeter(TARGETS, counts.__setitem__).hear(restored(took), 0, facts)
    return counts


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ((), {"RemoteEnded": 1, "RemoteInTime": 0}),
        ((REMOTE,), {"RemoteEnded": 1, "RemoteInTime": 0}),
        ((REMOTE, TECHNICIAN), {"TechnicianEnded": 1, "TechnicianInTime": 1}),
        ((REMOTE, EnedisReturn("TECHNICIAN", "SGT400", is_accepted=False)), {"RemoteEnded": 1, "RemoteInTime": 0}),
    ],
    ids=["no order is known", "remote", "a technician came after all", "a technician was refused"],
)
def test_accepted_order_tells_that_a_technician_came(
    returns: tuple[EnedisReturn, ...], expected: dict[str, int]
) -> None:
    """No visit was announced."""
    assert counted(2 * DAY, CaseFacts(returns=returns)) == expected


def test_what_owes_nothing_counts_nothing() -> None:
    counts: dict[str, int] = {}
    meter = ServiceMeter(TARGETS, counts.__setitem__)
    meter.hear(course(("TakeCharge", MINUTE), outcome="JOINED"), 0, NO_FACTS)
    assert counts == {}


class CountedElsewhere(Facts):
    """What is kept of courses, where another worker was quicker to count."""

    def add(self, course: Course) -> Recorded:
        return Recorded(course)

    def say_where(self, recorded: Recorded) -> None:
        """Nothing is asked of it here."""

    def first(self, _execution: str, names: Collection[str]) -> Collection[str]:
        return names

    def count(self, _course: Course, _redrives: int, _facts: CaseFacts) -> bool:
        return False


def test_end_that_another_worker_counted_is_not_measured_again() -> None:
    told: list[int] = []
    kept: Any = CountedElsewhere()
    recorder = CourseRecorder(kept, kept, kept, lambda _, redrives, __: told.append(redrives))
    assert recorder.take([restored(DAY)]) == 0
    assert told == []
