"""The figures of "Enedis": calls against the quota, outages, and what Enedis returned to our orders."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from record.domain.measures import Values, sum_of
from record.domain.record import Slice
from record.domain.tally import Count
from restoration.domain.order import Intent
from supervision.figures.customers import summed, summed_named
from supervision.question import Range

CALLS = ("EnedisCallsReads", "EnedisCallsOrders", "EnedisCallsCancellations", "EnedisCallsVisits")
WITHOUT_RESPONSE, HELD_BACK = "EnedisCallsWithoutResponse", "EnedisQuotaExhausted"
UNREACHABLE, OPENED = "EnedisUnreachableSeconds", "EnedisBreakerOpen"
"""The metrics of our access."""
PERCENTILES = ("p50", "p95")
"""Of how long a call takes."""
RETURNS, ACCEPTED = "enedis#", "accepted"
WAITS = ("state#ReadPoint", "state#OrderAtEnedis", "state#ReadCase", "state#WaitForEnedis", "wait#enedis")
"""What is counted of waiting for Enedis: the states in their order, then all waits of a case together."""


@dataclass(frozen=True, slots=True)
class Access:
    """Our calls in a range, by period.

    Parameters
    ----------
    calls
        Calls that left; empty where nobody measured any.
    quota
        How many may leave in a period; 0 where the quota is not known.
    without_response
        Calls to which no response came.
    held_back
        Calls that found no turn under the quota in time.
    outages
        When Enedis was out of reach, as the breaker saw it; right within a finer period.
    opened
        How often the breaker opened.
    median, p95
        Of a call, in milliseconds; None where nobody measured any.
    """

    calls: Values
    quota: float
    without_response: int
    held_back: int
    outages: Sequence[Range]
    opened: int
    median: float | None
    p95: float | None

    @property
    def total(self) -> int:
        """Calls that left in the range."""
        return round(sum(value for _, value in self.calls))

    @property
    def busiest(self) -> tuple[datetime, float] | None:
        """The period with the most calls, and its share of the quota; None without either."""
        if not self.quota or not self.total:
            return None
        moment, value = max(self.calls, key=lambda each: each[1])
        return moment, value / self.quota


def access(
    measured: Mapping[str, Values], calls_per_second: int, span: Range, period: timedelta, fine: timedelta
) -> Access:
    """What the metrics say.

    Parameters
    ----------
    measured
        By name, and by period. For how long Enedis had been out of reach at most is measured by finer periods.
    """
    by_moment: Counter[datetime] = Counter()
    for moment, value in (each for name in CALLS for each in measured.get(name, ())):
        by_moment[moment] += round(value)
    return Access(
        sorted(by_moment.items()),
        calls_per_second * period.total_seconds(),
        sum_of(measured.get(WITHOUT_RESPONSE, ())),
        sum_of(measured.get(HELD_BACK, ())),
        _outages(measured.get(UNREACHABLE, ()), span, fine),
        sum_of(measured.get(OPENED, ())),
        *(max((value for _, value in measured.get(part, ())), default=None) for part in PERCENTILES),
    )


def returned(slices: Iterable[Slice]) -> Mapping[str, Count]:
    """What slices count of Enedis' returns, by intent in the order of :class:`~restoration.domain.order.Intent`.

    Each counts orders, how many were :data:`ACCEPTED`, and how often each code came.
    """
    found = summed_named(slices, RETURNS)
    places = {intent.value: place for place, intent in enumerate(Intent)}
    return {intent: found[intent] for intent in sorted(found, key=lambda it: places.get(it, len(places)))}


def waits(slices: Sequence[Slice]) -> Mapping[str, Count]:
    """How long cases waited, each with all its visits together, by :data:`WAITS`; what never was is left out."""
    found = {key: summed(slices, key) for key in WAITS}
    return {key: count for key, count in found.items() if count.number}


def _outages(unreachable: Values, span: Range, period: timedelta) -> Sequence[Range]:
    """Periods in which Enedis was out of reach; those that follow each other are one outage.

    Each value says for how long it had been out of reach, so that a measurement that is missing parts no outage.
    """
    found: list[Range] = []
    for moment, seconds in unreachable:
        if seconds <= 0:
            continue
        until, before = min(moment + period, span.until), timedelta(seconds=seconds)
        since = moment if before <= period else moment - before
        if found and since <= found[-1].until:
            found[-1] = Range(found[-1].since, until)
        else:
            found.append(Range(max(since, span.since), until))
    return found
