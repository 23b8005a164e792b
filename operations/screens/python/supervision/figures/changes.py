"""What colours the states of "Parcours", and how figures differ from those that they are compared with."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from record.domain.record import Slice
from record.domain.steps import Pair
from record.domain.tally import NO_COUNT, Count, lower_bound
from supervision.figures.branches import HIGH, Flow

STEPS = 7
"""The steps of the scale."""
CLEAR = 2.0
"""A difference of so many standard deviations is hardly ever chance: about once in twenty."""


class Measure(StrEnum):
    """What colours the states."""

    FREQUENCY = "frequency"
    DURATION = "p95"
    ERRORS = "errors"


def value_of(flow: Flow, state: str, measure: Measure) -> float | None:
    """What a state's colour says: visits, milliseconds, or errors; None where it was not visited."""
    if not flow.visits(state) and not (measure is Measure.ERRORS and flow.stops.get(state)):
        return None
    if measure is Measure.DURATION:
        return flow.long(state)
    return flow.errors(state) if measure is Measure.ERRORS else flow.visits(state)


@dataclass(frozen=True, slots=True)
class Scale:
    """The steps of colours from the least to the most, both of which are values that a state has.

    Durations are on a logarithmic scale; numbers on one of square roots that starts at zero, as widths of ways are.
    """

    least: float
    most: float
    measure: Measure

    def step(self, value: float) -> int:
        """The step of a value, from 0 (light) to 6 (dark)."""
        if self.measure is Measure.DURATION:
            low, high = math.log(max(self.least, 1)), math.log(max(self.most, 1))
            part = (math.log(max(value, 1)) - low) / (high - low) if high > low else 1.0
        else:
            part = math.sqrt(value / self.most) if self.most else 0.0
        return min(STEPS - 1, max(0, math.floor(part * STEPS)))


def scale_of(flow: Flow, states: Iterable[str], measure: Measure) -> Scale | None:
    """The scale for what states are coloured by; None where no state has a value."""
    values = [value for value in (value_of(flow, state, measure) for state in states) if value is not None]
    return Scale(min(values), max(values), measure) if values else None


# ── What changed ──


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure differs from the one it is compared with.

    Parameters
    ----------
    part
        The difference as a part of what it was: 0.12 is 12 % more. None where it was nothing before.
    is_clear
        Whether it is too large to be chance.
    """

    part: float | None
    is_clear: bool


def change_of_state(now: Flow, before: Flow, state: str, measure: Measure) -> Change | None:
    """How a state's measure changed; None where neither has it.

    Numbers are compared for each case that ended, since two ranges have different numbers of cases; errors for each
    visit; durations as they are.
    """
    if measure is Measure.DURATION:
        return _change_of_duration(now.states.get(state, NO_COUNT), before.states.get(state, NO_COUNT))
    if measure is Measure.ERRORS:
        tries, earlier = (each.visits(state) + each.stops.get(state, 0) for each in (now, before))
        return _change(now.errors(state), tries, before.errors(state), earlier)
    return _change(now.visits(state), now.cases, before.visits(state), before.cases)


def change_of_way(now: Flow, before: Flow, pair: Pair) -> Change | None:
    """How often a way is taken for each case that ended, against before; None where neither took it."""
    return _change(now.ways.get(pair, 0), now.cases, before.ways.get(pair, 0), before.cases)


def _change(now: int, cases: int, before: int, earlier: int) -> Change | None:
    if not cases or not earlier or not (now or before):
        return None
    rate, was = now / cases, before / earlier
    # Numbers of rare things vary as their square roots do (Poisson); what was not seen may still be there once.
    deviation = math.hypot(math.sqrt(max(now, 1)) / cases, math.sqrt(max(before, 1)) / earlier)
    return Change((rate - was) / was if before else None, abs(rate - was) > CLEAR * deviation)


def _change_of_duration(now: Count, before: Count) -> Change | None:
    """Clear when another share of cases than before took longer than the percentile before."""
    long, was = now.percentile(HIGH), before.percentile(HIGH)
    if long is None or was is None:
        return None
    one, other = now.times, before.times
    above, above_before = (
        sum(number for bucket, number in each.buckets.items() if lower_bound(bucket) > was) for each in (now, before)
    )
    share = (above + above_before) / (one + other)
    deviation = math.sqrt(share * (1 - share) * (1 / one + 1 / other))
    is_clear = abs(above / one - above_before / other) > CLEAR * deviation
    return Change((long - was) / was if was else None, is_clear)


def of_version(slices: Iterable[Slice], version: datetime) -> Sequence[Slice]:
    """The slices of cases that ran on a version of the machine."""
    return [each for each in slices if deployed_at(each.version) == version]


def deployed_at(version: str) -> datetime | None:
    """When a slice's version was deployed; None where that is unknown."""
    try:
        return datetime.fromisoformat(version)
    except ValueError:
        return None
