"""What the simulated billing knows: contracts, the limitations behind them, payments and their allocation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
RETURNED = frozenset({"REJECTED", "REVERSED"})
SHOWN_BY_ENEDIS = "ENEDIS-"


def date_in_paris(moment: datetime) -> date:
    """Return the calendar date in Europe/Paris of an aware moment."""
    return moment.astimezone(PARIS).date()


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


@dataclass(slots=True)
class Contract:
    """One contract. It is open to questions once its point and customer are known; payments may be booked before."""

    contract_id: str
    customer_id: str | None = None
    point_id: str | None = None
    status: str = "ACTIVE"
    subscribed_power_kva: Decimal = Decimal(6)
    business_date: date | None = None
    last_event_at: datetime | None = None
    other_due_debt: Decimal = Decimal("0.00")
    payment_history: str = "AVERAGE"
    plan_state: str = "NONE"
    first_instalment: Decimal | None = None
    aid_state: str = "NONE"
    aid_filed_on: date | None = None
    aid_amount: Decimal | None = None
    energy_voucher: bool = False
    medical: bool = False
    dispute: bool = False
    over_indebtedness: bool = False
    limitations: dict[str, Limitation] = field(default_factory=dict)
    payments: dict[str, BookedPayment] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether billing knows the contract's customer and point: only then does its API return it."""
        return self.customer_id is not None and self.point_id is not None

    @property
    def aid_left(self) -> Decimal | None:
        """What is granted in euro, less what has come as payments: the same aid must not count twice."""
        if self.aid_amount is None:
            return None
        come = sum(
            it.amount for it in self.payments.values() if it.means == "HOUSING_AID" and it.status not in RETURNED
        )
        return max(self.aid_amount - come, Decimal(0))

    def limitation(self, limitation_id: str) -> Limitation | None:
        """Return a limitation by its id, or what stands behind one that only Enedis' daily flows show.

        Behind such a one stands the limitation that billing asked for, if there is one, else no debt at all.
        """
        known = self.limitations.get(limitation_id)
        if known is not None or not limitation_id.startswith(SHOWN_BY_ENEDIS):
            return known
        asked_for = next((it for it in self.limitations.values() if not it.cancelled), None)
        return asked_for or Limitation(limitation_id, Decimal(0), datetime.min.replace(tzinfo=PARIS))

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


def euros(amount: Decimal) -> str:
    """Write an amount as the API does."""
    return f"{amount:.2f}"


def situation_of(contract: Contract, limitation: Limitation, business_date: date) -> dict[str, object]:
    """Return the API's response about a limitation."""
    return {
        "contractId": contract.contract_id,
        "customerId": contract.customer_id,
        "pointId": contract.point_id,
        "contractStatus": contract.status,
        "subscribedPowerKva": _json_number(contract.subscribed_power_kva),
        "businessDate": business_date.isoformat(),
        "limitationDebt": euros(limitation.debt),
        "otherDueDebt": euros(contract.other_due_debt),
        "currency": "EUR",
        "payments": [
            {
                "paymentId": payment.payment_id,
                "means": payment.means,
                "status": payment.status,
                "amount": euros(part),
                "receivedOn": date_in_paris(payment.received_at).isoformat(),
            }
            for payment, part in contract.payments_towards(limitation.limitation_id)
        ],
        "paymentHistory": contract.payment_history,
        "plan": {
            "state": contract.plan_state,
            "firstInstalment": None if contract.first_instalment is None else euros(contract.first_instalment),
        },
        "housingAid": {
            "state": contract.aid_state,
            "filedOn": None if contract.aid_filed_on is None else contract.aid_filed_on.isoformat(),
            "amount": None if contract.aid_left is None else euros(contract.aid_left),
        },
        "protections": {
            "energyVoucher": contract.energy_voucher,
            "medical": contract.medical,
            "dispute": contract.dispute,
            "overIndebtedness": contract.over_indebtedness,
        },
    }


def contact_answer(contact: CustomerContact) -> dict[str, object]:
    """Return the API's response about a customer's contact."""
    return {
        "customerId": contact.customer_id,
        "language": contact.language,
        "email": contact.email,
        "mobile": contact.mobile,
        "optOut": list(contact.opt_out),
    }


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
