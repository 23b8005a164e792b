"""Billing's response about one limitation: its debt, payments and protections, and the rules' view of them.

A response is checked against the agreed contract before anything trusts it. A negative debt breaks no contract: it is
a business matter, which the rules send to an advisor.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from restoration.clock import FIRST_DAY, LAST_DAY, is_plausible
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.payment import (
    ContractStatus,
    HousingAidState,
    PaymentHistory,
    PaymentMeans,
    PaymentStatus,
    PlanState,
)
from restoration.domain.point import MOST_KVA

_AMOUNT = re.compile(r"-?\d{1,12}\.\d{2}", re.ASCII)
_NOT_PLAIN = re.compile(r"[^ -!#-\[\]-~]")


def _read_euros(amount: object) -> object:
    """Refuse a JSON number: it has been through binary floating point somewhere, and cents may be lost."""
    if isinstance(amount, Decimal):
        return amount
    if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
        raise ValueError('an amount is text with two decimals, such as "123.45"')
    return Decimal(amount)


def _plausible(day: date) -> date:
    if not is_plausible(day):
        raise ValueError(f"a date lies between {FIRST_DAY} and {LAST_DAY}")
    return day


def _none_for_null(day: date | None) -> date | None:
    return None if day is None or day in NULL_DATES else _plausible(day)


NULL_DATES = frozenset({date.min, date(1900, 1, 1), date.max})
"""The dates that some systems write for "no date"."""

Euros = Annotated[Decimal, BeforeValidator(_read_euros)]
Day = Annotated[date, AfterValidator(_plausible)]
DayIfAny = Annotated[date | None, AfterValidator(_none_for_null)]


UNKNOWN = "UNKNOWN"
"""The value that the rules get for a means or status that they do not know."""

_LONGEST_STATED = 40
Stated = Annotated[str, Field(min_length=1, max_length=200)]


class Payment(WireModel):
    """A payment, with the part of it in euro that billing allocated to the limitation's debt.

    Means and status are kept as billing states them. The rules weigh one that we do not know yet: it must not keep the
    customer's other payments from being looked at.
    """

    payment_id: Identifier
    means: Stated
    status: Stated
    amount: Euros
    received_on: Day

    @property
    def unknown(self) -> dict[str, str]:
        """The means and the status that we do not know, as billing stated them, by their names in the facts."""
        stated = {} if self.means in PaymentMeans else {"statedMeans": _short(self.means)}
        return stated if self.status in PaymentStatus else {**stated, "statedStatus": _short(self.status)}

    def is_at_least(self, status: PaymentStatus) -> bool:
        """Whether it has come at least as far. A status that we do not know counts as far enough: it may be."""
        return self.status not in PaymentStatus or PaymentStatus(self.status).is_at_least(status)

    def facts(self) -> dict[str, Any]:
        """The payment as the rules see it. Beside an unknown means or status stands billing's own word."""
        unknown = self.unknown
        return {
            "paymentId": self.payment_id,
            "means": UNKNOWN if "statedMeans" in unknown else self.means,
            "status": UNKNOWN if "statedStatus" in unknown else self.status,
            "amount": _number(self.amount),
            "receivedOn": self.received_on.isoformat(),
            **unknown,
        }


MOST_PAYMENTS = 500
"""For one limitation; well above any real case. So many still fit into a state's result and into a kept decision."""


def _few_enough(payments: tuple[Payment, ...]) -> tuple[Payment, ...]:
    if len(payments) > MOST_PAYMENTS:
        raise ValueError(
            f"{len(payments)} payments for one limitation, at most {MOST_PAYMENTS} are taken: "
            "billing should return only those that it allocated to this limitation's debt"
        )
    return payments


class PaymentPlan(WireModel):
    """A payment plan; the first instalment is in euro, ``None`` when there is none."""

    state: PlanState
    first_instalment: Euros | None


class HousingAid(WireModel):
    """Help of the housing solidarity fund; the amount granted is in euro."""

    state: HousingAidState
    filed_on: DayIfAny
    amount: Euros | None


class Protections(WireModel):
    """The protections of the customer, whatever they have paid."""

    energy_voucher: bool
    medical: bool
    dispute: bool
    over_indebtedness: bool


class BillingSituation(WireModel):
    """Billing's knowledge of one limitation of one contract, at one moment.

    Parameters
    ----------
    subscribed_power_kva
        The contract's current power in kVA, which may have changed since the limitation.
    business_date
        The date in Europe/Paris for which the rules are applied.
    limitation_debt
        The amount claimed when the limitation was requested, in euro. Only this counts for restoring.
    other_due_debt
        The amount that has fallen due since or elsewhere, in euro; it never holds power back.
    """

    contract_id: Identifier
    customer_id: Identifier
    point_id: Annotated[str, Field(pattern=r"^\d{14}$")]
    contract_status: ContractStatus
    subscribed_power_kva: Annotated[Decimal, Field(gt=0, le=MOST_KVA, max_digits=5, decimal_places=2)]
    business_date: Day
    limitation_debt: Euros
    other_due_debt: Euros
    currency: Literal["EUR"]
    payments: Annotated[tuple[Payment, ...], AfterValidator(_few_enough)]
    payment_history: PaymentHistory
    plan: PaymentPlan
    housing_aid: HousingAid
    protections: Protections

    def facts(self) -> dict[str, Any]:
        """The situation as the state machine and the rules see it: flat, amounts in euro as numbers, dates as text.

        The customer's id is the only customer data in it.
        """
        return {
            "customerId": self.customer_id,
            "contractStatus": self.contract_status.value,
            "subscribedPowerKva": _number(self.subscribed_power_kva),
            "businessDate": self.business_date.isoformat(),
            "limitationDebt": _number(self.limitation_debt),
            "otherDueDebt": _number(self.other_due_debt),
            "payments": [payment.facts() for payment in self.payments],
            "paymentHistory": self.payment_history.value,
            "planState": self.plan.state.value,
            "firstInstalment": _number(self.plan.first_instalment),
            "housingAidState": self.housing_aid.state.value,
            "housingAidFiledOn": self.housing_aid.filed_on.isoformat() if self.housing_aid.filed_on else None,
            "housingAidAmount": _number(self.housing_aid.amount),
            "energyVoucher": self.protections.energy_voucher,
            "medical": self.protections.medical,
            "dispute": self.protections.dispute,
            "overIndebtedness": self.protections.over_indebtedness,
        }


def _short(stated: str) -> str:
    """A plain and bounded text, so that five hundred of them still fit into a state's result."""
    return _NOT_PLAIN.sub("?", stated)[:_LONGEST_STATED]


def _number(amount: Decimal | None) -> float | int | None:
    """A JSON number. Twelve digits survive binary floating point; the rule book reads them back exactly."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)
