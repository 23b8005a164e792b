"""The contract of the ``notifications`` queue: records that ask for a message, and reports on messages that left.

Five kinds of record lie there:

- a business event of ours, as the bus put it;
- Step Functions' event of an execution that failed, as the default bus put it;
- the channels' word of a customer's request that nobody has seen to by the day that the page gave;
- a copy of one that was *kept* for later (``notBefore``), or that is tried *over the other channel* since the first
  failed (``notBy``): the same event with those two fields of ours;
- a delivery report of SES or of AWS End User Messaging. The rules that bring them pass on ids and a status, never an
  address (``template.yaml``, "Events").
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, Json, ValidationError

from restoration.clock import paris_date, to_text
from restoration.contracts.business_event import SOURCE, BusinessEvent
from restoration.contracts.moments import Moment
from restoration.contracts.published import (
    PUBLISHED,
    AdvisorDecisionRequested,
    BalanceDue,
    DemandDetail,
    DunningHoldRequested,
    PaymentPending,
    PowerFloorRaised,
    PowerRestored,
    RestorationDelayed,
    RestorationLeftToAdvisor,
    RestorationOrdered,
    RestorationRefused,
    TriggerReference,
    VisitPlanned,
)
from restoration.contracts.wire import Identifier, LimitationId, WireModel
from restoration.domain.ground import MONEY, Asks, Basis, Demand
from restoration.domain.limitation import LOOKS
from restoration.domain.message import OF_A_REQUEST, Channel, CustomerMessage, MessageKind, is_of_the_truce
from restoration.domain.payment import PaymentMeans
from restoration.domain.point import Visit
from restoration.errors import InvalidEvent


class _Envelope(WireModel):
    source: Literal["restoration", "channels", "aws.states"]
    detail_type: str = Field(alias="detail-type")
    time: Moment
    detail: dict[str, Any]
    not_before: Moment | None = None
    not_by: Literal[Channel.SMS, Channel.EMAIL] | None = None


class _Begun(WireModel):
    limitation_id: Identifier
    contract_id: Identifier
    trigger: TriggerReference


class RequestOverdue(WireModel):
    """Nobody has seen to a customer's request by the day that the page gave. The channels say it each night."""

    limitation_id: LimitationId
    contract_id: Identifier
    due_by: Moment


class _Stopped(WireModel):
    execution_arn: str
    input: Json[_Begun]


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A record that asks for a message.

    Parameters
    ----------
    body
        The record as it lay in the queue.
    not_before
        On a kept copy: the moment to look again.
    not_by
        On a second try: the channel that failed.
    """

    body: str
    event_id: str
    message: CustomerMessage
    not_before: datetime | None
    not_by: Channel | None

    @property
    def attempt_id(self) -> str:
        """The id under which its sending is claimed."""
        return self.message.attempt_id(self.not_by)

    @property
    def again(self) -> "MessageRecord":
        """The record, of a message that replaces what the customer was told."""
        return replace(self, message=replace(self.message, facts=self.message.facts | {"again"}))

    def kept_until(self, moment: datetime) -> str:
        """The body of a copy to look at again at ``moment``."""
        return self._copy(notBefore=to_text(moment))

    def without(self, failed: Channel) -> str:
        """The body of a copy to try over the other channel, at once."""
        return self._copy(notBy=failed.value, notBefore=None)

    def _copy(self, **ours: str | None) -> str:
        return json.dumps({**json.loads(self.body), **ours}, ensure_ascii=False)


class Report(StrEnum):
    """The kinds of report that SES or End User Messaging send on a message that they took."""

    BOUNCED = "Email Bounced"
    COMPLAINED = "Email Complaint Received"
    REJECTED = "Email Rejected"
    DELAYED = "Email Delivery Delayed"
    UNDELIVERABLE = "Text Message Delivery Status Updated"

    @property
    def channel(self) -> Channel:
        return Channel.SMS if self is Report.UNDELIVERABLE else Channel.EMAIL


def tag_of(attempt_id: str) -> str:
    """The id of a sending as its message carries it: SES's tags hold letters, digits, ``_`` and ``-`` only."""
    return urlsafe_b64encode(attempt_id.encode()).decode().rstrip("=")


