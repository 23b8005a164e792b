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
    """Our calls in a range.

    Parameters
    ----------
    measured
        Metrics by name, each by period; for how long Enedis had been out of reach at most is there by finer periods.
    quota
        How many calls may leave in a period; 0 where the quota is not known.
    """

    measured: Mapping[str, Values]
    quota: float

    def number(self, *names: str) -> int:
        """How many were counted by some metrics; 0 where nobody measured any."""
        return sum(sum_of(self.measured.get(name, ())) for name in names)

    def longest(self, percentile: str) -> float | None:
        """One of :data:`PERCENTILES` of a call, in milliseconds; None where nobody measured any."""
        return max((value for _, value in self.measured.get(percentile, ())), default=None)

    @property
    def calls(self) -> Values:
        """Calls that left, by period; empty where nobody measured any."""
        by_moment: Counter[datetime] = Counter()
        for moment, value in (each for name in CALLS for each in self.measured.get(name, ())):
            by_moment[moment] += round(value)
        return sorted(by_moment.items())

    @property
    def busiest(self) -> tuple[datetime, float] | None:
        """The period with the most calls, and its share of the quota; None without either."""
        moment, value = max(self.calls, key=lambda each: each[1], default=(None, 0.0))
        return (moment, value / self.quota) if moment and value and self.quota else None

    def outages(self, span: Range, period: timedelta) -> Sequence[Range]:
        """Periods in which the breaker saw that Enedis was out of reach; those that follow each other are one outage.

        Each value says for how long it had been out of reach, so that a measurement that is missing parts no outage.
        """
        found: list[Range] = []
        for moment, seconds in self.measured.get(UNREACHABLE, ()):
            if seconds <= 0:
                continue
            until, before = min(moment + period, span.until), timedelta(seconds=seconds)
            since = moment if before <= period else moment - before
            if found and since <= found[-1].until:
                found[-1] = Range(found[-1].since, until)
            else:
                found.append(Range(max(since, span.since), until))
        return found


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
