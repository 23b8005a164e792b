"""The figures of "En cours": for whom the cases wait that nobody has ended, and for how long."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from record.domain.record import OpenCase
from record.domain.states import Party
from supervision.figures.customers import waits_since

AGES = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
"""The bounds of the ages.

A remote order is done within the hour as a rule, and within a day by its deadline. A visit, a cheque or three questions
to an advisor take a week. What is older has probably been forgotten.
"""
PARTIES = (Party.ENEDIS, Party.ADVISOR, Party.BANK, Party.BILLING, Party.US)


@dataclass(frozen=True, slots=True)
class Waiters:
    """Cases that wait for the same.

    Parameters
    ----------
    ages
        How many are younger than each of :data:`AGES`, and how many are older than the last: one number more.
    stopped
        How many of them are incidents: they failed and hold their limitation.
    oldest
        Since when the oldest waits; None where there is none.
    """

    ages: Sequence[int]
    stopped: int
    oldest: datetime | None

    @property
    def number(self) -> int:
        return sum(self.ages)


type Awaited = tuple[Party, Waiters, Sequence[tuple[str, Waiters]]]
"""One for whom cases wait, all of these, and where they are; the state in which most wait comes first."""


def age_of(case: OpenCase, now: datetime) -> int:
    """The place of a case's age among :data:`AGES`: 0 is the youngest."""
    waited = now - case.since
    return sum(waited >= bound for bound in AGES)


def party_of(case: OpenCase) -> Party:
    """For whom a case waits: us, where nobody is known."""
    return case.waits_for or Party.US


def awaited(cases: Iterable[OpenCase], now: datetime) -> Sequence[Awaited]:
    """For whom the cases wait, in the order of :data:`PARTIES`; also those for whom none does."""
    by_party: dict[Party, dict[str, list[OpenCase]]] = {party: defaultdict(list) for party in PARTIES}
    for case in cases:
        by_party[party_of(case)][case.state].append(case)
    found = []
    for party, states in by_party.items():
        rows = [(state, _waiters(those, now)) for state, those in states.items()]
        rows.sort(key=lambda row: (-row[1].number, row[0]))
        found.append((party, _waiters([each for those in states.values() for each in those], now), rows))
    return found


def in_line(cases: Iterable[OpenCase]) -> Sequence[OpenCase]:
    """The cases: first those who have paid and wait, then who paid and was not checked; of each, the oldest first."""
    return sorted(
        cases, key=lambda case: (not case.has_paid_and_waits, not case.is_unchecked, waits_since(case), case.execution)
    )


def _waiters(cases: Sequence[OpenCase], now: datetime) -> Waiters:
    ages = [0] * (len(AGES) + 1)
    for case in cases:
        ages[age_of(case, now)] += 1
    return Waiters(tuple(ages), sum(not case.runs for case in cases), min((case.since for case in cases), default=None))
