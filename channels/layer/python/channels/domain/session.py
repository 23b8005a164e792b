"""Those who came in: with which right, and for how long."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

CUSTOMER_LASTS = timedelta(minutes=15)
ADVISOR_LASTS = timedelta(hours=8)


class Level(IntEnum):
    """How sure we are of who a customer is; each level sees and does more."""

    LINK = 1
    """An e-mail's link alone: the next step and its time, no name and no amount."""
    KNOWN = 2
    """And the end of the customer number and the postcode: amounts, declarations, a person."""
    CONTACTED = 3
    """And a code to a contact that billing has: a plan, a dispute, a protection."""


@dataclass(frozen=True, slots=True)
class CustomerSession:
    """A customer who came in. ``form`` is the token that each form of the page carries."""

    id: str = field(repr=False)
    limitation_id: str
    level: Level
    form: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AdvisorSession:
    """An advisor who signed in: ``subject`` is their id at the identity provider, ``groups`` say what they may."""

    id: str = field(repr=False)
    subject: str
    name: str
    groups: frozenset[str]
    form: str = field(repr=False)
    expires_at: datetime

    @property
    def may_decide(self) -> bool:
        return "advisors" in self.groups

    @property
    def sees_health(self) -> bool:
        return "health" in self.groups
