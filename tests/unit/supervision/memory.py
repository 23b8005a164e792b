"""A record and measures in memory, for tests of the screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from statistics import mean
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from record.adapters.dynamodb.courses import where_of
from record.domain.course import Recorded
from record.domain.measures import Values, Wanted
from record.domain.record import MOST_OPEN, Completeness, EndedCase, OpenCase, Signature, Slice, SlowCase
from restoration.domain.limitation import limitation_of

_WRITE = TypeSerializer().serialize


def item_of(recorded: Recorded, **told: object) -> Mapping[str, Any]:
    """The item that the record keeps of an execution, and reads a case from; ``told`` comes with its end."""
    execution = recorded.course.execution
    said = {"execution": execution, "limitationId": limitation_of(execution), **where_of(recorded), **told}
    return {name: _WRITE(value) for name, value in said.items() if value is not None}


@dataclass
class MemoryRecord:
    """A record that holds what a test puts into it."""

    kept_slices: Sequence[Slice] = ()
    kept_open: Sequence[OpenCase] = ()
    kept_ended: Sequence[EndedCase] = ()
    kept_signatures: Mapping[str, Signature] = field(default_factory=dict)
    kept_versions: Sequence[datetime] = ()
    kept_completeness: Completeness | None = None
    kept_slowest: Mapping[str, Sequence[SlowCase]] = field(default_factory=dict)
    kept_reminders: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Both by month (``2026-11``)."""

    def slices(self, since: datetime, until: datetime) -> Sequence[Slice]:
        return [each for each in self.kept_slices if since <= each.start < until]

    def open_cases(self, most: int = MOST_OPEN) -> Sequence[OpenCase]:
        return sorted(self.kept_open, key=lambda each: each.since)[:most]

    def ended_cases(self, since: datetime, until: datetime, most: int = 5000) -> Sequence[EndedCase]:
        found = [each for each in self.kept_ended if since <= each.ended_at < until]
        return sorted(found, key=lambda each: each.ended_at, reverse=True)[:most]

    def slowest(self, month: date, most: int = 10) -> Sequence[SlowCase]:
        found = self.kept_slowest.get(f"{month:%Y-%m}", ())
        return sorted(found, key=lambda each: -sum(each.took.values()))[:most]

    def reminders(self, month: date) -> Mapping[str, int]:
        return self.kept_reminders.get(f"{month:%Y-%m}", {})

    def signatures(self) -> Mapping[str, Signature]:
        return self.kept_signatures

    def versions(self) -> Sequence[datetime]:
        return self.kept_versions

    def completeness(self) -> Completeness | None:
        return self.kept_completeness


@dataclass
class MemoryMeasures:
    """Measures that hold what a test puts into them, by namespace and name; dimensions do not matter."""

    kept: Mapping[tuple[str, str], Values] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def several(self, wanted: Sequence[Wanted], since: datetime, until: datetime) -> Sequence[Values]:
        self.asked |= set(map(str, wanted))
        return [self._values(each, since, until) for each in wanted]

    def _values(self, wanted: Wanted, since: datetime, until: datetime) -> Values:
        """The values by period, which begins at a whole multiple of itself, as those of CloudWatch do."""
        found: dict[int, list[float]] = {}
        step = round(wanted.period.total_seconds())
        for moment, value in self.kept.get((wanted.namespace, wanted.name), ()):
            if since <= moment < until:
                found.setdefault(int(moment.timestamp()) // step * step, []).append(value)
        return [
            (datetime.fromtimestamp(start, UTC), _statistic(wanted.statistic, values))
            for start, values in sorted(found.items())
        ]


def _statistic(name: str, values: Sequence[float]) -> float:
    if name.startswith("p"):
        return sorted(values)[min(len(values) - 1, int(len(values) * float(name[1:]) / 100))]
    if name == "Maximum":
        return max(values)
    return sum(values) if name == "Sum" else mean(values)
