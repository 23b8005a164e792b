"""What the simulated billing knows: contracts, the limitations behind them, payments and their allocation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from restoration.clock import PARIS, paris_date

RETURNED = frozenset({"REJECTED", "REVERSED"})
SETTLED = frozenset({"SETTLED", "MATCHED", "CLEARED"})
PRESENTED = SETTLED | {"CAPTURED"}
SHOWN_BY_ENEDIS = "ENEDIS-"


@dataclass(slots=True)
class Limitation:
    """A limitation asked for, with the debt in euro that was claimed then."""

    limitation_id: str
    debt: Decimal
    requested_at: datetime
    cancelled: bool = False


@dataclass(slots=True)
class BookedPayment:
    """A payment as booked on one contract; ``amount`` is that contract's part in euro."""

    payment_id: str
    means: str
    status: str
    amount: Decimal
    received_at: datetime
    settled_on: date | None = None
    presented_on: date | None = None
    payer: str | None = None
    third_party_means: str | None = None

    def now(self, status: str, at: datetime) -> None:
        """Take a status of which billing learnt at a moment; the bank's dates follow from it."""
        self.status = status
        self.dated(status, at)

    def dated(self, status: str, at: datetime) -> None:
        """Take the bank's dates from a status and its moment. The first one counts."""
        day = paris_date(at)
        if status in SETTLED:
            self.settled_on = min(day, self.settled_on or day)
        if "CHEQUE" in {self.means, self.third_party_means} and status in PRESENTED:
            self.presented_on = min(day, self.presented_on or day)


@dataclass(slots=True)
class Contract:
    """One contract. It is open to questions once its point and customer are known; payments may be booked before."""

    contract_id: str
    customer_id: str | None = None
    point_id: str | None = None
    status: str = "ACTIVE"
    ends_at: datetime | None = None
    subscribed_power_kva: Decimal = Decimal(6)
    business_date: date | None = None
    last_event_at: datetime | None = None
    other_due_debt: Decimal = Decimal("0.00")
    payment_history: str = "AVERAGE"
    plan_state: str = "NONE"
    first_instalment: Decimal | None = None
    plan_proposed_on: date | None = None
    plan_offer_until: date | None = None
    plan_agreed_on: date | None = None
    plan_broken_on: date | None = None
    first_instalment_due_on: date | None = None
    broken_plans_12m: int = 0
    returns_12m: int | None = 0
    goodwill_used_12m: int | None = 0
    aid_state: str = "NONE"
    aid_filed_on: date | None = None
    aid_amount: Decimal | None = None
    aid_before: bool = False
    energy_voucher: bool = False
    medical: bool = False
    dispute: bool = False
    over_indebtedness: bool = False
    energy_voucher_until: date | None = None
    medical_until: date | None = None
    disputed_amount: Decimal | None = None
    over_indebtedness_admitted_on: date | None = None
    over_indebtedness_until: date | None = None
    opposes_social_notice: bool = False
    consumed_from: date | None = None
    consumed_to: date | None = None
    limited_since: date | None = None
    principal_residence: bool | None = None
    communicating_meter: bool | None = None
    customer_segment: str = "RESIDENTIAL"
    energy: str = "ELECTRICITY"
    network_operator: str = "ENEDIS"
    territory: str = "MAINLAND"
    department: str | None = None
    limitations: dict[str, Limitation] = field(default_factory=dict)
    payments: dict[str, BookedPayment] = field(default_factory=dict)

    def limitation(self, limitation_id: str) -> Limitation | None:
        """Return a limitation by its id, or what stands behind one that only Enedis' daily flows show.

        Behind such a one stands the limitation that billing asked for, if there is one, else no debt at all.
        """
        known = self.limitations.get(limitation_id)
        if known is not None or not limitation_id.startswith(SHOWN_BY_ENEDIS):
            return known
        asked_for = next((it for it in self.limitations.values() if not it.cancelled), None)
        return asked_for or Limitation(limitation_id, Decimal(0), datetime.min.replace(tzinfo=PARIS))

    @property
    def all_returns_12m(self) -> int | None:
        """The returns of the last twelve months: those set by hand, and those that came by events."""
        by_events = sum(payment.status in RETURNED for payment in self.payments.values())
        return None if self.returns_12m is None else self.returns_12m + by_events

    def touch(self, moment: datetime) -> None:
        """Remember the latest event: without a date set by hand, it tells the business date."""
        self.last_event_at = moment if self.last_event_at is None else max(self.last_event_at, moment)

    def payments_towards(self, limitation_id: str) -> list[tuple[BookedPayment, Decimal]]:
        """Return the payments and the part of each that goes to this limitation's debt.

        Payments fill the debts in the order in which the limitations were asked for (Civil Code art. 1342-10: the
        oldest due debt first); what exceeds them all stays on the last. A returned payment fills nothing.
        """
        alive = sorted(
            (it for it in self.limitations.values() if not it.cancelled or it.limitation_id == limitation_id),
            key=lambda it: (it.requested_at, it.limitation_id),
        )
        return [
            (pay, part) for target, pay, part in _allocate(alive, self.payments.values()) if target == limitation_id
        ]


