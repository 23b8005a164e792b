"""Billing's response about one limitation: its debt, payments and protections, and the rules' view of them.

A response is checked against the agreed contract before anything trusts it. A negative amount breaks no contract: it is
a business matter, and a negative debt is what a credit note leaves.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from restoration.clock import FIRST_DAY, LAST_DAY, is_plausible
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.payment import (
    RETURNED,
    THIRD_PARTY_MEANS,
    ContractStatus,
    HousingAidState,
    Payer,
    PaymentHistory,
    PaymentMeans,
    PaymentStatus,
    PlanState,
)

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


def _number(amount: Decimal) -> float | int:
    """A JSON number. Twelve digits survive binary floating point; the rule book reads them back exactly."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


NULL_DATES = frozenset({date.min, date(1900, 1, 1), date.max})
"""The dates that some systems write for "no date"."""

Euros = Annotated[Decimal, BeforeValidator(_read_euros), PlainSerializer(_number)]
Day = Annotated[date, AfterValidator(_plausible)]
DayIfAny = Annotated[date | None, AfterValidator(_none_for_null)]


UNKNOWN = "UNKNOWN"
"""The value that the rules get for a means or status that they do not know."""

_LONGEST_STATED = 40
Stated = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0)]


class Payment(WireModel):
    """A payment, with the part of it in euro that billing allocated to the limitation's debt.

    Means and status are kept as billing states them. The rules weigh one that we do not know yet: it must not keep the
    customer's other payments from being looked at.

    Parameters
    ----------
    settled_on
        The day on which the bank settled it; None while it has not. Returns are counted from it.
    presented_on
        The day on which a cheque was presented to the payer's bank; None while it was not.
    payer
        For a third party: who paid (:class:`~restoration.domain.payment.Payer`).
    third_party_means
        For a third party: the means by which the money came. None when billing does not say; a means that we do not
        know counts as none.
    """

    payment_id: Identifier
    means: Stated
    status: Stated
    amount: Euros
    received_on: Day
    settled_on: DayIfAny = None
    presented_on: DayIfAny = None
    payer: Stated | None = None
    third_party_means: Stated | None = None

    @property
    def unknown(self) -> dict[str, str]:
        """The means and the status that we do not know, as billing stated them, by their names in the facts."""
        stated = {} if self.means in PaymentMeans else {"statedMeans": _short(self.means)}
        return stated if self.status in PaymentStatus else {**stated, "statedStatus": _short(self.status)}

    def merged_with(self, other: "Payment") -> "Payment":
        """The payment, as the newer of its two entries has it.

        Raises
        ------
        ValueError
            When they are not two moments of one payment.
        """
        if self == other:
            return self
        statuses = {self.status, other.status}
        ordered = statuses.issubset(PaymentStatus) and not (PaymentStatus.CLEARED in statuses and statuses & RETURNED)
        if not ordered or _lasting(self) != _lasting(other):
            raise ValueError(
                f"payment {self.payment_id} is listed twice with contradictions, as {self.status} and {other.status}: "
                "billing should list each payment once"
            )
        older, newer = sorted((self, other), key=lambda each: list(PaymentStatus).index(PaymentStatus(each.status)))
        return newer.model_copy(
            update={
                "settled_on": newer.settled_on or older.settled_on,
                "presented_on": newer.presented_on or older.presented_on,
                "third_party_means": newer.third_party_means or older.third_party_means,
            }
        )

    def is_at_least(self, status: PaymentStatus) -> bool:
        """Whether it has come at least as far: an unknown status may have; one that is presented again has not yet."""
        presented_again = status is PaymentStatus.CLEARED and self.status in RETURNED
        stated = self.status
        return stated not in PaymentStatus or (not presented_again and PaymentStatus(stated).is_at_least(status))

    def facts(self) -> dict[str, Any]:
        """The payment as the rules see it. Beside an unknown means or status stands billing's own word."""
        unknown = self.unknown
        return {
            **self.model_dump(mode="json", by_alias=True),
            "means": UNKNOWN if "statedMeans" in unknown else self.means,
            "status": UNKNOWN if "statedStatus" in unknown else self.status,
            "payer": self.payer if self.payer in Payer else None if self.payer is None else Payer.OTHER.value,
            "thirdPartyMeans": self.third_party_means if self.third_party_means in THIRD_PARTY_MEANS else None,
            **unknown,
        }


