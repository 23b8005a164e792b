"""Half-filled forms: what somebody began stays with the case, and is ended there or in another channel.

The newest of each act is kept, which customer and advisors share.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from channels.domain.of_case import OfCase

KEPT_FOR = timedelta(days=3)
KEPT = ("paiement", "echeancier", "contestation", "personne")
"""The acts whose forms stay with the case half-filled: they have no health fact, and no name."""

type HalfFilled = Mapping[str, Mapping[str, str]]
"""What was typed so far, by the act whose form it is."""


def half_filled(case: OfCase, now: datetime) -> HalfFilled:
    """The forms of a case that somebody began."""
    return {act: kept["fields"] for act in KEPT if (kept := case.lasting(draft_of(act), now))}


def draft_of(act: str) -> str:
    """The name under which the half-filled form of an act is kept."""
    return f"DRAFT#{act}"
