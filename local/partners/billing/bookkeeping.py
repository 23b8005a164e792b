"""How billing's books follow from events: each EventBridge entry is what billing itself did, so it knows it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel

from local.partners.billing.ledger import BookedPayment, Contract, Limitation, date_in_paris

type Identifier = Annotated[str, Field(min_length=1)]
type Euros = Annotated[Decimal, Field(allow_inf_nan=False, ge=0, decimal_places=2)]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, extra="ignore")

    at: AwareDatetime


class _Contracted(_Event):
    contract_id: Identifier


class LimitationEvent(_Contracted):
    limitation_id: Identifier
    point_id: Annotated[str, Field(pattern=r"^\d{14}$")]
    customer_id: Identifier
    debt: Euros
    currency: Literal["EUR"]
    subscribed_power_kva: Annotated[Decimal, Field(gt=0, le=40_000)]

    @field_validator("debt", "subscribed_power_kva", mode="before")
    @classmethod
    def keep_decimals(cls, value: object) -> object:
        """JSON numbers become decimals through their text, never through binary floating point."""
        return str(value) if isinstance(value, float) else value


class LimitationCancelled(_Contracted):
    limitation_id: Identifier


class Allocation(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, extra="ignore")

    contract_id: Identifier
    amount: Annotated[Decimal, Field(allow_inf_nan=False, gt=0, decimal_places=2)]


class PaymentReceived(_Event):
    payment_id: Identifier
    means: Identifier
    status: Identifier
    currency: Literal["EUR"]
    payer: str | None = None
    third_party_means: str | None = None
    allocations: Annotated[tuple[Allocation, ...], Field(min_length=1)]


class PaymentChanged(_Event):
    payment_id: Identifier
    contract_ids: tuple[Identifier, ...]


class PlanAgreed(_Contracted):
    first_instalment: Euros | None = None
    first_instalment_due_on: date | None = None


class AidEvent(_Contracted):
    amount: Euros | None = None


class ProtectionGranted(_Contracted):
    until: date | None = None
    disputed_amount: Euros | None = None
    kind: Literal["ENERGY_VOUCHER", "MEDICAL", "DISPUTE", "OVER_INDEBTEDNESS"]


@dataclass(slots=True)
class Books:
    """All contracts, and the latest known status of each payment (its news may come before the payment itself)."""

    contracts: dict[str, Contract] = field(default_factory=dict)
    _statuses: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    def contract(self, contract_id: str) -> Contract:
        """Return the contract of that id, made when it is new."""
        return self.contracts.setdefault(contract_id, Contract(contract_id))

    def record(self, entry: Mapping[str, object]) -> bool:
        """Book what an EventBridge entry says happened.

        Returns
        -------
        bool
            False when the entry is not billing's, or breaks its contract: billing itself would never have sent it,
            so nothing is booked.
        """
        if entry.get("Source") != "billing" or not isinstance(kind := entry.get("DetailType"), str):
            return False
        detail = entry.get("Detail")
        book = self._bookings().get(kind)
        try:
            fields = json.loads(detail, parse_float=Decimal) if isinstance(detail, str) else detail
            if book is None or not isinstance(fields, Mapping):
                return False
            book(dict(fields))
        except (ValueError, ValidationError):
            return False
        return True

    def _bookings(self) -> Mapping[str, Callable[[dict[str, object]], None]]:
        return {
            "PowerLimitationRequested": self._open_limitation,
            "PowerLimited": self._limit,
            "PowerLimitationCancelled": self._cancel_limitation,
            "ContractEnded": self._end_contract,
            "PaymentReceived": self._book_payment,
            "PaymentCleared": lambda fields: self._change_payment(fields, "CLEARED"),
            "PaymentRejected": lambda fields: self._change_payment(fields, "REJECTED"),
            "PaymentPlanAgreed": self._agree_plan,
            "PaymentPlanBroken": self._break_plan,
            "HousingAidFiled": self._file_aid,
            "HousingAidGranted": self._grant_aid,
            "HousingAidRefused": self._refuse_aid,
            "ProtectionGranted": self._protect,
        }

    def _touched(self, event: _Contracted) -> Contract:
        contract = self.contract(event.contract_id)
        contract.touch(event.at)
        return contract

    def _open_limitation(self, fields: dict[str, object]) -> None:
        event = LimitationEvent.model_validate(fields)
        contract = self._touched(event)
        contract.customer_id, contract.point_id = event.customer_id, event.point_id
        contract.subscribed_power_kva = event.subscribed_power_kva
        known = contract.limitations.get(event.limitation_id)
        if known is None:
            contract.limitations[event.limitation_id] = Limitation(event.limitation_id, event.debt, event.at)
        elif event.at < known.requested_at:  # the debt is what was claimed when the limitation was asked for
            known.debt, known.requested_at = event.debt, event.at

    def _limit(self, fields: dict[str, object]) -> None:
        self._open_limitation(fields)
        event = LimitationEvent.model_validate(fields)
        contract = self.contract(event.contract_id)
        since = date_in_paris(event.at)
        contract.limited_since = max(since, contract.limited_since or since)

    def _cancel_limitation(self, fields: dict[str, object]) -> None:
        event = LimitationCancelled.model_validate(fields)
        limitation = self._touched(event).limitations.get(event.limitation_id)
        if limitation is not None:
            limitation.cancelled = True

    def _end_contract(self, fields: dict[str, object]) -> None:
        event = _Contracted.model_validate(fields)
        self.contract(event.contract_id).ends_at = event.at

    def _book_payment(self, fields: dict[str, object]) -> None:
        event = PaymentReceived.model_validate(fields)
        status = self._latest_status(event.payment_id, event.at, event.status)
        for allocation in event.allocations:
            contract = self.contract(allocation.contract_id)
            contract.touch(event.at)
            known = contract.payments.get(event.payment_id)
            payment = BookedPayment(
                event.payment_id,
                event.means,
                status,
                allocation.amount,
                min(event.at, known.received_at) if known else event.at,
                known.settled_on if known else None,
                known.presented_on if known else None,
                event.payer,
                event.third_party_means,
            )
            payment.dated(event.status, event.at)
            payment.now(status, self._statuses[event.payment_id][0])
            contract.payments[event.payment_id] = payment

    def _change_payment(self, fields: dict[str, object], status: str) -> None:
        event = PaymentChanged.model_validate(fields)
        latest = self._latest_status(event.payment_id, event.at, status)
        for contract_id in event.contract_ids:
            self.contract(contract_id).touch(event.at)
        for contract in self.contracts.values():
            if event.payment_id in contract.payments:
                contract.payments[event.payment_id].dated(status, event.at)
                contract.payments[event.payment_id].now(latest, event.at)

    def _latest_status(self, payment_id: str, at: datetime, status: str) -> str:
        """Order by event time: events come twice and out of order. A first receipt never undoes a later state."""
        known = self._statuses.get(payment_id)
        settled = known is not None and known[1] in {"CLEARED", "REJECTED", "REVERSED"}
        newer = known is None or at > known[0] or (at == known[0] and not settled)
        if newer:
            self._statuses[payment_id] = (at, status)
        return self._statuses[payment_id][1]

    def _agree_plan(self, fields: dict[str, object]) -> None:
        event = PlanAgreed.model_validate(fields)
        contract = self._touched(event)
        contract.plan_state, contract.first_instalment = "AGREED", event.first_instalment
        contract.plan_agreed_on = date_in_paris(event.at)
        contract.first_instalment_due_on = event.first_instalment_due_on

    def _break_plan(self, fields: dict[str, object]) -> None:
        event = _Contracted.model_validate(fields)
        contract = self._touched(event)
        contract.plan_state, contract.plan_broken_on = "BROKEN", date_in_paris(event.at)
        contract.broken_plans_12m += 1

    def _file_aid(self, fields: dict[str, object]) -> None:
        event = AidEvent.model_validate(fields)
        contract = self._touched(event)
        contract.aid_filed_on = date_in_paris(event.at)
        if contract.aid_state == "NONE":
            contract.aid_state = "FILED"

    def _grant_aid(self, fields: dict[str, object]) -> None:
        event = AidEvent.model_validate(fields)
        contract = self._touched(event)
        contract.aid_state, contract.aid_amount = "GRANTED", event.amount

    def _refuse_aid(self, fields: dict[str, object]) -> None:
        contract = self._touched(AidEvent.model_validate(fields))
        contract.aid_state, contract.aid_amount = "REFUSED", None

    def _protect(self, fields: dict[str, object]) -> None:
        event = ProtectionGranted.model_validate(fields)
        contract = self._touched(event)
        match event.kind:
            case "ENERGY_VOUCHER":
                contract.energy_voucher, contract.energy_voucher_until = True, event.until
            case "MEDICAL":
                contract.medical, contract.medical_until = True, event.until
            case "DISPUTE":
                contract.dispute, contract.disputed_amount = True, event.disputed_amount
            case "OVER_INDEBTEDNESS":
                contract.over_indebtedness = True
                contract.over_indebtedness_admitted_on = date_in_paris(event.at)
                contract.over_indebtedness_until = event.until or contract.over_indebtedness_until