def _lasting(payment: Payment) -> tuple[object, ...]:
    """What is the same at each moment of a payment."""
    return payment.means, payment.amount, payment.received_on, payment.payer


MOST_PAYMENTS = 500
"""For one limitation; well above any real case. So many still fit into a state's result and into a kept decision."""


def _few_enough(payments: tuple[Payment, ...]) -> tuple[Payment, ...]:
    if len(payments) > MOST_PAYMENTS:
        raise ValueError(
            f"{len(payments)} payments for one limitation, at most {MOST_PAYMENTS} are taken: "
            "billing should return only those that it allocated to this limitation's debt"
        )
    return payments


def _each_once(payments: tuple[Payment, ...]) -> tuple[Payment, ...]:
    """Merge the entries of one payment: it covers a debt once, whatever billing's read side makes of its statuses.

    The furthest status is the newest. A return beside a clearing says not which came last: a bank may present a payment
    again.
    """
    merged: dict[str, Payment] = {}
    for payment in payments:
        known = merged.get(payment.payment_id)
        merged[payment.payment_id] = known.merged_with(payment) if known else payment
    return tuple(merged.values())


class PaymentPlan(WireModel):
    """A payment plan; the first instalment is in euro, ``None`` when there is none.

    Parameters
    ----------
    proposed_on, offer_until
        The day on which the plan was offered, and the last one on which it may be accepted, as by paying its first
        instalment. None when billing does not know.
    agreed_on
        The day of the agreement: a payment older than the plan's offer, or than this where the offer's day is unknown,
        is not its instalment.
    broken_on
        The day on which a plan of the customer was last broken; None when none was, or billing does not know. A plan
        that is resumed keeps the day of its agreement; its first instalment is paid again.
    first_instalment_due_on
        The day on which the first instalment falls due.
    broken_plans_12m
        How many plans of the customer were broken in the last twelve months.
    """

    state: Annotated[PlanState, Field(serialization_alias="planState")]
    first_instalment: Euros | None
    proposed_on: Annotated[DayIfAny, Field(serialization_alias="planProposedOn")] = None
    offer_until: Annotated[DayIfAny, Field(serialization_alias="planOfferUntil")] = None
    agreed_on: Annotated[DayIfAny, Field(serialization_alias="planAgreedOn")] = None
    broken_on: Annotated[DayIfAny, Field(serialization_alias="planBrokenOn")] = None
    first_instalment_due_on: DayIfAny = None
    broken_plans_12m: Annotated[Count, Field(alias="brokenPlans12m")] = 0


class HousingAid(WireModel):
    """Help of the housing solidarity fund; the amount granted is in euro.

    Parameters
    ----------
    helped_before
        Whether the fund has paid a bill of this customer with us before, whatever came of the present request.
    """

    state: Annotated[HousingAidState, Field(serialization_alias="housingAidState")]
    filed_on: Annotated[DayIfAny, Field(serialization_alias="housingAidFiledOn")]
    amount: Annotated[Euros | None, Field(serialization_alias="housingAidAmount")]
    helped_before: Annotated[bool, Field(serialization_alias="housingAidBefore")] = False


class Protections(WireModel):
    """The protections of the customer, whatever they have paid.

    Parameters
    ----------
    energy_voucher_until, medical_until
        The last day of the protection; None when no end is known.
    disputed_amount
        The part of the limitation's debt in euro that the customer disputes; None when it is not known.
    over_indebtedness_admitted_on
        The day on which the file was admitted: only debts born until then are frozen.
    over_indebtedness_until
        The day on which the commission or the judge decided; None while nothing is decided.
    opposes_social_notice
        Whether the customer opposes that the social services are told (décret 2008-780, art. 2).
    """

    energy_voucher: bool
    medical: bool
    dispute: bool
    over_indebtedness: bool
    energy_voucher_until: DayIfAny = None
    medical_until: DayIfAny = None
    disputed_amount: Euros | None = None
    over_indebtedness_admitted_on: DayIfAny = None
    over_indebtedness_until: DayIfAny = None
    opposes_social_notice: bool = False

    @property
    def are_any(self) -> bool:
        """Whether there is one; a dispute is one, too."""
        return self.energy_voucher or self.medical or self.dispute or self.over_indebtedness


