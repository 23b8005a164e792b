"""Judging dead letters: what each is, and whether its queue would take it today, by the code that is deployed today.

So a judgement also says whether a mend worked. A letter that would come back, or that must not take effect any more, is
not replayed (docs/decisions/0081).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from record.domain.dead_letter import DeadLetter, Family, Judgement
from record.domain.failure import document
from restoration.contracts.envelope import Envelope, parse_event, sources_of
from restoration.contracts.notifications import DeliveryReport, MessageRecord, parse_record
from restoration.contracts.queued_order import parse_queued_order
from restoration.contracts.received import (
    PAYMENT_EVENTS,
    RESUMING_EVENTS,
    AdvisorDecided,
    BankResult,
    PaymentDeclared,
    PowerMissing,
)
from restoration.contracts.received_limitations import (
    LIMITATION_EVENTS,
    ContractEnded,
    PowerLimitation,
    PowerLimitationCancelled,
)
from restoration.domain.claim import HolderStatus
from restoration.domain.sending import Sending, SendingState
from restoration.errors import ConflictingEvent, InvalidEvent
from restoration.ports import Holders, KnownClaims
from restoration.use_cases.place_order import check_against

OLD_DECISION = timedelta(days=2)
"""An advisor's decision that lay aside for longer is asked about: the customer may have called again."""

WOULD_BE_TAKEN = "it would be taken"
_EVENTS: dict[Family, TypeAdapter[Any]] = {
    Family.PAYMENTS: PAYMENT_EVENTS,
    Family.LIMITATIONS: LIMITATION_EVENTS,
    Family.RESUMPTIONS: RESUMING_EVENTS,
}
_CONFLICT = (
    "an earlier event about the same fact had other content: it would come back. Ask billing which is right, have it"
    " sent under a new id if need be, and discard this one"
)
_MESSAGE_STATES = {
    SendingState.SENT: "the message has left by another way meanwhile: discard it",
    SendingState.CLAIMED: "another worker is sending the message: look again in some minutes",
    SendingState.UNKNOWN: (
        "nobody knows whether the customer got the message, so it would not be sent: see the runbook's page"
        ' "Messages to customers fail"'
    ),
}


class _WouldComeBack(Exception):
    """Raised within this module: the letter must not be replayed, for the reason in the text."""


@dataclass(frozen=True, slots=True)
class LetterJudge:
    """Judges dead letters.

    Parameters
    ----------
    holders
        Whether executions still run.
    sending
        Finds the sending of a message by its attempt's id.
    read_dropped_file
        Gives the name of the file in a record of the flows queue; raises InvalidEvent.
    """

    claims: KnownClaims
    holders: Holders
    sending: Callable[[str], Sending | None]
    read_dropped_file: Callable[[str], str]
    now: Callable[[], datetime]

    def judge(self, family: Family, letter: DeadLetter) -> Judgement:
        """Say what a letter is, where it may go back to, and why or why not."""
        what = _in_short(letter.body)
        try:
            to = _route(letter.body) if family is Family.UNRECOGNISED else family
            what, words = self._read(to, letter.body)
        except _WouldComeBack as why:
            return Judgement(what, None, str(why))
        except InvalidEvent as error:
            return Judgement(what, None, f"it would come back: {error}")
        if letter.error == ConflictingEvent.__name__:
            return Judgement(what, None, _CONFLICT)
        return Judgement(what, to, words)

    def _read(self, family: Family, body: str) -> tuple[str, str]:
        """What a record is, and how its queue's function would take it; InvalidEvent where it would put it aside."""
        match family:
            case Family.ORDERS:
                return self._order(body)
            case Family.NOTIFICATIONS:
                return self._message(body)
            case Family.FLOWS:
                return f"file {self.read_dropped_file(body)}", "the file is read again, which does no harm"
            case _:
                return self._event(family, body)

    def _event(self, family: Family, body: str) -> tuple[str, str]:
        event = parse_event(body, _EVENTS[family], self.now())
        words = WOULD_BE_TAKEN
        if isinstance(event, AdvisorDecided | PaymentDeclared | PowerMissing):
            limitation_id = event.detail.limitation_id
            if self.claims.get(limitation_id) is None:
                raise InvalidEvent(f"no limitation {limitation_id} is registered: have billing report it first")
        if isinstance(event, AdvisorDecided):
            age = self.now() - event.detail.at
            if age > OLD_DECISION:
                words += f", but it was decided {age.days} days ago: ask the advisor whether it still holds"
        return f"{getattr(event, 'detail_type', 'event')} {_id_of(event)}", words

    def _order(self, body: str) -> tuple[str, str]:
        queued = parse_queued_order(body)
        what = f"order {queued.reference}"
        check_against(self.claims.get(queued.limitation_id), queued.placing)
        if self.holders.status_of(queued.execution) is not HolderStatus.ALIVE:
            # Replayed, it could be placed while nobody follows it. A redrive queues the same order again.
            raise _WouldComeBack(
                "its execution waits no more. Redrive the execution, which queues the order again, and discard this one"
            )
        return what, "its execution still waits for it, and it is placed once"

    def _message(self, body: str) -> tuple[str, str]:
        record = parse_record(body)
        if isinstance(record, DeliveryReport):
            return f"report {record.report} {record.attempt_id}", WOULD_BE_TAKEN
        if not isinstance(record, MessageRecord):
            raise _WouldComeBack("it asks for no message: discard it")
        limitation_id = record.message.limitation_id
        if self.claims.get(limitation_id) is None:
            raise InvalidEvent(f"no limitation {limitation_id} is registered")
        sending = self.sending(record.attempt_id)
        if sending and (why_not := _MESSAGE_STATES.get(sending.state)):
            raise _WouldComeBack(why_not)
        return f"message {record.attempt_id}", f"{WOULD_BE_TAKEN}: it leaves if it is still true"


def _route(body: str) -> Family:
    """The family whose rule would take an unrecognised event today, by its type and its source."""
    content = document(body)
    detail_type, source = content.get("detail-type"), content.get("source")
    for family in _EVENTS:
        if detail_type in types_of(family) and source in sources_of(str(detail_type)):
            return family
    raise _WouldComeBack(
        f"no rule takes {detail_type} of {source} today. A typing error: have it sent again under its right type, and"
        " discard this one. A new type: have it deployed, then replay"
    )


@cache
def types_of(family: Family) -> frozenset[str]:
    """The types of events that a family's function knows, of the three families that have events."""
    return frozenset(_EVENTS[family].json_schema()["discriminator"]["mapping"])


def _id_of(event: Envelope) -> str:
    match event:
        case PowerLimitation() | PowerLimitationCancelled():
            return event.detail.limitation_id
        case ContractEnded():
            return event.detail.contract_id
        case BankResult():
            return event.detail.payment_id
        case _:
            return str(getattr(event, "trigger_id", event.event_id))


def _in_short(body: str) -> str:
    """What a record that can't be read seems to be."""
    content = document(body)
    if "detail-type" in content:
        return f"{content['detail-type']} (event {content.get('id', 'without an id')})"
    if "intent" in content:
        return f"order of {content.get('limitationId')}"
    return "unreadable"
