"""Measures how many of the cases that run are past their target."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from record.domain.record import OpenCase, Record
from record.domain.service_level import CaseKind, Targets
from restoration.domain.order import Intent
from restoration.ports import Registered

MOST_LOOKS = 200
"""At so many open orders a measurement looks, those of the oldest cases: whether a technician comes is there alone."""


@dataclass(frozen=True, slots=True)
class OverdueMeter:
    """Counts the cases that should have ended by now, and run."""

    record: Record
    register: Registered
    targets: Targets
    now: Callable[[], datetime]

    def measure(self) -> Mapping[CaseKind, int]:
        """How many there are of each kind; the open order names one that would be late without a technician."""
        now, looks, counts = self.now(), MOST_LOOKS, dict.fromkeys(CaseKind, 0)
        late = (case for case in self.record.open_cases() if case.is_overdue(self.targets, now))
        for case in sorted(late, key=lambda each: each.started_at):
            kind = case.kind
            if kind is CaseKind.REMOTE and case.limitation_id and looks:
                looks -= 1
                kind = CaseKind.TECHNICIAN if self._has_technician(case) else kind
            counts[kind] += case.is_overdue(self.targets, now, kind)
        return counts

    def _has_technician(self, case: OpenCase) -> bool:
        known = self.register.get(case.limitation_id)
        return known is not None and f"/{Intent.RESTORE_BY_TECHNICIAN.letter}/" in (known.open_order or "")
