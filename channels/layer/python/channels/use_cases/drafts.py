"""Half-filled forms: what somebody began stays with the case, and is ended there or in another channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channels.ports import Kept, Standings
from channels.use_cases.speak import NoSuchCase

KEPT_FOR = timedelta(days=3)
KEPT = {
    "paiement": ("means", "amount", "paid_on"),
    "echeancier": ("instalments", "first", "first_on"),
    "contestation": ("amount", "words"),
    "personne": ("words",),
}
"""The forms that stay with the case half-filled, with their fields: no health fact, and no name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed so far in the form of an act; empty where nothing was begun."""

    act: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drafts:
    """Keeps the newest half-filled form of each case, which customer and advisors share."""

    store: Kept
    standings: Standings
    now: Callable[[], datetime]

    def keep(self, limitation_id: str, draft: Draft) -> None:
        """Keep a form.

        Raises
        ------
        NoSuchCase
            Then nothing is kept.
        """
        if self.standings.read(limitation_id) is None:
            raise NoSuchCase(limitation_id)
        content = {"act": draft.act, "fields": dict(draft.fields)}
        self.store.keep(_name(limitation_id), content, self.now() + KEPT_FOR)

    def of(self, limitation_id: str) -> Draft:
        kept = self.store.kept(_name(limitation_id), self.now())
        return Draft(kept["act"], kept["fields"]) if kept else Draft()

    def end(self, limitation_id: str, act: str) -> None:
        """Forget the form of an act, which was sent."""
        if self.of(limitation_id).act == act:
            self.store.take(_name(limitation_id), self.now())


def _name(limitation_id: str) -> str:
    return f"DRAFT#{limitation_id}"
