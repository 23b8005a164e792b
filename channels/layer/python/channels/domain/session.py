"""Those who came in: with which right, and for how long."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from channels.domain.work import Work

CUSTOMER_LASTS = timedelta(minutes=15)
ADVISOR_LASTS = timedelta(minutes=30)
"""Then the identity provider is asked again, which an advisor who is signed in there does not notice: a leaver does."""


class Refused(Exception):
    """Raised where an advisor may not do what they asked; ``reason`` is a code that the pages put in words."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


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
class Identity:
    """A person whom the identity provider knows."""

    subject: str
    name: str
    groups: frozenset[str]
    customer_id: str = ""


@dataclass(frozen=True, slots=True)
class AdvisorSession:
    """An advisor who signed in.

    Parameters
    ----------
    subject
        Their id at the identity provider.
    groups
        What they may: ``advisors`` decide, ``readers`` see, ``health`` see health facts, too; ``operations`` see
        incidents and redrive, and no case.
    own_customer
        Their own customer id, where they are a customer: nobody works on their own case.
    """

    id: str = field(repr=False)
    subject: str
    name: str
    groups: frozenset[str]
    form: str = field(repr=False)
    expires_at: datetime
    own_customer: str = ""

    @property
    def may_see(self) -> bool:
        return bool(self.groups & {"advisors", "readers"})

    @property
    def may_decide(self) -> bool:
        return "advisors" in self.groups

    @property
    def operates(self) -> bool:
        return "operations" in self.groups

    @property
    def sees_health(self) -> bool:
        return "health" in self.groups

    def sees(self, work: Work) -> bool:
        return self.sees_health or not work.health
