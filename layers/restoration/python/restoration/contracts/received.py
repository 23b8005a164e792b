"""The contracts of the events that come in: the only place that knows their JSON.

Each event is an EventBridge envelope whose ``detail`` is one of :mod:`restoration.contracts.received_details`.
``parse_event`` turns a queued record's body into it, or raises :class:`~restoration.errors.InvalidEvent` saying which
field is wrong and why. The JSON Schemas in ``events/schemas/`` are generated from these models.
"""

import json
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from restoration.clock import to_text
from restoration.contracts.received_details import (
    AdvisorDecidedDetail,
    BankResultDetail,
    ContractEndedDetail,
    HousingAidDetail,
    PaymentDeclaredDetail,
    PaymentPlanAgreedDetail,
    PaymentPlanBrokenDetail,
    PaymentReceivedDetail,
    PowerLimitationCancelledDetail,
    PowerLimitationDetail,
    PowerMissingDetail,
    ProtectionGrantedDetail,
)
from restoration.contracts.wire import WireModel
from restoration.errors import InvalidEvent


class Envelope(BaseModel):
    """EventBridge's envelope of a detail. ``event_id`` is unique for each put, also for a repeated event."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    event_id: Annotated[str, Field(alias="id", min_length=1)]
    source: str
    time: datetime

    @property
    def digest(self) -> str:
        """The event's content without its moments, hashed: however its amounts are written and its lists ordered."""
        detail: WireModel = self.detail  # type: ignore[attr-defined]
        content = json.dumps(_canonical(detail.model_dump(exclude={"at", "paid_at"})), sort_keys=True)
        return sha256(content.encode()).hexdigest()[:32]

    @property
    def paid_at(self) -> datetime | None:
        """When the customer paid, for a payment of which billing says it."""
        return getattr(self.detail, "paid_at", None)  # type: ignore[attr-defined]


class PaymentReceived(Envelope):
    detail_type: Annotated[Literal["PaymentReceived"], Field(alias="detail-type")]
    detail: PaymentReceivedDetail

    @property
    def trigger_id(self) -> str:
        """An id unique to the fact: a repeated event has the same, a payment's new status has another."""
        return f"{self.detail.payment_id}:{self.detail.status}"

    @property
    def contract_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(allocation.contract_id for allocation in self.detail.allocations))


class ContractTrigger(Envelope):
    """A fact about one contract, not a payment, that changes what the rules say."""

    detail: PaymentPlanAgreedDetail | PaymentPlanBrokenDetail | HousingAidDetail | ProtectionGrantedDetail

    @property
    def contract_ids(self) -> tuple[str, ...]:
        return (self.detail.contract_id,)


class PaymentPlan(ContractTrigger):
    """What became of a payment plan."""

    detail: PaymentPlanAgreedDetail | PaymentPlanBrokenDetail

    @property
    def trigger_id(self) -> str:
        """Unique to its moment: billing may resume a broken plan under its own id, and see it broken again."""
        return f"{self.detail.plan_id}@{to_text(self.detail.at)}"


class PaymentPlanAgreed(PaymentPlan):
    detail_type: Annotated[Literal["PaymentPlanAgreed"], Field(alias="detail-type")]
    detail: PaymentPlanAgreedDetail


class PaymentPlanBroken(PaymentPlan):
    detail_type: Annotated[Literal["PaymentPlanBroken"], Field(alias="detail-type")]
    detail: PaymentPlanBrokenDetail


class HousingAid(ContractTrigger):
    detail_type: Annotated[
        Literal["HousingAidFiled", "HousingAidGranted", "HousingAidRefused"], Field(alias="detail-type")
    ]
    detail: HousingAidDetail

    @property
    def trigger_id(self) -> str:
        return f"{self.detail.aid_id}:{self.detail_type}"


class ProtectionGranted(ContractTrigger):
    detail_type: Annotated[Literal["ProtectionGranted"], Field(alias="detail-type")]
    detail: ProtectionGrantedDetail

    @property
    def trigger_id(self) -> str:
        return self.detail.protection_id


class BankResult(Envelope):
    """The bank's result for a payment that had to clear: ``WaitForBank`` waits for it."""

    detail_type: Annotated[Literal["PaymentCleared", "PaymentRejected"], Field(alias="detail-type")]
    detail: BankResultDetail

    @property
    def trigger_id(self) -> str:
        """Unique to the result: the bank may present a payment again, and it may come back again."""
        return f"{self.detail.payment_id}@{to_text(self.detail.at)}:{self.detail_type}"


