"""A report: its figures, read from the same sources as the screens, and how complete they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from record.domain.record import Completeness
from record.domain.service_level import CaseKind
from supervision.figures.customers import Now, customers_of
from supervision.figures.report import Indicator, Values, indicators, values_of
from supervision.periods import Kind, Reported
from supervision.question import Range
from supervision.sources import Sources

_COUNTERS = (*(f"{kind}{end}" for kind in CaseKind for end in ("Ended", "InTime")), "SettledStillLimited")


@dataclass(frozen=True, slots=True)
class Report:
    """What one report says.

    Parameters
    ----------
    completeness
        Up to when the record is complete; None where nothing was reconciled yet.
    corrects
        Whether it takes the place of one that was not complete.
    """

    about: Reported
    made_at: datetime
    lines: Sequence[Indicator]
    completeness: Completeness | None
    corrects: bool

    @property
    def is_complete(self) -> bool:
        """Whether everything that ended in its period is counted."""
        return is_complete(self.about.range, self.completeness)


def is_complete(span: Range, found: Completeness | None) -> bool:
    """Whether the record reaches the end of a range, and lacks nothing."""
    return found is not None and found.to >= span.until and not found.unreconciled


def make_report(
    about: Reported, sources: Sources, in_time: Mapping[str, float], now: datetime, *, corrects: bool = False
) -> Report:
    """Read the figures of a report. Those who wait now are told in one whose period ended less than a day ago."""
    is_fresh = now - about.range.until < timedelta(days=1)
    return Report(
        about,
        now,
        indicators(
            _values(about.range, sources),
            _values(about.before.range, sources),
            _values(about.week_before, sources) if about.kind is Kind.DAY else {},
            in_time,
            customers_of(Now(sources.record.open_cases(), now, sources.terms).late) if is_fresh else None,
        ),
        sources.record.completeness(),
        corrects,
    )


def _values(span: Range, sources: Sources) -> Values:
    wanted = {"received": sources.received(), **{name: sources.ours(name) for name in _COUNTERS}}
    promised = (each for each in sources.promised(span.since, span.until) if each.ended)
    return values_of(
        sources.record.slices(span.since, span.until), sources.sums(wanted, span), promised, sources.terms.remote
    )
