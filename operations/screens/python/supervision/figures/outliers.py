"""The slowest of the restored cases, and what they have in common more often than chance would have it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil, comb

from record.domain.record import EndedCase
from restoration.clock import PARIS
from supervision.figures.durations import Population, population_of

SLOWEST = 0.05
"""The share of cases that are slow."""
LEAST_CASES = 100
"""Of fewer restored cases, nothing is compared."""
LEAST_SLOW, LEAST_ALL, LEAST_LIFT = 5, 20, 1.5
MOST_CHANCE = 0.001


class Kind(StrEnum):
    """What cases may have in common."""

    MEANS = "means"
    CODE = "code"
    RULE = "rule"
    HOUR = "hour"
    REDRIVEN = "redriven"


Trait = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Common:
    """Something that slow cases have more often than all.

    Parameters
    ----------
    slow, all
        How many of the slow cases, and of all, have it.
    lift
        Its share among the slow ones divided by its share among all.
    """

    kind: Kind
    value: str
    slow: int
    all: int
    lift: float


@dataclass(frozen=True, slots=True)
class Outliers:
    """The slowest cases.

    Parameters
    ----------
    bound
        A slow case took longer than this; None where there are too few cases to compare.
    slow
        The slow ones; where there are too few to compare, all. The slowest first.
    common
        What they have in common, the greatest lift first.
    """

    number: int
    bound: timedelta | None
    slow: Sequence[EndedCase]
    common: Sequence[Common]


def outliers(cases: Iterable[EndedCase]) -> Outliers:
    """The slowest of the restored cases.

    What they have in common is named where at least :data:`LEAST_SLOW` slow cases and :data:`LEAST_ALL` of all have it,
    where its lift is at least :data:`LEAST_LIFT`, and where chance alone would bring so many slow ones together less
    often than once in a thousand.
    """
    restored = [case for case in cases if population_of(case.outcome) is Population.RESTORED]
    restored.sort(key=lambda case: (-case.took, case.execution))
    if len(restored) < LEAST_CASES:
        return Outliers(len(restored), None, restored, ())
    bound = restored[len(restored) - ceil((1 - SLOWEST) * len(restored))].took
    slow = [case for case in restored if case.took > bound]
    return Outliers(len(restored), bound, slow, _common(slow, restored))


def traits_of(case: EndedCase) -> Sequence[Trait]:
    """What a case may have in common with others. The hour is that of its start, in Paris."""
    return [
        *((Kind.MEANS, each) for each in sorted(case.means)),
        *((Kind.CODE, each) for each in sorted(case.codes)),
        *((Kind.RULE, each) for each in sorted(case.rules)),
        (Kind.HOUR, str(case.started_at.astimezone(PARIS).hour)),
        *([(Kind.REDRIVEN, "")] if case.redrives else []),
    ]


def chance(slow: int, with_trait: int, all_slow: int, number: int) -> float:
    """How likely at least so many of the slow cases have a trait, if it had nothing to do with slowness.

    Parameters
    ----------
    slow
        Slow cases that have it.
    with_trait, all_slow, number
        All that have it, all that are slow, all there are.
    """
    several = range(slow, min(with_trait, all_slow) + 1)
    return sum(comb(with_trait, each) * comb(number - with_trait, all_slow - each) for each in several) / comb(
        number, all_slow
    )


def _common(slow: Sequence[EndedCase], every: Sequence[EndedCase]) -> Sequence[Common]:
    of_slow = Counter(trait for case in slow for trait in traits_of(case))
    of_all = Counter(trait for case in every for trait in traits_of(case))
    found = [
        Common(*trait, those, of_all[trait], (those / len(slow)) / (of_all[trait] / len(every)))
        for trait, those in of_slow.items()
        if those >= LEAST_SLOW and of_all[trait] >= LEAST_ALL
    ]
    lifted = (each for each in found if each.lift >= LEAST_LIFT)
    rare = (each for each in lifted if chance(each.slow, each.all, len(slow), len(every)) < MOST_CHANCE)
    return sorted(rare, key=lambda each: (-each.lift, each.kind, each.value))
