"""What the channels keep of one case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.domain.act import Act
from channels.domain.work import Work
from restoration.clock import from_text

DRAFTS_KEPT_FOR = timedelta(days=3)
KEPT = ("paiement", "echeancier", "contestation", "personne")
"""The acts whose forms stay with the case half-filled: they have no health fact, and no name."""

type HalfFilled = Mapping[str, Mapping[str, str]]
"""What was typed so far, by the act whose form it is."""


@dataclass(frozen=True, slots=True)
class OfCase:
    """The acts, oldest first, the work, and by name what is kept for a while: half-filled forms, a visit's slots."""

    acts: Sequence[Act]
    work: Sequence[Work]
    for_a_while: Mapping[str, Mapping[str, Any]]

    def lasting(self, name: str, now: datetime) -> Mapping[str, Any] | None:
        """What is kept for a while under a name; None once its time is over."""
        found = self.for_a_while.get(name)
        return found if found and is_kept(found, now) else None

    def half_filled(self, now: datetime) -> HalfFilled:
        """The newest form of each act that somebody began: customer and advisors share it, and either ends it."""
        return {act: kept["fields"] for act in KEPT if (kept := self.lasting(draft_of(act), now))}

    def work_of(self, work_id: str) -> Work | None:
        return next((each for each in self.work if each.id == work_id), None)


def draft_of(act: str) -> str:
    """The name under which the half-filled form of an act is kept."""
    return f"DRAFT#{act}"


def is_kept(kept: Mapping[str, Any], now: datetime) -> bool:
    """Whether the time of what is kept for a while is not over."""
    return from_text(str(kept["until"])) > now