def attempt_of(tag: str) -> str:
    """The id that :func:`tag_of` made a tag of."""
    return urlsafe_b64decode(tag + "=" * (-len(tag) % 4)).decode()


class DeliveryReport(WireModel):
    """A carrier's report on a message that had left.

    Parameters
    ----------
    attempt_id
        The id under which its sending was claimed; its message carries it as a tag.
    status
        The carrier's own word, where it has several.
    """

    attempt_id: Annotated[str, AfterValidator(attempt_of), Field(alias="tag")]
    report: Report
    at: Moment
    status: str = ""


_OURS_ALONE = LOOKS - {"LimitationRegistered"}
"""No customer knows of such a look. By a registration one begins only where a payment or a protection came before."""


def parse_record(body: str) -> MessageRecord | DeliveryReport | None:
    """Read a record of the queue; None for an event that asks for no message.

    Raises
    ------
    InvalidEvent
        When it is none of those kinds; says which field is wrong.
    """
    try:
        document = json.loads(body)
        if isinstance(document, Mapping) and "report" in document:
            return DeliveryReport.model_validate(document)
        envelope = _Envelope.model_validate(document)
        message: CustomerMessage | None
        if envelope.source == "channels":
            late = RequestOverdue.model_validate(envelope.detail)
            message = _late(late, envelope.time, late.due_by, variant=OF_A_REQUEST)
            event_id = message.message_id
        elif envelope.source != SOURCE:
            stopped = _Stopped.model_validate(envelope.detail)
            event_id, begun = stopped.execution_arn, stopped.input
            is_heard_of = begun.trigger.type not in _OURS_ALONE
            message = _late(begun, envelope.time, envelope.time, stopped=event_id) if is_heard_of else None
        elif envelope.detail_type not in PUBLISHED:
            raise InvalidEvent(f"detail-type: {SOURCE} publishes no {envelope.detail_type}")
        else:
            event = PUBLISHED[envelope.detail_type].model_validate(envelope.detail)
            event_id, message = event.id, message_of(event, envelope.time)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'the record'}: {fault['msg']}" for fault in error.errors()
        )
        raise InvalidEvent(f"not a record of the notifications queue: {faults}") from None
    except ValueError as error:
        raise InvalidEvent(f"not a record of the notifications queue: {error}") from None
    return MessageRecord(body, event_id, message, envelope.not_before, envelope.not_by) if message else None


def _late(
    of: _Begun | RequestOverdue, at: datetime, day: datetime, *, variant: str = "", stopped: str | None = None
) -> CustomerMessage:
    """The message that we are late: one for all of a limitation on a day, however often that is told."""
    return CustomerMessage(
        kind=MessageKind.CASE_DELAYED,
        limitation_id=of.limitation_id,
        contract_id=of.contract_id,
        generation=0,
        happened_at=at,
        about=of.limitation_id,
        key=paris_date(day).isoformat(),
        variant=variant,
        stopped=stopped,
    )


def message_of(event: BusinessEvent, happened_at: datetime) -> CustomerMessage | None:
    """The message that an event asks for; None where it asks for none.

    A payment that is returned after power was restored, or while it is ordered, asks for none: billing and the advisors
    hear of it, and billing's own letters ask for the debt. We write only where something is to be paid for power.
    """
    kind: MessageKind
    facts: dict[str, Any] = {}
    demand: DemandDetail | None = getattr(event, "demand", None)
    match event:
        case DunningHoldRequested() if event.trigger.type not in _OURS_ALONE:
            kind = MessageKind.CASE_DELAYED
            facts = {"key": paris_date(happened_at).isoformat()}
        case PaymentPending():
            kind = MessageKind.PAYMENT_PENDING
            facts = {"key": event.until.isoformat() if event.until else "unknown", "until": event.until}
        case RestorationOrdered(paid=True, aim="FULL"):
            kind = MessageKind.ORDER_PLACED
            facts = {"key": event.reference, "reference": event.reference}
        case RestorationDelayed() | VisitPlanned():
            kind, facts = _at_enedis(event)
        case BalanceDue() if event.balance > 0 and (demand is None or demand.asks in MONEY):
            kind = MessageKind.PAYMENT_REJECTED if event.rejected else MessageKind.BALANCE_DUE
            facts = {
                "key": f"{event.generation}#{event.balance:.2f}",
                "demand": demand.demand if demand else Demand(Asks.DEBT, event.balance),
                "variant": rejected_variant(event.rejected_means) if event.rejected else "",
                "facts": frozenset({"paid"} if event.paid else ()),
            }
        case AdvisorDecisionRequested() | RestorationLeftToAdvisor():
            kind = MessageKind.WITH_ADVISOR
            facts = {"key": str(event.generation), "reference": getattr(event, "reference", None)}
        case RestorationRefused():
            kind = MessageKind.REFUSED
            facts = {"key": event.advisor_word or event.reason, "variant": event.reason}
        case PowerFloorRaised():
            kind = MessageKind.FLOOR_RAISED
            facts = _floor(event, paris_date(happened_at))
        case PowerRestored():
            never_left = event.outcome == "LIMITATION_CANCELLED"
            kind = MessageKind.LIMITATION_CANCELLED if never_left else MessageKind.POWER_RESTORED
            by_order = {} if never_left else _of_order(event)
            facts = {"key": str(event.generation)} | by_order | _ground(event)
        case _:
            return None
    return CustomerMessage(
        kind=kind,
        limitation_id=event.limitation_id,
        contract_id=event.contract_id,
        generation=event.generation,
        happened_at=happened_at,
        **({"about": event.limitation_id, "demand": demand and demand.demand} | facts),
    )


