"""Half-filled forms: what somebody began stays with the case, and is ended there or in another channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.domain.of_case import OfCase
from channels.ports import Standings, Table
from channels.use_cases.speak import NoSuchCase

KEPT_FOR = timedelta(days=3)
KEPT = {
    "paiement": ("means", "amount", "paid_on", "proof"),
    "echeancier": ("instalments", "first_amount", "first_on"),
    "contestation": ("amount", "words"),
    "personne": ("words",),
}
"""The forms that stay with the case half-filled, with their fields: no health fact, and no name."""


type HalfFilled = Mapping[str, Mapping[str, str]]
"""What was typed so far, by the act whose form it is."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """Keeps the newest half-filled form of each act on a case, which customer and advisors share."""

    table: Table
    standings: Standings
    now: Callable[[], datetime]

    def keep(self, limitation_id: str, act: str, typed: Mapping[str, str]) -> None:
        """Keep a form.

        Raises
        ------
        NoSuchCase
            Then nothing is kept.
        """
        if self.standings.read(limitation_id) is None:
            raise NoSuchCase(limitation_id)
        self.table.keep(_name(act), {"fields": typed}, self.now() + KEPT_FOR, limitation_id)

    def end(self, limitation_id: str, act: str) -> None:
        """Forget the form of an act, which was sent."""
        self.table.take(_name(act), self.now(), limitation_id)


def half_filled(case: OfCase) -> HalfFilled:
    """The forms of a case that somebody began."""
    return {act: kept["fields"] for act in KEPT if (kept := case.for_a_while.get(_name(act)))}


def _name(act: str) -> str:
    return f"DRAFT#{act}"
