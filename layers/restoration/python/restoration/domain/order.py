"""Orders to Enedis: their content, their references, and their progress.

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
"""The longest delay of a record in a queue."""


SPREAD_OF_OUTAGE = 0.25
"""The part of an outage's length over which its orders come back: those of an hour within a quarter of an hour."""


def place_in_line(waited: timedelta, lasted: timedelta, retry: timedelta) -> timedelta:
    """How much later than the oldest an order comes back that waits for an outage's end: the oldest first.

    Orders come back over a span of a quarter of what the outage has lasted, fifteen minutes at most. So a short outage
    costs little time, a long one few attempts, and once Enedis works again, the orders that have waited longest are
    there first.

    Parameters
    ----------
    waited
        For how long the order has been asked for.
    lasted
        For how long Enedis has been out of reach.
    retry
        The shortest wait between two attempts.
    """
    lasted = max(lasted, timedelta(seconds=1))
    place = min(max(1 - waited / lasted, 0.0), 1.0)
    return place * max(min(lasted * SPREAD_OF_OUTAGE, LONGEST_DELAY - 2 * retry), timedelta())


class Intent(StrEnum):
    """The kinds of order. In a reference, :attr:`letter` stands for the kind."""

    RESTORE_REMOTELY = "REMOTE"
    RESTORE_BY_TECHNICIAN = "TECHNICIAN"
    RAISE_FLOOR = "RAISE_FLOOR"
    CANCEL_LIMITATION = "CANCEL_LIMITATION"

    @property
    def letter(self) -> str:
        """One letter for the reference: R, T, F or C."""
        return {"REMOTE": "R", "TECHNICIAN": "T", "RAISE_FLOOR": "F", "CANCEL_LIMITATION": "C"}[self.value]


class Priority(StrEnum):
    """The class of an order when Enedis is scarce, as the table ``priority`` says; never why."""

    URGENT = "URGENT"
    ORDINARY = "ORDINARY"


class Aim(StrEnum):
    """The goal of an order or a restoration, whatever the means: a technician may be sent for either."""

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


class OrderStatus(StrEnum):
    """Our knowledge of an order."""

    SENDING = "SENDING"
    """Written before it is sent: a worker is sending it, or died while sending."""
    NOT_SENT = "NOT_SENT"
    """Enedis could not be reached: surely not accepted."""
    UNKNOWN = "UNKNOWN"
    """Sent, and no intelligible response: perhaps accepted."""
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    """Never sent, and not wanted any more: no worker may send it."""


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order as kept in the ``orders`` table.

    ``look_at`` is when another attempt may look at it: until then its sender is presumed alive, or Enedis is given
    time to show the case. ``reads`` counts those since that did not show our case; ``due_at`` is told to the customer.
    """

    reference: OrderReference
    status: OrderStatus
    look_at: datetime
    reads: int = 0
    case_id: str | None = None
    code: str | None = None
    label: str | None = None
    due_at: datetime | None = None
    response: str | None = None
    """Enedis' refusal as it came: for the advisor, and for the operator who meets an unknown code."""


@dataclass(frozen=True, slots=True)
class PointOrder:
    """The order at work on a point, and its limitation: true as long as it is that limitation's open order."""

    limitation_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The content of an order, as the rules want it.

    Parameters
    ----------
    floor_kva
        The floor in kVA to raise to, when that is the aim; None asks for the whole power of the contract as it is now.
    after_cut
        The point is cut, not limited.
    limitation_case_id
        The case of a limitation that is not carried out yet, when the order cancels it.
    """

    intent: Intent
    aim: Aim
    floor_kva: Decimal | None = None
    after_cut: bool = False
    limitation_case_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """The one order of a limitation that may be at work, also one that cancels what Enedis has not executed yet.

    It keeps the point and the contract that it is for, as ``prepare_order`` wrote them, whatever billing reports of the
    limitation later; ``seen`` is the number of the newest fact when it was opened.
    """

    reference: OrderReference
    wanted: Wanted
    point_id: str
    contract_id: str
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Placing:
    """A request to the order desk: an order, its claim, and the moment of the first request.

    ``seen`` is the trigger count that the execution's last look knew. ``department`` is the point's, whose public
    holidays count.
    """

    order: OpenOrder
    execution: str
    generation: int
    seen: int
    asked_at: datetime | None = None
    department: str | None = None
