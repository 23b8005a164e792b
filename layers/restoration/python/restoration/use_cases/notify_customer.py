"""Messages to customers about their power: by the channel and at the hour that the rules say, at most once.

A record that asks for a message goes through these steps, whenever it comes: the first time, kept for the morning,
shown again by SQS, or moved back from the dead letters.

1. Is it too early (kept, or a balance, which waits ten minutes)? Then a copy is kept.
2. Is it sent already? Then it is done. Is another attempt sending it? Then a copy is kept until the lease of that
   attempt has ended. After that nobody knows whether it was sent: this is reported, and it is never sent again by
   itself.
3. Does the register still say so, and is it news? If not, it is dropped.
4. By which channel do the rules send it, and now? If not now, a copy is kept.
5. The sending is claimed by *this attempt*, never by the event, so that two copies of one event can't both take a
   claim for their own. Then it is sent, and noted as sent.

A customer with neither mobile nor e-mail gets a letter or a call: billing is asked for it on the bus, under the same
claim.

A message that was surely not sent gives its claim back, and SQS shows its record again. One that was perhaps sent is
reported.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from restoration.clock import PARIS, to_text
from restoration.contracts.contact import Contact
from restoration.contracts.notifications import MessageRecord
from restoration.contracts.published import LetterRequested, MessageFailed
from restoration.domain.claim import is_answer_overdue
from restoration.domain.deadlines import is_public_holiday
from restoration.domain.decision import DecisionRequest
from restoration.domain.message import (
    BALANCES,
    NOT_TWICE_IN_A_ROW,
    Channel,
    CustomerMessage,
    LastSaid,
    Text,
    next_morning,
)
from restoration.domain.sending import Sending, SendingState
from restoration.errors import InvalidEvent, MessageNotDelivered, MessageNotSent, MessageOutcomeUnknown
from restoration.ports import (
    Carrier,
    KnownClaims,
    Publisher,
    Rules,
    SendingLog,
)

SUNDAY = 6
BY_BILLING = frozenset({Channel.POST, Channel.CALL})
LOOK_AGAIN, LEASE = timedelta(seconds=10), timedelta(seconds=120)
"""Sending takes a second; an attempt may take its lease, longer than the function's timeout, in case that it died."""


class Status(StrEnum):
    """The outcomes of a record."""

    SENT = "SENT"
    ALREADY_SENT = "ALREADY_SENT"
    KEPT = "KEPT"
    DROPPED = "DROPPED"
    NO_CHANNEL = "NO_CHANNEL"
    OTHER_CHANNEL = "OTHER_CHANNEL"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Notified:
    """The outcome of a record, with its reason; ``until`` belongs to one that was kept."""

    status: Status
    reason: str = ""
    until: datetime | None = None
    channel: Channel = Channel.NONE


