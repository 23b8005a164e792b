"""The figures of "Durées": how long cases took, early endings apart from restored ones, and over time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from record.domain.failure import UNSUCCESSFUL
from record.domain.record import Slice
from record.domain.tally import Count, lower_bound, total
from supervision.figures.customers import ENDED, by_outcome, by_time, summed, summed_named

CERTAIN, STATE = "restored", "state#"
"""Since the rules let power come back until it was back; and in a state."""


class Population(StrEnum):
    """Cases whose durations belong together, in the order in which they are listed."""

    RESTORED = "restored"
    """Power is back: exactly those whose outcome is RESTORED."""
    OTHER = "other"
    """Another order of ours was carried out: a floor was raised, a limitation was called back."""
    EARLY = "early"
    """There was nothing to bring back: none concerned, balance due, power back already."""
    ADVISED = "advised"
    """An advisor was asked and had the last word."""
    STOPPED = "stopped"
    """An incident stopped it."""


POPULATIONS: Mapping[str, Population] = {
    "RESTORED": Population.RESTORED,
    "LIMITATION_CANCELLED": Population.OTHER,
    "FLOOR_RAISED": Population.OTHER,
    "LEFT_TO_ADVISOR": Population.ADVISED,
    "REFUSED": Population.ADVISED,
    **dict.fromkeys(UNSUCCESSFUL, Population.STOPPED),
}
"""Of outcomes; each other one is an early ending."""


def population_of(outcome: str) -> Population:
    return POPULATIONS.get(outcome, Population.EARLY)


def populations(slices: Iterable[Slice]) -> Mapping[Population, Count]:
    """How long the cases of each population took."""
    ended = by_outcome(slices, ENDED).items()
    return {each: total(count for outcome, count in ended if population_of(outcome) is each) for each in Population}


def outcomes(slices: Iterable[Slice]) -> Sequence[tuple[str, Count]]:
    """How long cases took by outcome, those of one population beside each other, the most frequent first."""
    order, ended = [*Population], by_outcome(slices, ENDED).items()
    return sorted(ended, key=lambda row: (order.index(population_of(row[0])), -row[1].times, row[0]))


def states(slices: Iterable[Slice]) -> Sequence[tuple[str, Count]]:
    """How long each case was in a state, all its visits together; the longest 95th percentile first."""
    return sorted(
        summed_named(slices, STATE).items(),
        key=lambda row: (-(row[1].percentile(0.95) or row[1].percentile(1) or 0), row[0]),
    )


def beyond(count: Count, bound: timedelta) -> int:
    """How many took longer than a bound, right within a bucket."""
    least = bound / timedelta(milliseconds=1)
    return sum(number for bucket, number in count.buckets.items() if lower_bound(bucket) >= least)


def trend(slices: Iterable[Slice], population: Population, step: timedelta) -> Sequence[tuple[datetime, Count]]:
    """How long those took that ended in each hour or day (UTC; ``step`` is one of both), the earliest first."""
    those = (each for each in slices if population_of(each.outcome) is population)
    found = ((start, summed(its, ENDED)) for start, its in by_time(those, step))
    return [(start, count) for start, count in found if count.times]
