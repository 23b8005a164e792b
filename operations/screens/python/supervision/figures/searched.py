"""Single cases, counted as the record counts: for filters that the record's own counts can't tell."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from record.domain.record import EndedCase, Slice, added
from record.domain.tally import Count, Tally

HOUR = timedelta(hours=1)


def slices_of(cases: Iterable[EndedCase]) -> Sequence[Slice]:
    """Slices of an hour that count cases: how they ended, after what time, and by which failures.

    What a case does not say is not in them: its states, its stages, the time since its payment was certain.
    """
    return added(
        Slice(_hour(case.ended_at), HOUR, case.outcome, case.version, Tally(dict(_counted(case)))) for case in cases
    )


def _counted(case: EndedCase) -> Iterator[tuple[str, Count]]:
    yield "ended", Count.once(case.took // timedelta(milliseconds=1))
    if case.signature:
        yield f"failure#{case.signature}", Count(1)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