class BillingSituation(WireModel):
    """Billing's knowledge of one limitation of one contract, at one moment.

    Parameters
    ----------
    subscribed_power_kva
        The contract's current power in kVA, which may have changed since the limitation.
    business_date
        The date in Europe/Paris for which the rules are applied.
    limitation_debt
        The amount claimed when the limitation was requested, less credit notes since then, in euro. Only this counts
        for restoring; nothing is owed where it is negative.
    other_due_debt
        The amount that has fallen due since or elsewhere, in euro; it never holds power back.
    consumed_from, consumed_to
        The first and the last day of the consumption that the limitation's debt is for: it was born then.
    limited_since
        The day on which the power was limited: the 60 days before a cut are counted from it.
    returns_12m, goodwill_used_12m
        How many payments of the customer were returned, and how often power was given on goodwill, in the last twelve
        months; None when billing does not know. The goodwill of this very limitation is not counted: it would take
        itself back at the next look.
    principal_residence
        Whether the point supplies the customer's home; None when billing does not know.
    communicating_meter
        Whether the meter can be operated remotely (Linky); None when billing does not know.
    customer_segment, energy, network_operator, territory
        The rules are for electricity from Enedis in mainland France, first of all a household's. Billing names the
        rest.
    department
        The number of the point's department, such as ``"67"``; None when billing does not know.
    """

    contract_id: Identifier
    customer_id: Identifier
    point_id: Annotated[str, Field(pattern=r"^\d{14}$")]
    contract_status: ContractStatus
    subscribed_power_kva: Annotated[Decimal, Field(gt=0, max_digits=7, decimal_places=2), PlainSerializer(_number)]
    business_date: Day
    limitation_debt: Euros
    other_due_debt: Euros
    currency: Literal["EUR"]
    payments: Annotated[tuple[Payment, ...], AfterValidator(_few_enough), AfterValidator(_each_once)]
    payment_history: PaymentHistory
    plan: PaymentPlan
    housing_aid: HousingAid
    protections: Protections
    consumed_from: DayIfAny = None
    consumed_to: DayIfAny = None
    limited_since: DayIfAny = None
    returns_12m: Annotated[Count | None, Field(alias="returns12m")] = None
    goodwill_used_12m: Annotated[Count | None, Field(alias="goodwillUsed12m")] = None
    principal_residence: bool | None = None
    communicating_meter: bool | None = None
    customer_segment: Stated = "RESIDENTIAL"
    energy: Stated = "ELECTRICITY"
    network_operator: Stated = "ENEDIS"
    territory: Stated = "MAINLAND"
    department: Stated | None = None

    def facts(self) -> dict[str, Any]:
        """The situation as the state machine and the rules see it: flat, amounts in euro as numbers, dates as text.

        A field whose name is not billing's there has that name as its serialization's alias.

        The customer's id is the only customer data in it.
        """
        stated = self.model_dump(mode="json", by_alias=True, exclude=_NO_FACTS)
        for part in ("plan", "housingAid", "protections"):
            stated |= stated.pop(part)
        return stated | {
            "payments": [payment.facts() for payment in self.payments],
            "customerSegment": _within(self.customer_segment, "RESIDENTIAL", "PROFESSIONAL"),
            "energy": _within(self.energy, "ELECTRICITY", "GAS"),
            "networkOperator": _within(self.network_operator, "ENEDIS"),
            "territory": _within(self.territory, "MAINLAND", "OVERSEAS"),
        }


_NO_FACTS: Any = dict.fromkeys(("contract_id", "point_id", "currency", "department", "payments"), True) | {
    "protections": {"opposes_social_notice"}
}
"""What the rules do not ask for, and the payments, which have facts of their own."""


def _short(stated: str) -> str:
    """A plain and bounded text, so that five hundred of them still fit into a state's result."""
    return _NOT_PLAIN.sub("?", stated)[:_LONGEST_STATED]


def _within(stated: str, *known: str) -> str:
    """The word as billing states it where the rules know it, else OTHER."""
    return stated if stated in known else "OTHER"
