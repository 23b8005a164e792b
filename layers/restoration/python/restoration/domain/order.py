"""Orders to Enedis: what they ask for, their references, and how far each has come.

A reference is made of the limitation, the intent and an ordinal. The ordinal counts the orders of a limitation: it
grows when ``prepare_order`` writes a new one, after a decision that wants something else or something more. It never
grows with an attempt, so a repeated attempt has the same reference, and Enedis' history shows whether an earlier one
arrived.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

LONGEST_DELAY = timedelta(minutes=15)
"""The longest for which a record of a queue can be delayed."""


class Intent(StrEnum):
    """What an order asks for.

    In a reference, :attr:`letter` stands for it.
    """

    RESTORE_REMOTELY = "REMOTE"
    RESTORE_BY_TECHNICIAN = "TECHNICIAN"
    RAISE_FLOOR = "RAISE_FLOOR"
    CANCEL_LIMITATION = "CANCEL_LIMITATION"

    @property
    def letter(self) -> str:
        """One letter for the reference: R, T, F or C."""
        return {"REMOTE": "R", "TECHNICIAN": "T", "RAISE_FLOOR": "F", "CANCEL_LIMITATION": "C"}[self.value]


class Aim(StrEnum):
    """What an order, or a restoration, is to reach, apart from how: a technician may be sent for either."""

    FULL = "FULL"
    """The whole power of the contract."""
    FLOOR = "FLOOR"
    """A limitation raised to the floor of a protection (winter truce)."""


@dataclass(frozen=True, slots=True)
class OrderReference:
    """The one name of an order, at Enedis (``refExterne``) and in our tables, for example ``LIM-000123/R/1``."""

    limitation_id: str
    intent: Intent
    ordinal: int

    def __str__(self) -> str:
        return f"{self.limitation_id}/{self.intent.letter}/{self.ordinal}"


@dataclass(frozen=True, slots=True)
class RestorationOrder:
    """An order of service F200B (or F1020 after a cut) on one point.

    ``power_kva`` is the floor to raise to; ``None`` asks for the whole power of the contract as it is now.
    """

    reference: OrderReference
    point_id: str
    contract_id: str
    after_cut: bool = False
    power_kva: Decimal | None = None
    aim: Aim = Aim.FULL


@dataclass(frozen=True, slots=True)
class LimitationCancellation:
    """The cancellation of a limitation that Enedis has not executed yet; ``case_id`` is the limitation's case."""

    reference: OrderReference
    point_id: str
    contract_id: str
    case_id: str


@dataclass(frozen=True, slots=True)
class AcceptedCase:
    """Enedis' acceptance (SGT200 and an ``affaireId``). Acceptance is not execution."""

    case_id: str
    reference: str
    service: str


class OrderStatus(StrEnum):
    """What we know of an order."""

    SENDING = "SENDING"
    """Written before it is sent: somebody is sending it, or died doing so."""
    NOT_SENT = "NOT_SENT"
    """Enedis could not be reached: surely not accepted."""
    UNKNOWN = "UNKNOWN"
    """Sent, and no intelligible response: perhaps accepted."""
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    """Never sent, and not wanted any more: nobody may send it."""


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order as kept in the ``orders`` table.

    ``look_at`` is when another attempt may look at it: until then its sender is presumed alive, or Enedis is given
    time to show the case. ``reads`` counts the reads since that did not show our case.
    """

    reference: OrderReference
    status: OrderStatus
    look_at: datetime
    reads: int = 0
    case_id: str | None = None
    code: str | None = None
    label: str | None = None
    response: str | None = None
    """Enedis' refusal as it came: for the advisor, and for whoever meets a code that nobody has seen before."""


@dataclass(frozen=True, slots=True)
class PointOrder:
    """Which limitation's order is at work on a point: true as long as it is that limitation's open order."""

    limitation_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the rules want of Enedis.

    Parameters
    ----------
    floor_kva
        The floor to raise to, when that is the aim.
    after_cut
        The point is cut, not limited.
    limitation_case_id
        The case of a limitation that is not carried out yet, when it is to be cancelled.
    """

    intent: Intent
    aim: Aim
    floor_kva: Decimal | None = None
    after_cut: bool = False
    limitation_case_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """The one order of a limitation that may be at work, as ``prepare_order`` wrote it."""

    reference: OrderReference
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Placing:
    """What is asked: an order or a cancellation, on behalf of which claim, and when it was asked first."""

    order: RestorationOrder | LimitationCancellation
    wanted: Wanted
    execution: str
    generation: int
    asked_at: datetime | None = None
