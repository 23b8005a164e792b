"""For whom a case waits, and since when: through the loop of reads, and through a look after news.

A case that waits for Enedis leaves its state at each read, decides, and waits on. A customer waits for all of that
time. So what our own steps take between two stays for the same party is part of the wait, as long as it is
brief.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from record.domain.states import Party
from record.domain.visit import Visit

BRIEF = 60_000
"""Milliseconds: what our steps, and a question to billing, take at most without parting a wait."""
INSIDE = frozenset({Party.US, Party.BILLING})
"""While one of these is waited for, the case is checked."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait for one party; ``until`` is None while it lasts. Milliseconds since 1970.

    Parameters
    ----------
    states
        The states that the case was in meanwhile, each once, in order.
    """

    party: Party
    since: int
    until: int | None
    states: tuple[str, ...]


def waits_of(visits: Iterable[Visit]) -> Sequence[Wait]:
    """The waits that visits make, in order."""
    found: list[Wait] = []
    for visit in visits:
        place = _resumed(found, visit)
        resumed = [] if place is None else found[place:]
        since = resumed[0].since if resumed else visit.entered_at
        states = dict.fromkeys([*(state for wait in resumed for state in wait.states), visit.state])
        found[len(found) - len(resumed) :] = [Wait(visit.party, since, visit.left_at, tuple(states))]
    return found


def _resumed(waits: Sequence[Wait], visit: Visit) -> int | None:
    """The place of the wait that a visit goes on with; None where it begins another."""
    for place in range(len(waits) - 1, -1, -1):
        wait = waits[place]
        if wait.party is visit.party:
            is_next = place == len(waits) - 1
            is_brief = wait.until is not None and visit.entered_at - wait.until < BRIEF
            return place if is_next or (is_brief and visit.party not in INSIDE) else None
        if wait.party not in INSIDE:
            return None
    return None


def waited(visits: Iterable[Visit]) -> Mapping[Party, int]:
    """How long a case waited for each party in visits that it left, in milliseconds."""
    found: dict[Party, int] = {}
    for wait in waits_of(visits):
        if wait.until is not None:
            found[wait.party] = found.get(wait.party, 0) + wait.until - wait.since
    return found
