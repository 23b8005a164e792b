"""The contracts of the events that come in, but those on limitations: payments, results, and people's words.

The details are in :mod:`restoration.contracts.received_details`.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from restoration.clock import to_text
from restoration.contracts.envelope import BY_TYPE, LATER, Envelope
from restoration.contracts.received_details import (
    AdvisorDecidedDetail,
    BankResultDetail,
    HousingAidDetail,
    PaymentDeclaredDetail,
    PaymentPlanAgreedDetail,
    PaymentPlanBrokenDetail,
    PaymentReceivedDetail,
    PowerMissingDetail,
    ProtectionGrantedDetail,
)


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


PaymentEvent = PaymentReceived | PaymentPlanAgreed | PaymentPlanBroken | HousingAid | ProtectionGranted
ResumingEvent = BankResult | AdvisorDecided | PaymentDeclared | PowerMissing

PAYMENT_EVENTS: TypeAdapter[PaymentEvent] = TypeAdapter(Annotated[PaymentEvent, BY_TYPE], config=LATER)
RESUMING_EVENTS: TypeAdapter[ResumingEvent] = TypeAdapter(Annotated[ResumingEvent, BY_TYPE], config=LATER)