@dataclass(frozen=True, slots=True)
class MessageDesk:
    """Sends messages to customers.

    Parameters
    ----------
    contact
        Fetches a customer's contact from billing.
    text_of
        The text of a message by a channel in a language.
    keep
        Keeps a record of the notifications queue for later, for longer than SQS itself could.
    put_aside
        Keeps a record that can't be processed, with the reason and the event's id.
    new_attempt
        Makes a name that no other attempt has.
    is_at_work
        Whether an execution (its ARN), which an incident stopped, was redriven.
    may_defer
        Whether a message may wait for the morning at all; a test environment need not wait.
    balance_delay
        How long a balance waits before it is sent.
    answer_term
        Within how long customers are told that an advisor decides.
    """

    claims: KnownClaims
    contact: Callable[[str], Contact]
    rules: Rules
    text_of: Callable[[CustomerMessage, Channel, str], Text]
    log: SendingLog
    carriers: Mapping[Channel, Carrier]
    keep: Callable[[str, timedelta], None]
    put_aside: Callable[[str, Exception, str], None]
    bus: Publisher
    now: Callable[[], datetime]
    new_attempt: Callable[[], str]
    is_at_work: Callable[[str], bool]
    may_defer: bool
    balance_delay: timedelta
    answer_term: timedelta

    def notify(self, record: MessageRecord) -> Notified:
        """Send the message that the record asks for, unless there is a reason not to.

        Raises
        ------
        InvalidEvent
            When the register does not know the limitation.
        MessageNotSent
            When it was surely not sent: SQS shows the record again.
        """
        message = record.message
        newer_visit = self._newer_visit(message)
        wait_until = record.not_before or message.waits_until(self.balance_delay)
        if wait_until and self.now() < wait_until:
            return self._keep(record, wait_until, "not yet")
        if standing := self._standing(record, self.log.find(record.attempt_id)):
            return standing
        case = self.claims.get(message.limitation_id)
        if case is None:
            raise InvalidEvent(f"detail.limitationId: no limitation {message.limitation_id} is registered")
        if why_not := newer_visit or message.why_not(case, self.now()):
            return Notified(Status.DROPPED, why_not)
        if message.stopped:
            if self.is_at_work(message.stopped):
                return Notified(Status.DROPPED, "it was redriven")
            record = replace(record, message=replace(message, generation=case.generation))
        last = self.log.last_said(message.limitation_id, message.topic)
        if last and last.message_id != message.message_id and self._was_sent(last.message_id):
            if self._is_no_news(message, last):
                return Notified(Status.DROPPED, "it was the last thing that was said")
            if last.kind == message.kind:
                record = record.again
        return self._send_by_the_rules(record, self.contact(case.customer_id))

    def give_up(self, record: MessageRecord, error: Exception) -> Notified:
        """Stop trying: use the other channel if the first refused, else report it and put the record aside."""
        if standing := self._standing(record, self.log.find(record.attempt_id)):
            return standing
        refused_by = Channel(error.channel) if isinstance(error, MessageNotSent) else Channel.NONE
        if refused_by in self.carriers and record.not_by is None:
            self.keep(record.without(refused_by), timedelta())
            return Notified(Status.OTHER_CHANNEL, str(error))
        return self._fail(record, error)

    def report(self, record: MessageRecord, error: Exception) -> Notified:
        """Report once that a message failed: on the bus, and in the dead letters with the reason.

        It is noted as reported last: after a crash in between it is reported again, with the same event id.
        """
        message = record.message
        failed = MessageFailed.of(
            message.limitation_id,
            message.generation,
            message.contract_id,
            kind=message.kind.value,
            key=message.message_id,
            error=str(error),
        )
        self.bus.publish([failed])
        self.put_aside(record.body, error, record.event_id)
        self.log.note_reported(record.attempt_id)
        return Notified(Status.FAILED, str(error))

    def _newer_visit(self, message: CustomerMessage) -> str | None:
        """Note a visit before anything else, so that an older one that was kept meanwhile is not sent after it."""
        if message.visit is None:
            return None
        mine = (message.generation, message.visit_number)
        newest = self.log.newest_visit(message.limitation_id, message.case, *mine)
        return "a newer visit is planned" if newest > mine else None

    def _is_no_news(self, message: CustomerMessage, last: LastSaid) -> bool:
        """Whether it says what was said last. That an advisor has the case is news once the decision is overdue."""
        if message.kind not in NOT_TWICE_IN_A_ROW or last.words != message.said:
            return False
        return message.kind in BALANCES or not is_answer_overdue(last.at, self.now(), self.answer_term)

    def _was_sent(self, message_id: str) -> bool:
        """Whether a message left, over one channel or the other."""
        tries = (message_id, *(f"{message_id}#{channel}" for channel in self.carriers))
        return any(found and found.state is SendingState.SENT for found in map(self.log.find, tries))

    def _standing(self, record: MessageRecord, sending: Sending | None) -> Notified | None:
        """The outcome that follows from the state of its sending; None when it may be tried."""
        if sending is None or sending.state is SendingState.FAILED:
            return None
        if sending.state is SendingState.SENT:
            return Notified(Status.ALREADY_SENT)
        if sending.state is SendingState.CLAIMED:
            return self._claimed(record, sending)
        if sending.reported:
            return Notified(Status.FAILED, sending.error)
        return self.report(record, MessageOutcomeUnknown(sending.error))

    def _claimed(self, record: MessageRecord, sending: Sending) -> Notified:
        """Wait for the attempt that has claimed it; after its lease nobody knows whether it was sent."""
        lease_ends = sending.claimed_at + LEASE
        if self.now() < lease_ends:
            return self._keep(record, min(lease_ends, self.now() + LOOK_AGAIN), "another attempt is sending it")
        reason = f"{record.attempt_id}: claimed at {to_text(sending.claimed_at)} and never noted as sent"
        if noted_meanwhile := self.log.note_unknown(record.attempt_id, sending.by, reason):
            return self._standing(record, noted_meanwhile) or self._keep(record, lease_ends, "given back just now")
        return self.report(record, MessageOutcomeUnknown(reason))

    def _send_by_the_rules(self, record: MessageRecord, contact: Contact) -> Notified:
        """Find the channel and the hour, then send."""
        channel, defer = self._ruling(record.message, contact, record.not_by)
        if channel in BY_BILLING:
            text = self.text_of(record.message, channel, contact.language)
            return self._send(record, channel, lambda: self._ask_billing(record, channel, text))
        address = _address(contact, channel, record.not_by)
        if address is None and record.not_by is not None:
            reason = f"{record.message.message_id}: {record.not_by} failed and no other channel is left"
            return self._fail(record, MessageNotDelivered(reason))
        if address is None:
            return Notified(Status.NO_CHANNEL)
        if defer and self.may_defer:
            morning = next_morning(self.now(), record.attempt_id)
            if record.message.out_of_date(morning):
                return Notified(Status.DROPPED, "out of date in the morning")
            return self._keep(record, morning, "quiet hours")
        text = self.text_of(record.message, channel, contact.language)
        return self._send(record, channel, lambda: self.carriers[channel].send(record.attempt_id, address, text))

    def _send(self, record: MessageRecord, channel: Channel, hand_over: Callable[[], str]) -> Notified:
        """Claim the sending, hand the message over, and note it with the id that it got there."""
        me, attempt_id = self.new_attempt(), record.attempt_id
        message = record.message
        said = LastSaid(message.said, message.message_id, message.happened_at)
        self.log.note_said(message.limitation_id, message.topic, message.generation, said)
        if sending := self.log.claim(attempt_id, me, channel, record.body):
            return self._standing(record, sending) or self._keep(record, self.now(), "given back just now")
        try:
            carrier_id = hand_over()
        except MessageNotSent as error:
            self.log.note_failed(attempt_id, me, str(error))
            raise
        except MessageOutcomeUnknown as error:
            self.log.note_unknown(attempt_id, me, str(error))
            return self.report(record, error)
        self.log.note_sent(attempt_id, me, carrier_id)
        return Notified(Status.SENT, channel=channel)

    def _ask_billing(self, record: MessageRecord, channel: Channel, text: Text) -> str:
        """Ask billing for a letter or a call.

        It is surely not asked for twice, even when the bus took an event whose response was lost: the event that is
        published again has the same id.
        """
        message = record.message
        letter = LetterRequested.of(
            message.limitation_id,
            message.generation,
            message.contract_id,
            kind=message.kind.value,
            key=message.message_id,
            text=text.body,
            by_telephone=channel is Channel.CALL,
        )
        try:
            self.bus.publish([letter])
        except Exception as error:
            raise MessageNotSent(f"{record.attempt_id} by {channel}: {error}", channel) from error
        return letter.id

    def _fail(self, record: MessageRecord, error: Exception) -> Notified:
        self.log.note_failed(record.attempt_id, self.new_attempt(), str(error))
        return self.report(record, error)

    def _keep(self, record: MessageRecord, until: datetime, why: str) -> Notified:
        self.keep(record.kept_until(until), until - self.now())
        return Notified(Status.KEPT, why, until)

    def _ruling(self, message: CustomerMessage, contact: Contact, failed: Channel | None) -> tuple[Channel, bool]:
        """The channel, and whether to wait; for the rules, a channel that failed does not exist."""
        local = self.now().astimezone(PARIS)
        ruling: Mapping[str, Any] = self.rules.value(
            DecisionRequest(
                decision="notification",
                limitation_id=message.limitation_id,
                asked_by=f"notify_customer/{message.message_id}",
                inputs={
                    "kind": message.kind.value,
                    "hasMobile": contact.accepts_sms and failed is not Channel.SMS,
                    "hasEmail": contact.accepts_email and failed is not Channel.EMAIL,
                    "localHour": local.hour,
                    "dayOff": local.weekday() == SUNDAY or is_public_holiday(local.date(), contact.department),
                },
            )
        )
        return Channel(ruling["channel"]), bool(ruling["defer"])


def _address(contact: Contact, channel: Channel, failed: Channel | None) -> str | None:
    """The address to write to; the customer's refusal of a channel counts whatever the rules say."""
    if channel is failed:
        return None
    if channel is Channel.SMS and contact.accepts_sms:
        return contact.mobile
    if channel is Channel.EMAIL and contact.accepts_email:
        return contact.email
    return None
