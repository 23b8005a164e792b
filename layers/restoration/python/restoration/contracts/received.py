"""The contracts of the events that come in: the only place that knows their JSON.

Each event is an EventBridge envelope whose ``detail`` is one of the models below. ``parse_event`` turns a queued
record's body into it, or raises :class:`~restoration.errors.InvalidEvent` saying which field is wrong and why. The
JSON Schemas in ``events/schemas/`` are generated from these models.
"""

import json
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from restoration.clock import FIRST_DAY, LAST_DAY, is_plausible, to_text
from restoration.contracts.wire import Euros, Identifier, Kva, LeftKva, LimitationId, PointId, PositiveEuros, WireModel
from restoration.domain.payment import PaymentMeans, PaymentStatus
from restoration.errors import InvalidEvent

MAY_BE_AHEAD = timedelta(days=366)
"""How far ahead of our clock an event may be dated: a contract's end may be announced, a typo in the year must fail."""


def _read_moment(moment: object) -> object:
    """Take ISO-8601 text with a zone; a number would leave its unit to be guessed."""
    if isinstance(moment, str) and not _ISO_8601.match(moment):
        raise ValueError("a moment is ISO-8601 text with a zone, such as 2026-05-04T09:00:00Z")
    if isinstance(moment, int | float):
        raise ValueError("a moment is ISO-8601 text with a zone, not a number")  # noqa: TRY004 - pydantic's way
    return moment


def _plausible(moment: datetime, info: ValidationInfo) -> datetime:
    """Refuse an implausible moment: the newest event of a limitation outdates all that are dated before it."""
    if not is_plausible(moment.date()):
        raise ValueError(f"a moment lies between {FIRST_DAY} and {LAST_DAY}")
    now: datetime | None = (info.context or {}).get("now")
    if now is not None and moment > now + MAY_BE_AHEAD:
        raise ValueError(f"a moment lies at most {MAY_BE_AHEAD.days} days ahead of now, {to_text(now)}")
    return moment


_ISO_8601 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]", re.ASCII)

Moment = Annotated[AwareDatetime, BeforeValidator(_read_moment), AfterValidator(_plausible)]
Reason = Annotated[str, StringConstraints(max_length=500)]


class AdvisorDecision(StrEnum):
    """The decisions that an advisor may take."""

    RESTORE = "RESTORE"
    REFUSE = "REFUSE"
    SEND_TECHNICIAN = "SEND_TECHNICIAN"


class Channel(StrEnum):
    """The channels by which people reach a case."""

    PAGE = "PAGE"
    DESK = "DESK"
    TELEPHONE = "TELEPHONE"
    API = "API"


class Role(StrEnum):
    """The people who act on a case."""

    CUSTOMER = "CUSTOMER"
    ADVISOR = "ADVISOR"


class Allocation(WireModel):
    """The part of a payment that goes to one contract, in euro."""

    contract_id: Identifier
    amount: Euros


class PaymentReceivedDetail(WireModel):
    """A customer paid, or a payment that was reported before has a new status. The amount is in euro.

    ``payer`` and ``third_party_means`` say who paid and how, for a third party
    (:class:`~restoration.domain.payment.Payer`).
    """

    payment_id: Identifier
    customer_id: Identifier
    at: Moment
    means: PaymentMeans
    status: PaymentStatus
    amount: PositiveEuros
    currency: Literal["EUR"]
    allocations: Annotated[Sequence[Allocation], Field(min_length=1, max_length=100)]
    payer: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    third_party_means: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None

    @field_validator("allocations")
    @classmethod
    def _within_the_amount(cls, allocations: Sequence[Allocation], info: ValidationInfo) -> Sequence[Allocation]:
        amount = info.data.get("amount")
        allocated = sum((allocation.amount for allocation in allocations), Decimal())
        if amount is not None and allocated > amount:
            raise ValueError(f"{allocated} EUR are allocated of a payment of {amount} EUR: at most its amount can be")
        return allocations


class PaymentPlanAgreedDetail(WireModel):
    """A payment plan (échéancier) was agreed; the first instalment is in euro."""

    plan_id: Identifier
    contract_id: Identifier
    at: Moment
    first_instalment: Euros | None = None
    first_instalment_due_on: date | None = None


class PaymentPlanBrokenDetail(WireModel):
    """An instalment of a payment plan was not paid in time."""

    plan_id: Identifier
    contract_id: Identifier
    at: Moment


class HousingAidDetail(WireModel):
    """A request for housing aid (FSL) was filed, or the aid was granted or refused."""

    aid_id: Identifier
    contract_id: Identifier
    at: Moment
    amount: Euros | None = None


class ProtectionGrantedDetail(WireModel):
    """A protection was granted, or a dispute was opened.

    ``until`` is a protection's last day, where it has one; the disputed amount is in euro, where it is known.
    """

    protection_id: Identifier
    contract_id: Identifier
    at: Moment
    until: date | None = None
    disputed_amount: Euros | None = None
    kind: Literal["ENERGY_VOUCHER", "MEDICAL", "DISPUTE", "OVER_INDEBTEDNESS"]


class BankResultDetail(WireModel):
    """A pending payment has cleared, or was rejected."""

    payment_id: Identifier
    contract_ids: Annotated[Sequence[Identifier], Field(min_length=1, max_length=100)]
    at: Moment
    reason: Reason | None = None


