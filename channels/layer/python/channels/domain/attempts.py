"""How often somebody may be wrong.

Source: design of the channels. Five wrong tries at a case lock it for an hour, ten take its code and link away; an
address waits of which many tries are refused, at whichever cases. A customer who is refused is told the same as for a
wrong code.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

LOCKS_AFTER, REVOKES_AFTER = 5, 10
LOCKED_FOR = timedelta(hours=1)
REFUSED_AN_HOUR = 20
NOBODY = "NOBODY"
"""The limitation and the customer that are asked about for a name that leads nowhere: there are none of that id."""


@dataclass(frozen=True, slots=True)
class Door:
    """A code or a link of a case, and the wrong tries at the case since the last right one, by whichever door."""

    name: str
    limitation_id: str
    wrong: int = 0
    locked_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.wrong < REVOKES_AFTER and (self.locked_until is None or self.locked_until <= now)

    def failed(self, now: datetime) -> Self:
        """The door after one more wrong try."""
        wrong = self.wrong + 1
        return replace(self, wrong=wrong, locked_until=now + LOCKED_FOR if wrong % LOCKS_AFTER == 0 else None)
