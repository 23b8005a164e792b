"""Messages to customers: their kinds, their identity, and their expiry.

A customer gets at most one message for each fact. One rule for each kind defines that fact, and when the message is
dropped instead of being sent:

================== ======================================= ==========================================================
kind               one per limitation and…                 dropped if
================== ======================================= ==========================================================
PAYMENT_PENDING    the day until which                     not held any more, or ordered
ORDER_PLACED       the order's reference                   closed, or an hour old
WITH_ADVISOR       generation                              closed, ordered, the generation is not the newest, or it
                                                           was the last thing that was said
CASE_DELAYED       the day                                 not held any more by that execution or claim, or it goes on;
                                                           never, where a person has not seen to a request
RESTORATION_DEL…   the order (of one of the limitations    not held any more, or not that order is followed
                   that it is to restore)
TECHNICIAN_VISIT   case, day, hours, number                a newer one is planned, past, closed
BALANCE_DUE        generation, amount                      held, closed, or the generation is not the newest, or it
                                                           was the last thing that was said
PAYMENT_REJECTED   generation, amount                      as BALANCE_DUE
REFUSED            the advisor's word                      held, closed
FLOOR_RAISED       kVA, month                              closed
POWER_RESTORED     the order (of one of the limitations    never
                   that it restored), else generation
LIMITATION_CANCEL… generation                              never
================== ======================================= ==========================================================
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from restoration.clock import PARIS, paris_date
from restoration.domain.claim import WITH_ADVISORS, Claim
from restoration.domain.deadlines import CHECKED_WITHIN
from restoration.domain.ground import Asks, Demand
from restoration.domain.point import Visit
from restoration.domain.switch import Mode

LONGEST_ID_BYTES = 180
"""A message's id travels, encoded, in a tag of an e-mail, which holds 256 characters."""

ONE_HOUR, ONE_WEEK = timedelta(hours=1), timedelta(days=7)
OF_A_REQUEST = "REQUEST"
"""The variant of a delay that is of a customer's request, whatever becomes of the case."""


class MessageKind(StrEnum):
    """The reasons to write to a customer."""

    ORDER_PLACED = "ORDER_PLACED"
    WITH_ADVISOR = "WITH_ADVISOR"
    CASE_DELAYED = "CASE_DELAYED"
    RESTORATION_DELAYED = "RESTORATION_DELAYED"
    TECHNICIAN_VISIT = "TECHNICIAN_VISIT"
    POWER_RESTORED = "POWER_RESTORED"
    LIMITATION_CANCELLED = "LIMITATION_CANCELLED"
    FLOOR_RAISED = "FLOOR_RAISED"
    BALANCE_DUE = "BALANCE_DUE"
    PAYMENT_REJECTED = "PAYMENT_REJECTED"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    REFUSED = "REFUSED"


BALANCES = frozenset({MessageKind.BALANCE_DUE, MessageKind.PAYMENT_REJECTED})
"""The kinds that say what is to be paid now."""
_OF_CLOSED_CASES = frozenset({MessageKind.POWER_RESTORED, MessageKind.LIMITATION_CANCELLED})
NOT_TWICE_IN_A_ROW = BALANCES | {MessageKind.WITH_ADVISOR}
"""The kinds that are no news where the last thing that was said is the same."""


class Channel(StrEnum):
    """The channels that a message can be sent by; a letter (POST) or a CALL is asked of billing."""

    SMS = "SMS"
    EMAIL = "EMAIL"
    POST = "POST"
    CALL = "CALL"
    NONE = "NONE"

    @property
    def other(self) -> "Channel":
        """The channel to try when this one failed; the rules may make a letter of it."""
        return {Channel.SMS: Channel.EMAIL, Channel.EMAIL: Channel.SMS}.get(self, Channel.NONE)


