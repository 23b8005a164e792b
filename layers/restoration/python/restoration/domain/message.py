"""Messages to customers: their kinds, what makes two of them one, and when each is out of date.

A message is told at most once for each fact. Which fact that is, and what the register must say at the moment of
sending, is one rule for each kind:

================== ======================================= ==========================================================
kind               one per limitation and…                 dropped when sent if
================== ======================================= ==========================================================
PAYMENT_PENDING    the day until which                     not held any more, or ordered
ORDER_PLACED       the order's reference                   closed, or an hour old
TECHNICIAN_VISIT   case, day, hours, number                a newer one is planned, past, closed
BALANCE_DUE        generation                              held, closed, or the generation moved
REFUSED            the advisor's word                      held, closed
FLOOR_RAISED       kVA                                     closed
POWER_RESTORED     (the order's limitation)                never
LIMITATION_CANCEL… none                                    never
================== ======================================= ==========================================================
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from restoration.clock import PARIS, paris_date
from restoration.domain.point import Visit

LONGEST_ID_BYTES = 180
"""A message's id travels, encoded, in a tag of an e-mail, which holds 256 characters."""

ONE_HOUR, ONE_WEEK = timedelta(hours=1), timedelta(days=7)


class MessageKind(StrEnum):
    """Why a customer is written to."""

    ORDER_PLACED = "ORDER_PLACED"
    TECHNICIAN_VISIT = "TECHNICIAN_VISIT"
    POWER_RESTORED = "POWER_RESTORED"
    LIMITATION_CANCELLED = "LIMITATION_CANCELLED"
    FLOOR_RAISED = "FLOOR_RAISED"
    BALANCE_DUE = "BALANCE_DUE"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    REFUSED = "REFUSED"


class Channel(StrEnum):
    """How a message travels."""

    SMS = "SMS"
    EMAIL = "EMAIL"
    NONE = "NONE"

    @property
    def other(self) -> "Channel":
        """The channel to try when this one failed."""
        return {Channel.SMS: Channel.EMAIL, Channel.EMAIL: Channel.SMS}.get(self, Channel.NONE)


@dataclass(frozen=True, slots=True)
class Text:
    """A message's subject (e-mail only) and body."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the register says of a limitation at the moment of sending.

    Parameters
    ----------
    held
        An execution works on it.
    open_order
        The reference of the order under way, if any.
    generation
        Of the newest claim.
    """

    customer_id: str
    is_open: bool
    held: bool
    open_order: str | None
    generation: int


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """One message for a customer, and the facts that it tells.

    Parameters
    ----------
    limitation_id
        The limitation whose event asks for the message.
    about
        The limitation that the message is counted for: one order may restore two limitations of one point.
    key
        What tells two messages of the kind apart.
    happened_at
        When the fact was published.
    case
        What a technician's visits are counted for: the order's reference or Enedis' case.
    """

    kind: MessageKind
    limitation_id: str
    contract_id: str
    generation: int
    happened_at: datetime
    about: str
    key: str = ""
    until: date | None = None
    balance: Decimal | None = None
    floor_kva: Decimal | None = None
    visit: Visit | None = None
    visit_number: int = 1
    case: str = ""
    reference: str | None = None

    @property
    def message_id(self) -> str:
        """What is sent at most once; at most 180 bytes long."""
        full = f"{self.about}#{self.kind}" + (f"#{self.key}" if self.key else "")
        encoded = full.encode()
        if len(encoded) <= LONGEST_ID_BYTES:
            return full
        digest = sha256(encoded).hexdigest()[:32]
        return encoded[: LONGEST_ID_BYTES - 33].decode(errors="ignore") + f"~{digest}"

    def attempt_id(self, failed: Channel | None) -> str:
        """What one sending is claimed by: the message, or the message over the channel that is left."""
        return self.message_id if failed is None else f"{self.message_id}#{failed.other}"

    def waits_until(self, balance_delay: timedelta) -> datetime | None:
        """When a balance may be told: a while later, for a second payment may be on its way. Others do not wait."""
        return self.happened_at + balance_delay if self.kind is MessageKind.BALANCE_DUE else None

    @property
    def expires_at(self) -> datetime | None:
        """When it is out of date, whatever the register says; None for what stays true."""
        match self.kind:
            case MessageKind.POWER_RESTORED | MessageKind.LIMITATION_CANCELLED:
                return None
            case MessageKind.ORDER_PLACED:
                return self.happened_at + ONE_HOUR
            case MessageKind.TECHNICIAN_VISIT if self.visit:
                return _end_of(self.visit.on)
            case _:
                return self.happened_at + ONE_WEEK

    def out_of_date(self, at: datetime) -> bool:
        """Whether it would be out of date at a moment."""
        return self.expires_at is not None and at >= self.expires_at

    def why_not(self, case: CaseFacts, now: datetime) -> str | None:
        """Why it is not to be sent any more; None when it is."""
        why: str | None = None
        match self.kind:
            case _ if self.out_of_date(now):
                why = "out of date"
            case MessageKind.POWER_RESTORED | MessageKind.LIMITATION_CANCELLED:
                pass
            case _ if not case.is_open:
                why = "the limitation is closed"
            case MessageKind.PAYMENT_PENDING if not case.held:
                why = "nobody waits for the bank any more"
            case MessageKind.PAYMENT_PENDING if case.open_order:
                why = "power is ordered"
            case MessageKind.BALANCE_DUE | MessageKind.REFUSED if case.held:
                why = "somebody works on it again"
            case MessageKind.BALANCE_DUE if case.generation != self.generation:
                why = "a newer claim has spoken"
            case MessageKind.TECHNICIAN_VISIT if self._is_of_another_order(case):
                why = "another order is under way"
        return why

    def _is_of_another_order(self, case: CaseFacts) -> bool:
        return bool(self.reference and case.open_order and self.reference != case.open_order)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=PARIS)


FIRST_HOUR = time(8, 0)


def next_morning(now: datetime, message_id: str) -> datetime:
    """The next morning in Paris between eight and nine.

    A night's messages are spread over that hour, always the same for a message: in winter the floor is raised for all
    in one night. Whether a Sunday is a day for it, the rules say then.
    """
    local = now.astimezone(PARIS)
    day = paris_date(now) + timedelta(days=local.time() >= FIRST_HOUR)
    part = int(sha256(message_id.encode()).hexdigest()[:8], 16) % 3600
    return datetime.combine(day, FIRST_HOUR, tzinfo=PARIS) + timedelta(seconds=part)
