"""Each end that is counted says whether it came in time: two counters, of the kind that path and orders tell."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from record.domain.course import Course, Recorded
from record.domain.record import CaseFacts, EnedisReturn
from record.use_cases.record_execution import CourseRecorder
from tests.fakes.courses import DAY, Facts, restored

REMOTE = EnedisReturn("REMOTE", "SGT200", is_accepted=True)
TECHNICIAN = EnedisReturn("TECHNICIAN", "SGT200", is_accepted=True)


@dataclass
class Kept(Facts):
    """What is kept of a course; another worker may have been quicker to count."""

    is_first: bool = True
    in_time: list[bool] = field(default_factory=list)

    def add(self, course: Course) -> Recorded:
        return Recorded(course)

    def say_where(self, recorded: Recorded) -> None:
        """Nothing is asked of it here."""

    def name(self, *_: object) -> None:
        """Nor is anybody looked for."""

    def first(self, _execution: str, names: Collection[str]) -> Collection[str]:
        return names

    def count(self, _course: Course, facts: CaseFacts) -> bool:
        self.in_time += [facts.service.in_time] if facts.service else []
        return self.is_first


def measured(case: Course, kept: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    CourseRecorder(kept, kept, kept, counts.__setitem__).record(case)
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
    """No visit was announced. What is counted and what is measured say the same."""
    kept = Kept(CaseFacts(returns=returns))
    assert measured(restored(2 * DAY), kept) == expected
    assert kept.in_time == [bool(list(expected.values())[1])]


def test_end_that_another_worker_counted_is_not_measured_again() -> None:
    assert measured(restored(timedelta(hours=1)), Kept(is_first=False)) == {}
