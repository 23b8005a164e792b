"""What the events that come in say: the details, as billing, the advisors and the channels write them.

:mod:`restoration.contracts.received` has their envelopes. What is said of limitations is in
:mod:`restoration.contracts.received_limitations`.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from restoration.contracts.moments import Moment, MomentIfTold
from restoration.contracts.wire import Euros, Identifier, LimitationId, PositiveEuros, Reason, WireModel
from restoration.domain.payment import PaymentMeans, PaymentStatus


class AdvisorDecision(StrEnum):
    """The decisions that an advisor may take."""

    RESTORE = "RESTORE"
    REFUSE = "REFUSE"
    SEND_TECHNICIAN = "SEND_TECHNICIAN"


class Channel(StrEnum):
    """The channels by which people reach a case."""

    PAGE = "PAGE"
    DESK = "DESK"
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

    Parameters
    ----------
    paid_at
        When the customer paid: at the counter, on the site, at the bank. ``at`` is when billing noted it. Nothing is
        decided by it; supervision measures how long the payment took to reach us. None while billing does not say.
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
    paid_at: MomentIfTold = None

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


class SaidDetail(WireModel):
    """What somebody said on a case.

    Parameters
    ----------
    by
        The advisor's id, where it was one.
    """

    limitation_id: LimitationId
    at: Moment
    channel: Channel
    role: Role
    by: Identifier | None = None


class PaymentDeclaredDetail(SaidDetail):
    """A customer, or an advisor for them, says that they paid. It restores nothing: we look at billing.

    ``reminders_paused_until`` is the day before which billing sends no reminder; None where it has paused once already.
    """

    declaration_id: Identifier
    means: PaymentMeans
    amount: PositiveEuros
    paid_on: date
    reminders_paused_until: date | None = None


class PowerMissingDetail(SaidDetail):
    """A customer, or an advisor for them, says that there is no power: the point is read again."""

    report_id: Identifier
