"""Telling customers what happens to their power: which channel, when, and at most once for each kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Protocol

from restoration.clock import PARIS
from restoration.decision import DecisionRequest
from restoration.message import Channel, MessageKind, Text, text_of
from restoration.point import Visit
from restoration.sla import is_public_holiday

FIRST_HOUR = time(8, 0)
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to send: of which kind, to whom, for which limitation."""

    limitation_id: str
    customer_id: str
    kind: MessageKind
    asked_by: str
    balance: Decimal | None = None
    floor_kva: Decimal | None = None
    visit: Visit | None = None
    visit_number: int = 1
    """The how many-th visit that the customer is told of: one moved away and back again is told three times."""

    @property
    def message_id(self) -> str:
        """What is sent at most once: a kind for a limitation, or a visit as it is planned now."""
        planned = f"#{self.visit_number}#{self.visit.on.isoformat()}#{self.visit.slot}" if self.visit else ""
        return f"{self.limitation_id}#{self.kind}{planned}"


@dataclass(frozen=True, slots=True)
class Notified:
    """What became of a message: SENT, ALREADY_SENT, DEFERRED (ask again at ``until``) or NO_CHANNEL."""

    status: str
    channel: Channel = Channel.NONE
    until: datetime | None = None


class Reachable(Protocol):
    """A customer's contact, as billing tells it; never stored."""

    @property
    def mobile(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def accepts_sms(self) -> bool: ...
    @property
    def accepts_email(self) -> bool: ...
    @property
    def opted_out(self) -> bool: ...


class Contacts(Protocol):
    """Where contacts are fetched at the moment of notifying."""

    def contact(self, customer_id: str) -> Reachable: ...


class Rules(Protocol):
    """Who decides about channel and hour."""

    def value(self, request: DecisionRequest) -> Any: ...


class Outbox(Protocol):
    """Where messages leave, each claimed before it is sent."""

    def claim(self, message_id: str) -> bool: ...
    def send(self, message_id: str, channel: Channel, address: str, text: Text) -> None: ...


@dataclass(frozen=True, slots=True)
class Notifier:
    """Sends messages to customers.

    Parameters
    ----------
    may_defer
        Whether a message may wait for the morning at all; a test environment need not wait.
    """

    contacts: Contacts
    rules: Rules
    outbox: Outbox
    now: Callable[[], datetime]
    may_defer: bool

    def notify(self, notification: Notification) -> Notified:
        """Send a message, unless the rules defer it, nobody can be reached, or it was sent before."""
        contact = self.contacts.contact(notification.customer_id)
        local = self.now().astimezone(PARIS)
        ruling: Mapping[str, Any] = self.rules.value(
            DecisionRequest(
                decision="notification",
                limitation_id=notification.limitation_id,
                asked_by=notification.asked_by,
                inputs={
                    "kind": notification.kind.value,
                    "hasMobile": contact.accepts_sms,
                    "hasEmail": contact.accepts_email,
                    "optedOut": contact.opted_out,
                    "localHour": local.hour,
                    "dayOff": _is_day_off(local),
                },
            )
        )
        channel = Channel(ruling["channel"])
        address = _address(contact, channel)
        if address is None:
            return Notified("NO_CHANNEL")
        if ruling["defer"] and self.may_defer:
            return Notified("DEFERRED", channel, next_message_hour(local) + _part_of_an_hour(notification.message_id))
        text = text_of(
            notification.kind,
            balance=notification.balance,
            floor_kva=notification.floor_kva,
            visit=notification.visit,
        )
        if not self.outbox.claim(notification.message_id):
            return Notified("ALREADY_SENT", channel)
        self.outbox.send(notification.message_id, channel, address, text)
        return Notified("SENT", channel)


def _part_of_an_hour(message_id: str) -> timedelta:
    """Spread a night's messages over the first hour of the day: a winter's floor is raised for all in one night."""
    return timedelta(seconds=int(sha256(message_id.encode()).hexdigest()[:8], 16) % 3600)


def _address(contact: Reachable, channel: Channel) -> str | None:
    """Where to write; the customer's refusal of a channel counts whatever the rules say."""
    if channel is Channel.SMS and contact.accepts_sms:
        return contact.mobile
    if channel is Channel.EMAIL and contact.accepts_email:
        return contact.email
    return None


def _is_day_off(local: datetime) -> bool:
    return local.weekday() == SUNDAY or is_public_holiday(local.date())


def next_message_hour(local: datetime) -> datetime:
    """The next 8:00 in Paris, after ``local``, of a day that is neither a Sunday nor a public holiday."""
    candidate = datetime.combine(local.date(), FIRST_HOUR, tzinfo=PARIS)
    while candidate <= local or _is_day_off(candidate):
        candidate = datetime.combine(candidate.date() + timedelta(days=1), FIRST_HOUR, tzinfo=PARIS)
    return candidate
