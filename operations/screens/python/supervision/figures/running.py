"""The figures of "En cours": for whom the cases wait that nobody has ended, and for how long."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
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


type Awaited = tuple[Party, Sequence[OpenCase], Sequence[tuple[str, Sequence[OpenCase]]]]
"""One for whom cases wait, all of these, and where they are; the state in which most wait comes first."""


def age_of(case: OpenCase, now: datetime) -> int:
    """The place of a case's age among :data:`AGES`: 0 is the youngest."""
    waited = now - case.since
    return sum(waited >= bound for bound in AGES)


def ages_of(cases: Iterable[OpenCase], now: datetime) -> Sequence[int]:
    """How many are younger than each of :data:`AGES`, and how many are older than the last: one number more."""
    found = Counter(age_of(each, now) for each in cases)
    return [found[place] for place in range(len(AGES) + 1)]


def party_of(case: OpenCase) -> Party:
    """For whom a case waits: us, where nobody is known."""
    return case.waits_for or Party.US


def awaited(cases: Iterable[OpenCase]) -> Sequence[Awaited]:
    """For whom the cases wait, in the order of :data:`PARTIES`; also those for whom none does."""
    by_party: dict[Party, dict[str, list[OpenCase]]] = {party: defaultdict(list) for party in PARTIES}
    for case in cases:
        by_party[party_of(case)][case.state].append(case)
    found = []
    for party, states in by_party.items():
        rows = sorted(states.items(), key=lambda row: (-len(row[1]), row[0]))
        found.append((party, [each for _, those in rows for each in those], rows))
    return found


def in_line(cases: Iterable[OpenCase]) -> Sequence[OpenCase]:
    """The cases: first those who have paid and wait, then who paid and was not checked; of each, the oldest first."""
    return sorted(
        cases, key=lambda case: (not case.has_paid_and_waits, not case.is_unchecked, waits_since(case), case.execution)
    )
