"""How billing's books follow from events: each EventBridge entry is what billing itself did, so it knows it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args

from local.partners.billing.ledger import BookedPayment, Contract, Limitation
from restoration.clock import paris_date
from restoration.contracts.received import BankResult, PaymentEvent
from restoration.contracts.received_details import (
    BankResultDetail,
    HousingAidDetail,
    PaymentPlanAgreedDetail,
    PaymentPlanBrokenDetail,
    PaymentReceivedDetail,
    ProtectionGrantedDetail,
)
from restoration.contracts.received_limitations import (
    ContractEndedDetail,
    LimitationEvent,
    PowerLimitationCancelledDetail,
    PowerLimitationDetail,
)
from restoration.contracts.wire import WireModel

_BOOKED: Mapping[str, Any] = {
    detail_type: event.model_fields["detail"].annotation
    for event in (*get_args(PaymentEvent), *get_args(LimitationEvent), BankResult)
    for detail_type in get_args(event.model_fields["detail_type"].annotation)
}
"""What an event of a type has to say."""


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
        detail, kind = entry.get("Detail"), str(entry.get("DetailType"))
        if entry.get("Source") != "billing" or kind not in _BOOKED:
            return False
        try:
            fields = json.loads(detail, parse_float=Decimal) if isinstance(detail, str) else detail
            event: Any = _BOOKED[kind].model_validate(fields)
        except ValueError:
            return False
        match event:
            case PaymentReceivedDetail():
                self._book_payment(event)
            case BankResultDetail():
                self._change_payment(kind.removeprefix("Payment").upper(), event)
            case ContractEndedDetail():
                self.contract(event.contract_id).ends_at = event.at
            case _:
                contract = self.contract(event.contract_id)
                contract.touch(event.at)
                _change(contract, kind, event)
        return True

    def _book_payment(self, event: PaymentReceivedDetail) -> None:
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

    def _change_payment(self, status: str, event: BankResultDetail) -> None:
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


def _change(contract: Contract, kind: str, event: WireModel) -> None:
    """Change a contract as an event about it says."""
    match event:
        case PowerLimitationDetail():
            _open_limitation(contract, event)
            if kind == "PowerLimited":
                since = paris_date(event.at)
                contract.limited_since = max(since, contract.limited_since or since)
        case PowerLimitationCancelledDetail():
            if limitation := contract.limitations.get(event.limitation_id):
                limitation.cancelled = True
        case PaymentPlanAgreedDetail():
            contract.plan_state, contract.first_instalment = "AGREED", event.first_instalment
            contract.plan_agreed_on = paris_date(event.at)
            contract.first_instalment_due_on = event.first_instalment_due_on
        case PaymentPlanBrokenDetail():
            contract.plan_state, contract.plan_broken_on = "BROKEN", paris_date(event.at)
            contract.broken_plans_12m += 1
        case HousingAidDetail():
            _take_aid(contract, kind, event)
        case ProtectionGrantedDetail():
            _protect(contract, event)


def _open_limitation(contract: Contract, event: PowerLimitationDetail) -> None:
    contract.customer_id, contract.point_id = event.customer_id, event.point_id
    contract.subscribed_power_kva = event.subscribed_power_kva
    known = contract.limitations.get(event.limitation_id)
    if known is None:
        contract.limitations[event.limitation_id] = Limitation(event.limitation_id, event.debt, event.at)
    elif event.at < known.requested_at:  # the debt is what was claimed when the limitation was asked for
        known.debt, known.requested_at = event.debt, event.at


def _take_aid(contract: Contract, kind: str, event: HousingAidDetail) -> None:
    match kind:
        case "HousingAidFiled":
            contract.aid_filed_on = paris_date(event.at)
            if contract.aid_state == "NONE":
                contract.aid_state = "FILED"
        case "HousingAidGranted":
            contract.aid_state, contract.aid_amount = "GRANTED", event.amount
        case _:
            contract.aid_state, contract.aid_amount = "REFUSED", None


def _protect(contract: Contract, event: ProtectionGrantedDetail) -> None:
    match event.kind:
        case "ENERGY_VOUCHER":
            contract.energy_voucher, contract.energy_voucher_until = True, event.until
        case "MEDICAL":
            contract.medical, contract.medical_until = True, event.until
        case "DISPUTE":
            contract.dispute, contract.disputed_amount = True, event.disputed_amount
        case "OVER_INDEBTEDNESS":
            contract.over_indebtedness = True
            contract.over_indebtedness_admitted_on = paris_date(event.at)
            contract.over_indebtedness_until = event.until or contract.over_indebtedness_until
