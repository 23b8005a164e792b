"""Measures how many of the cases that run are past their target."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from record.domain.service_level import CaseKind, Targets, Underway, overdue
from record.ports import Courses
from restoration.domain.order import Intent
from restoration.ports import Registered

MOST_LOOKS = 200
"""At so many open orders a measurement looks, those of the oldest cases: whether a technician comes is there alone."""


@dataclass(frozen=True, slots=True)
class OverdueMeter:
    """Counts the cases that should have ended by now, and run."""

    courses: Courses
    register: Registered
    targets: Targets
    now: Callable[[], datetime]

    def measure(self) -> Mapping[CaseKind, int]:
        """How many there are of each kind."""
        now = self.now()
        late = [case for case in self.courses.under_way() if case.is_overdue(self.targets, now)]
        return overdue(late, self._with_technicians(late), self.targets, now)

    def _with_technicians(self, late: Iterable[Underway]) -> Iterable[str]:
        """The limitations whose open order is for a technician, of cases that would be late without one."""
        ordered = sorted((case for case in late if case.kind is CaseKind.REMOTE), key=lambda case: case.started_at)
        for case in ordered[:MOST_LOOKS]:
            known = self.register.get(case.limitation_id)
            if known and f"/{Intent.RESTORE_BY_TECHNICIAN.letter}/" in (known.open_order or ""):
                yield case.limitation_id