def _at_enedis(event: RestorationDelayed | VisitPlanned) -> tuple[MessageKind, dict[str, Any]]:
    """What a customer hears about a case at Enedis, ours or somebody else's."""
    case = event.reference or event.case_id or ""
    if isinstance(event, RestorationDelayed):
        until = paris_date(event.due_at) if event.due_at else None
        return MessageKind.RESTORATION_DELAYED, {"key": case, "until": until} | _of_order(event)
    return MessageKind.TECHNICIAN_VISIT, {
        "key": f"{case}#{event.number}#{event.on.isoformat()}#{event.slot}",
        "visit": Visit(event.on, event.slot),
        "visit_number": event.number,
        "case": case,
        "reference": event.reference,
        "variant": event.aim,
    }


_OURS = re.compile(r"([A-Za-z0-9_-]+)/[RTFC]/[0-9]+", re.ASCII)


def _of_order(event: PowerRestored | RestorationDelayed) -> dict[str, str]:
    """One order of ours may restore two limitations of one point: the customer gets one message.

    Somebody else's may have the same words for many customers.
    """
    ours = _OURS.fullmatch(event.reference or "")
    return {"about": ours[1], "key": ours[0], "reference": ours[0]} if ours else {}


BY_A_BANK = frozenset({
    PaymentMeans.CARD,
    PaymentMeans.INSTANT_TRANSFER,
    PaymentMeans.TRANSFER,
    PaymentMeans.DIRECT_DEBIT,
    PaymentMeans.TIP_SEPA,
    PaymentMeans.CHEQUE,
})  # fmt: skip
"""The means that come from a bank of the customer's own, which may reject them."""


def rejected_variant(means: Iterable[str]) -> str:
    """The words for payments that were returned: only some come from a bank of the customer's; empty: for all."""
    returned = frozenset(means)
    if returned and returned <= BY_A_BANK:
        return "BANK"
    return "ENERGY_VOUCHER" if returned == {PaymentMeans.ENERGY_VOUCHER} else ""


def _floor(event: PowerFloorRaised, day: date) -> dict[str, Any]:
    so = {
        "truce": is_of_the_truce(event.floor_kva, day),
        "perhaps_paid": not event.rejected and (event.demand is None or event.demand.asks in MONEY),
    }
    return {
        # Raised again next winter, the limit is news again.
        "key": f"{event.floor_kva.normalize():f}#{day:%Y-%m}",
        "floor_kva": event.floor_kva,
        "facts": frozenset(fact for fact, is_so in so.items() if is_so),
    }


def _ground(event: PowerRestored) -> dict[str, Any]:
    # A debt of which the law freezes a part is not paid with the rest.
    is_frozen = event.basis is Basis.DEBT_COVERED and event.unclaimable > 0
    return {
        "variant": "" if is_frozen else event.basis or "",
        "residual": event.residual if event.basis is Basis.DEBT_COVERED else None,
        "review_on": event.review_on,
        "communicating_meter": event.communicating_meter,
    }