class AdvisorDecided(Envelope):
    """An advisor's decision on a question: ``WaitForAdvisor`` waits for it."""

    detail_type: Annotated[Literal["AdvisorDecided"], Field(alias="detail-type")]
    detail: AdvisorDecidedDetail

    @property
    def trigger_id(self) -> str:
        return f"{self.detail.limitation_id}:{self.detail.at.isoformat()}"


class PaymentDeclared(Envelope):
    """A declared payment: the sweep looks at billing now and again, for some hours."""

    detail_type: Annotated[Literal["PaymentDeclared"], Field(alias="detail-type")]
    detail: PaymentDeclaredDetail

    @property
    def trigger_id(self) -> str:
        return self.detail.declaration_id


class PowerMissing(Envelope):
    """Power is said to be missing: the point is read, as when Enedis' daily flow differs."""

    detail_type: Annotated[Literal["PowerMissing"], Field(alias="detail-type")]
    detail: PowerMissingDetail

    @property
    def trigger_id(self) -> str:
        return self.detail.report_id


class PowerLimitation(Envelope):
    detail_type: Annotated[Literal["PowerLimitationRequested", "PowerLimited"], Field(alias="detail-type")]
    detail: PowerLimitationDetail


class PowerLimitationCancelled(Envelope):
    detail_type: Annotated[Literal["PowerLimitationCancelled"], Field(alias="detail-type")]
    detail: PowerLimitationCancelledDetail


class ContractEnded(Envelope):
    detail_type: Annotated[Literal["ContractEnded"], Field(alias="detail-type")]
    detail: ContractEndedDetail


PaymentEvent = PaymentReceived | PaymentPlanAgreed | PaymentPlanBroken | HousingAid | ProtectionGranted
LimitationEvent = PowerLimitation | PowerLimitationCancelled | ContractEnded
ResumingEvent = BankResult | AdvisorDecided | PaymentDeclared | PowerMissing

_LATER, _BY_TYPE = ConfigDict(defer_build=True), Field(discriminator="detail_type")
PAYMENT_EVENTS: TypeAdapter[PaymentEvent] = TypeAdapter(Annotated[PaymentEvent, _BY_TYPE], config=_LATER)
LIMITATION_EVENTS: TypeAdapter[LimitationEvent] = TypeAdapter(Annotated[LimitationEvent, _BY_TYPE], config=_LATER)
RESUMING_EVENTS: TypeAdapter[ResumingEvent] = TypeAdapter(Annotated[ResumingEvent, _BY_TYPE], config=_LATER)


SOURCES = {
    "AdvisorDecided": ("advisors", "channels"),
    "PaymentDeclared": ("channels",),
    "PowerMissing": ("channels",),
}
"""The sources of an event that billing does not report. The bus's rules have the same (``template.yaml``)."""


def sources_of(detail_type: str) -> tuple[str, ...]:
    """The sources from which the bus's rules take a type of event."""
    return SOURCES.get(detail_type, ("billing",))


def parse_event[T](body: str, contract: TypeAdapter[T], now: datetime) -> T:
    """Read one queued record's body against a contract.

    Parameters
    ----------
    body
        The EventBridge envelope as JSON text.
    contract
        One of ``PAYMENT_EVENTS``, ``LIMITATION_EVENTS``, ``RESUMING_EVENTS``.
    now
        The present moment, aware: an event dated too far ahead of it is refused.

    Raises
    ------
    InvalidEvent
        Naming every field that breaks the contract, what it held and what is expected.
    """
    try:
        return contract.validate_json(body, context={"now": now})
    except ValidationError as error:
        raise InvalidEvent(_faults_of(error)) from error


def _canonical(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _canonical(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return sorted(map(_canonical, value), key=repr)
    return value


def _faults_of(error: ValidationError) -> str:
    problems = []
    for item in error.errors():
        # The first step is the chosen branch of the union: a reader of the reason needs only the field.
        where = ".".join(map(str, item["loc"][1:])) or "event"
        held = "" if item["type"] in {"missing", "json_invalid"} else f" (got {str(item['input'])[:80]!r})"
        problems.append(f"{where}: {item['msg']}{held}")
    return "; ".join(problems[:10])