class PowerLimitationDetail(WireModel):
    """A limitation was requested from Enedis, or has been carried out. ``debt`` is the amount claimed, in euro.

    ``limited_power_kva`` is 0 for a cut (coupure).
    """

    limitation_id: LimitationId
    contract_id: Identifier
    point_id: PointId
    customer_id: Identifier
    at: Moment
    debt: Euros
    currency: Literal["EUR"]
    limited_power_kva: LeftKva
    subscribed_power_kva: Kva


class PowerLimitationCancelledDetail(WireModel):
    """Billing took a limitation back."""

    limitation_id: LimitationId
    contract_id: Identifier
    at: Moment
    reason: Reason | None = None


class ContractEndedDetail(WireModel):
    """The contract ended: moved, another supplier, terminated, deceased."""

    contract_id: Identifier
    point_id: PointId
    at: Moment
    reason: Reason | None = None


class AdvisorDecidedDetail(WireModel):
    """An advisor's decision. ``advisor`` is the id, not the name, of the person accountable for it.

    ``question`` is the number of the question that it replies to: a decision on another than the open one is refused.
    """

    limitation_id: LimitationId
    decision: AdvisorDecision
    advisor: Identifier
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    at: Moment
    question: Annotated[int, Field(ge=1)] | None = None
    channel: Channel | None = None


class PaymentDeclaredDetail(WireModel):
    """A customer, or an advisor for them, says that they paid. It restores nothing: we look at billing.

    ``reminders_paused_until`` is the day before which billing sends no reminder; None where it has paused once already.
    """

    limitation_id: LimitationId
    declaration_id: Identifier
    at: Moment
    means: PaymentMeans
    amount: PositiveEuros
    paid_on: date
    channel: Channel
    role: Role
    reminders_paused_until: date | None = None


class PowerMissingDetail(WireModel):
    """A customer, or an advisor for them, says that there is no power: the point is read again."""

    limitation_id: LimitationId
    report_id: Identifier
    at: Moment
    channel: Channel
    role: Role


class Envelope(BaseModel):
    """EventBridge's envelope of a detail. ``event_id`` is unique for each put, also for a repeated event."""

    model_config = ConfigDict(populate_by_name=True, frozen=True, extra="ignore")

    event_id: Annotated[str, Field(alias="id", min_length=1)]
    source: str
    time: datetime

    @property
    def digest(self) -> str:
        """The event's content without its moment, hashed: however its amounts are written and its lists ordered."""
        detail: WireModel = self.detail  # type: ignore[attr-defined]
        content = json.dumps(_canonical(detail.model_dump(exclude={"at"})), sort_keys=True)
        return sha256(content.encode()).hexdigest()[:32]


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


class PaymentPlanAgreed(ContractTrigger):
    detail_type: Annotated[Literal["PaymentPlanAgreed"], Field(alias="detail-type")]
    detail: PaymentPlanAgreedDetail

    @property
    def trigger_id(self) -> str:
        return self.detail.plan_id


class PaymentPlanBroken(ContractTrigger):
    detail_type: Annotated[Literal["PaymentPlanBroken"], Field(alias="detail-type")]
    detail: PaymentPlanBrokenDetail

    @property
    def trigger_id(self) -> str:
        return f"{self.detail.plan_id}:{self.detail_type}"


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


_BY_TYPE = Field(discriminator="detail_type")
PaymentEvent = Annotated[
    PaymentReceived | PaymentPlanAgreed | PaymentPlanBroken | HousingAid | ProtectionGranted, _BY_TYPE
]
LimitationEvent = Annotated[PowerLimitation | PowerLimitationCancelled | ContractEnded, _BY_TYPE]
ResumingEvent = Annotated[BankResult | AdvisorDecided | PaymentDeclared | PowerMissing, _BY_TYPE]

PAYMENT_EVENTS: TypeAdapter[
    PaymentReceived | PaymentPlanAgreed | PaymentPlanBroken | HousingAid | ProtectionGranted
] = TypeAdapter(PaymentEvent)
LIMITATION_EVENTS: TypeAdapter[PowerLimitation | PowerLimitationCancelled | ContractEnded] = TypeAdapter(
    LimitationEvent
)
RESUMING_EVENTS: TypeAdapter[BankResult | AdvisorDecided | PaymentDeclared | PowerMissing] = TypeAdapter(ResumingEvent)


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
    for item in error.errors(include_url=False, include_context=False):
        where = ".".join(str(step) for step in item["loc"] if str(step) not in _UNION_BRANCHES) or "event"
        held = "" if item["type"] in {"missing", "json_invalid"} else f" (got {str(item['input'])[:80]!r})"
        problems.append(f"{where}: {item['msg']}{held}")
    return "; ".join(problems[:10])


_UNION_BRANCHES = {
    "PaymentReceived", "PaymentPlanAgreed", "PaymentPlanBroken", "HousingAidFiled", "HousingAidGranted",
    "HousingAidRefused", "ProtectionGranted",
    "PaymentCleared", "PaymentRejected", "AdvisorDecided", "PaymentDeclared", "PowerMissing",
    "PowerLimitationRequested", "PowerLimited", "PowerLimitationCancelled", "ContractEnded",
}  # fmt: skip
"""Pydantic puts the chosen branch of a union into an error's location; a reader of the reason needs only the field."""
