"""Those who come in: how often they may be wrong, with which right, and for how long."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar

from channels.domain.of_case import Work
from record.domain.kept import Kept, Moment

LOCKS_AFTER, REVOKES_AFTER = 5, 10
"""Wrong tries at a case, since the last right one: five lock it, ten take its code and link away."""
LOCKED_FOR = timedelta(hours=1)
REFUSED_AN_HOUR = 20
"""Tries of an address, at whichever cases: then it waits. A refused customer hears the same as of a wrong code."""
NOBODY = "NOBODY"
"""The limitation and the customer that are asked about for a name that leads nowhere: there are none of that id."""


class Refused(Exception):
    """Raised where an advisor may not do what they asked; ``reason`` is a code that the pages put in words."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


def _secret() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Kept):
    """Somebody came in, for as long as it LASTS. ``form`` is the token that each form of their pages carries."""

    LASTS: ClassVar[timedelta]
    until: Moment | None = None
    id: str = field(default_factory=_secret, repr=False)
    form: str = field(default_factory=_secret, repr=False)

    @property
    def mark(self) -> str:
        """Names the visit in an address: a browser may have pages of an earlier one open, of another case."""
        return sha256(self.form.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class CustomerSession(Session):
    """A customer who came in: with the end of the customer number and the postcode, which is the second level.

    They see amounts, and say that they paid, or want a person. The first level is an e-mail's link alone, which has no
    session: the next step and its time, no name and no amount. A customer who ``confirmed`` a code that was sent to a
    contact of billing's has the third: a plan, a dispute, a protection.
    """

    LASTS = timedelta(minutes=15)
    limitation_id: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class AdvisorSession(Session):
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

    LASTS = timedelta(minutes=30)
    """Then the identity provider is asked again, which a leaver notices, and nobody who is signed in there."""
    subject: str
    name: str
    groups: frozenset[str]
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