@dataclass(frozen=True, slots=True)
class Text:
    """A message's subject (e-mail only) and body."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class LastSaid:
    """The last thing that a customer was told about a limitation, or about one technician's visit.

    Parameters
    ----------
    words
        Kind, and amount, date or order.
    message_id
        Of the message that said it: tried again, it is the same word and no second one.
    """

    words: str
    message_id: str
    at: datetime

    @property
    def kind(self) -> str:
        return self.words.partition("#")[0]


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """One message for a customer, with its facts.

    Parameters
    ----------
    limitation_id
        The limitation whose event asks for the message.
    about
        The limitation that the message is counted for: one order may restore two limitations of one point.
    key
        Distinguishes two messages of one kind.
    happened_at
        When the fact was published.
    variant
        Which words of the kind fit: the ground of a restoration, the reason of a refusal, the aim of a visit. Empty:
        those for all.
    facts
        The facts that words in brackets ask for (``domain/wording.py``).
    review_on
        The date until which billing sends no reminder.
    communicating_meter
        Whether the meter is operated remotely: only such a one is switched on again by its + key. None: unknown.
    case
        The order's reference or Enedis' case: a technician's visits are counted for it.
    stopped
        The execution (its ARN) that an incident stopped.
    """

    kind: MessageKind
    limitation_id: str
    contract_id: str
    generation: int
    happened_at: datetime
    about: str
    key: str = ""
    variant: str = ""
    facts: frozenset[str] = frozenset()
    until: date | None = None
    demand: Demand | None = None
    residual: Decimal | None = None
    floor_kva: Decimal | None = None
    review_on: date | None = None
    communicating_meter: bool | None = None
    visit: Visit | None = None
    visit_number: int = 1
    case: str = ""
    reference: str | None = None
    stopped: str | None = None

    @property
    def message_id(self) -> str:
        """The id under which it is sent at most once; at most 180 bytes long."""
        full = f"{self.about}#{self.kind}" + (f"#{self.key}" if self.key else "")
        encoded = full.encode()
        if len(encoded) <= LONGEST_ID_BYTES:
            return full
        digest = sha256(encoded).hexdigest()[:32]
        return encoded[: LONGEST_ID_BYTES - 33].decode(errors="ignore") + f"~{digest}"

    def attempt_id(self, failed: Channel | None) -> str:
        """The id under which one sending is claimed: of the message, or of the message over the other channel."""
        return self.message_id if failed is None else f"{self.message_id}#{failed.other}"

    def waits_until(self, balance_delay: timedelta) -> datetime | None:
        """The moment until which it waits: a balance, since more may be paid; a delay, which may be none."""
        if self.kind is MessageKind.CASE_DELAYED and self.variant != OF_A_REQUEST:
            return self.happened_at + CHECKED_WITHIN
        return self.happened_at + balance_delay if self.kind in BALANCES else None

    @property
    def said(self) -> str:
        """What it says: two messages that say the same have the same words."""
        match self.kind:
            case MessageKind.WITH_ADVISOR:
                return self.kind
            case _ if self.kind in BALANCES and self.demand:
                due_on = self.demand.due_on or ""
                return f"{self.kind}#{self.demand.asks}#{self.demand.amount:.2f}#{due_on}"
            case _:
                return f"{self.kind}#{self.key}"

    @property
    def topic(self) -> str:
        """What it is the next word on: a technician's visit, or (empty) the limitation itself."""
        return f"{self.kind}#{self.case}" if self.visit else ""

    @property
    def asks_nothing(self) -> bool:
        """Whether no money is asked of the customer for full power."""
        return self.demand is not None and self.demand.asks is Asks.NOTHING

    @property
    def expires_at(self) -> datetime | None:
        """The moment from which it is out of date, whatever the register says; None if it stays true."""
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

    def why_not(self, case: Claim, now: datetime) -> str | None:
        """The reason not to send it any more; None when there is none."""
        why: str | None = None
        match self.kind:
            case _ if self.out_of_date(now):
                why = "out of date"
            case _ if self.kind in _OF_CLOSED_CASES or self.variant == OF_A_REQUEST:
                pass
            case _ if not case.is_open:
                why = "the limitation is closed"
            case MessageKind.CASE_DELAYED:
                why = self._why_it_goes_on(case)
            case MessageKind.PAYMENT_PENDING if not case.holder or case.open_order:
                why = "no execution waits for the bank any more"
            case MessageKind.WITH_ADVISOR if self._is_decided(case):
                why = "no advisor decides on it any more"
            case MessageKind.BALANCE_DUE | MessageKind.PAYMENT_REJECTED | MessageKind.REFUSED if case.holder:
                why = "an execution works on it again"
            case _ if self.kind in NOT_TWICE_IN_A_ROW and case.generation != self.generation:
                why = "there is a newer claim"
            case MessageKind.TECHNICIAN_VISIT | MessageKind.RESTORATION_DELAYED if self._is_of_another_order(case):
                why = "its order is not the one under way"
        return why

    def _why_it_goes_on(self, case: Claim) -> str | None:
        """The reason why no delay of ours is to be told; None while a check lasts, or an incident holds the case."""
        if case.mode is not Mode.ON or case.holder is None:
            return "no execution works on it for the customer"
        if self.stopped:
            return "another execution works on it" if case.holder != self.stopped else None
        is_checked = case.open_order or case.waiting_token or case.generation != self.generation
        return "it is checked" if is_checked else None

    def _is_decided(self, case: Claim) -> bool:
        """Whether power is ordered, or a claim ended without leaving it to the advisors."""
        is_let_go = not case.holder and case.last_outcome not in WITH_ADVISORS
        return case.open_reference not in {None, self.reference} or is_let_go

    def _is_of_another_order(self, case: Claim) -> bool:
        """Whether its order is not at work; somebody else's is followed without an open one of the limitation."""
        if self.kind is MessageKind.RESTORATION_DELAYED:
            own = self.reference if self.about == self.limitation_id else None
            return not case.holder or case.open_reference != own
        return bool(self.reference and case.open_order and self.reference != case.open_reference)


WINTER_FLOOR_KVA = Decimal(2)
"""The lowest floor of the winter truce; the summer's is 1 kVA."""
FLOORS_ARE_RAISED_FROM, TRUCE_ENDS = (10, 15), (3, 31)
"""Floors are raised in the last days before the truce, which begins on 1 November."""


def is_of_the_truce(floor_kva: Decimal, on: date) -> bool:
    """Whether the truce must be the reason of a raised floor.

    Source: décret 2008-780, art. 4: 2 or 3 kVA from 1 November to 31 March.
    """
    in_winter = (on.month, on.day) >= FLOORS_ARE_RAISED_FROM or (on.month, on.day) <= TRUCE_ENDS
    return floor_kva >= WINTER_FLOOR_KVA and in_winter


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=PARIS)


FIRST_HOUR = time(8, 0)


def next_morning(now: datetime, message_id: str) -> datetime:
    """The next morning in Paris between eight and nine.

    A night's messages are spread over that hour, always the same for a message: in winter the floor is raised for all
    in one night. In the morning the rules say whether a Sunday is a day for it.
    """
    local = now.astimezone(PARIS)
    day = paris_date(now) + timedelta(days=local.time() >= FIRST_HOUR)
    part = int(sha256(message_id.encode()).hexdigest()[:8], 16) % 3600
    return datetime.combine(day, FIRST_HOUR, tzinfo=PARIS) + timedelta(seconds=part)
