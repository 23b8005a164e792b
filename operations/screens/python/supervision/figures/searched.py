"""Single cases, counted as the record counts: for filters that the record's own counts can't tell."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from record.domain.record import EndedCase, Slice
from record.domain.tally import Count, Tally, bucket_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENDED, FAILURE = "ended", "failure#"


def slices_of(cases: Iterable[EndedCase], length: timedelta = HOUR) -> Sequence[Slice]:
    """Slices of an hour or a day that count cases: how they ended, after what time, and by which failures.

    What a case does not say is not in them: its states, its stages, the time since its payment was certain.
    """
    took: dict[tuple[datetime, str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    failures: dict[tuple[datetime, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for case in cases:
        slice_ = _start(case.ended_at, length), case.outcome, case.version
        took[slice_][bucket_of(case.took // timedelta(milliseconds=1))] += 1
        if case.signature:
            failures[slice_][case.signature] += 1
    found = []
    for (start, outcome, version), buckets in took.items():
        counts = {ENDED: Count(sum(buckets.values()), dict(buckets))}
        counts |= {f"{FAILURE}{name}": Count(number) for name, number in failures[start, outcome, version].items()}
        found.append(Slice(start, length, outcome, version, Tally(counts)))
    return found


def _start(moment: datetime, length: timedelta) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if length == HOUR else hour.replace(hour=0)