def _allocate(
    limitations: list[Limitation], payments: Iterable[BookedPayment]
) -> Iterator[tuple[str, BookedPayment, Decimal]]:
    room = {it.limitation_id: max(it.debt, Decimal(0)) for it in limitations}
    for payment in sorted(payments, key=lambda it: (it.received_at, it.payment_id)):
        left = payment.amount
        for limitation in limitations:
            last = limitation is limitations[-1]
            part = left if last else min(left, room[limitation.limitation_id])
            if not part:
                continue
            yield limitation.limitation_id, payment, part
            left -= part
            if payment.status not in RETURNED:
                room[limitation.limitation_id] = max(room[limitation.limitation_id] - part, Decimal(0))


@dataclass(frozen=True, slots=True)
class CustomerContact:
    """How a customer may be reached; ``opt_out`` lists the channels that they refuse (SMS, EMAIL)."""

    customer_id: str
    email: str | None
    mobile: str | None
    language: str = "fr"
    opt_out: tuple[str, ...] = ()
    department: str | None = None


def situation_of(contract: Contract, limitation: Limitation, business_date: date, now: datetime) -> dict[str, object]:
    """Return the API's response about a limitation."""
    return {
        "contractId": contract.contract_id,
        "customerId": contract.customer_id,
        "pointId": contract.point_id,
        "contractStatus": "ENDED" if contract.ends_at and contract.ends_at <= now else contract.status,
        "subscribedPowerKva": _json_number(contract.subscribed_power_kva),
        "businessDate": business_date.isoformat(),
        "limitationDebt": _euros(limitation.debt),
        "otherDueDebt": _euros(contract.other_due_debt),
        "currency": "EUR",
        "payments": [
            {
                "paymentId": payment.payment_id,
                "means": payment.means,
                "status": payment.status,
                "amount": _euros(part),
                "receivedOn": paris_date(payment.received_at).isoformat(),
                "settledOn": _date(payment.settled_on),
                "presentedOn": _date(payment.presented_on),
                "payer": payment.payer,
                "thirdPartyMeans": payment.third_party_means,
            }
            for payment, part in contract.payments_towards(limitation.limitation_id)
        ],
        "paymentHistory": contract.payment_history,
        "plan": {
            "state": contract.plan_state,
            "firstInstalment": _euros(contract.first_instalment),
            "proposedOn": _date(contract.plan_proposed_on),
            "offerUntil": _date(contract.plan_offer_until),
            "agreedOn": _date(contract.plan_agreed_on),
            "brokenOn": _date(contract.plan_broken_on),
            "firstInstalmentDueOn": _date(contract.first_instalment_due_on),
            "brokenPlans12m": contract.broken_plans_12m,
        },
        "housingAid": {
            "state": contract.aid_state,
            "filedOn": _date(contract.aid_filed_on),
            "amount": _euros(contract.aid_amount),
            "helpedBefore": contract.aid_before,
        },
        "protections": {
            "energyVoucher": contract.energy_voucher,
            "medical": contract.medical,
            "dispute": contract.dispute,
            "overIndebtedness": contract.over_indebtedness,
            "energyVoucherUntil": _date(contract.energy_voucher_until),
            "medicalUntil": _date(contract.medical_until),
            "disputedAmount": _euros(contract.disputed_amount),
            "overIndebtednessAdmittedOn": _date(contract.over_indebtedness_admitted_on),
            "overIndebtednessUntil": _date(contract.over_indebtedness_until),
            "opposesSocialNotice": contract.opposes_social_notice,
        },
        "consumedFrom": _date(contract.consumed_from),
        "consumedTo": _date(contract.consumed_to),
        "limitedSince": _date(contract.limited_since),
        "returns12m": contract.all_returns_12m,
        "goodwillUsed12m": contract.goodwill_used_12m,
        "principalResidence": contract.principal_residence,
        "communicatingMeter": contract.communicating_meter,
        "customerSegment": contract.customer_segment,
        "energy": contract.energy,
        "networkOperator": contract.network_operator,
        "territory": contract.territory,
        "department": contract.department,
    }


def _date(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _euros(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
