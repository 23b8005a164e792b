"""How billing's books follow from events: each EventBridge entry is what billing itself did, so it knows it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Protocol

from local.partners.billing.ledger import BookedPayment, Contract, Limitation
from restoration.clock import paris_date
from restoration.contracts.received_details import (
    BankResultDetail,
    ContractEndedDetail,
    HousingAidDetail,
    PaymentPlanAgreedDetail,
    PaymentPlanBrokenDetail,
    PaymentReceivedDetail,
    PowerLimitationCancelledDetail,
    PowerLimitationDetail,
    ProtectionGrantedDetail,
)
from restoration.contracts.wire import WireModel


class _OfContract(Protocol):
    @property
    def contract_id(self) -> str: ...

    @property
    def at(self) -> datetime: ...


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
        detail, known = entry.get("Detail"), self._bookings().get(str(entry.get("DetailType")))
        if entry.get("Source") != "billing" or known is None:
            return False
        contract, book = known
        try:
            fields = json.loads(detail, parse_float=Decimal) if isinstance(detail, str) else detail
            book(contract.model_validate(fields))
        except ValueError:
            return False
        return True

    def _bookings(self) -> Mapping[str, tuple[type[WireModel], Callable[[Any], object]]]:
        """What an event of a type has to say, and who books it."""
        return {
            "PowerLimitationRequested": (PowerLimitationDetail, self._open_limitation),
            "PowerLimited": (PowerLimitationDetail, self._limit),
            "PowerLimitationCancelled": (PowerLimitationCancelledDetail, self._cancel_limitation),
            "ContractEnded": (ContractEndedDetail, self._end_contract),
            "PaymentReceived": (PaymentReceivedDetail, self._book_payment),
            "PaymentCleared": (BankResultDetail, partial(self._change_payment, "CLEARED")),
            "PaymentRejected": (BankResultDetail, partial(self._change_payment, "REJECTED")),
            "PaymentPlanAgreed": (PaymentPlanAgreedDetail, self._agree_plan),
            "PaymentPlanBroken": (PaymentPlanBrokenDetail, self._break_plan),
            "HousingAidFiled": (HousingAidDetail, self._file_aid),
            "HousingAidGranted": (HousingAidDetail, self._grant_aid),
            "HousingAidRefused": (HousingAidDetail, self._refuse_aid),
            "ProtectionGranted": (ProtectionGrantedDetail, self._protect),
        }

    def _touched(self, event: _OfContract) -> Contract:
        contract = self.contract(event.contract_id)
        contract.touch(event.at)
        return contract

    def _open_limitation(self, event: PowerLimitationDetail) -> Contract:
        contract = self._touched(event)
        contract.customer_id, contract.point_id = event.customer_id, event.point_id
        contract.subscribed_power_kva = event.subscribed_power_kva
        known = contract.limitations.get(event.limitation_id)
        if known is None:
            contract.limitations[event.limitation_id] = Limitation(event.limitation_id, event.debt, event.at)
        elif event.at < known.requested_at:  # the debt is what was claimed when the limitation was asked for
            known.debt, known.requested_at = event.debt, event.at
        return contract

    def _limit(self, event: PowerLimitationDetail) -> None:
        contract = self._open_limitation(event)
        since = paris_date(event.at)
        contract.limited_since = max(since, contract.limited_since or since)

    def _cancel_limitation(self, event: PowerLimitationCancelledDetail) -> None:
        limitation = self._touched(event).limitations.get(event.limitation_id)
        if limitation is not None:
            limitation.cancelled = True

    def _end_contract(self, event: ContractEndedDetail) -> None:
        self.contract(event.contract_id).ends_at = event.at

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

    def _agree_plan(self, event: PaymentPlanAgreedDetail) -> None:
        contract = self._touched(event)
        contract.plan_state, contract.first_instalment = "AGREED", event.first_instalment
        contract.plan_agreed_on = paris_date(event.at)
        contract.first_instalment_due_on = event.first_instalment_due_on

    def _break_plan(self, event: PaymentPlanBrokenDetail) -> None:
        contract = self._touched(event)
        contract.plan_state, contract.plan_broken_on = "BROKEN", paris_date(event.at)
        contract.broken_plans_12m += 1

    def _file_aid(self, event: HousingAidDetail) -> None:
        contract = self._touched(event)
        contract.aid_filed_on = paris_date(event.at)
        if contract.aid_state == "NONE":
            contract.aid_state = "FILED"

    def _grant_aid(self, event: HousingAidDetail) -> None:
        contract = self._touched(event)
        contract.aid_state, contract.aid_amount = "GRANTED", event.amount

    def _refuse_aid(self, event: HousingAidDetail) -> None:
        contract = self._touched(event)
        contract.aid_state, contract.aid_amount = "REFUSED", None

    def _protect(self, event: ProtectionGrantedDetail) -> None:
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
                contract.over_indebtedness_admitted_on = paris_date(event.at)
                contract.over_indebtedness_until = event.until or contract.over_indebtedness_until
