"""What the facts on a limitation say by their names, ``type|id``: of a payment, of a plan, of an advisor."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from restoration.domain.payment import RETURNED, PaymentStatus

_STATUS_BY_RESULT: Mapping[str, PaymentStatus] = {
    "PaymentCleared": PaymentStatus.CLEARED,
    "PaymentRejected": PaymentStatus.REJECTED,
}
PLAN_AGREED, PLAN_BROKEN = "PaymentPlanAgreed", "PaymentPlanBroken"


class StatedPayment(NamedTuple):
    """A payment with the status that a fact says; for a bank's result with the bank's time."""

    payment_id: str
    status: PaymentStatus
    at: str | None


def stated_payment(fact: str) -> StatedPayment | None:
    """The payment that a fact is about; None where it is about none."""
    kind, _, name = fact.partition("|")
    payment_id, _, stated = name.rpartition(":")
    if result := _STATUS_BY_RESULT.get(kind):
        payment_id, _, at = payment_id.rpartition("@")
        return StatedPayment(payment_id, result, at)
    return StatedPayment(payment_id, PaymentStatus(stated), None) if stated in PaymentStatus else None


class StatedPlan(NamedTuple):
    """A payment plan with the moment at which billing agreed it, resumed it or saw it broken."""

    plan_id: str
    at: str
    is_broken: bool


def stated_plan(fact: str) -> StatedPlan | None:
    """The plan that a fact is about; None where it is about none."""
    kind, _, name = fact.partition("|")
    plan_id, _, at = name.partition("@")
    return StatedPlan(plan_id, at, kind == PLAN_BROKEN) if kind in {PLAN_AGREED, PLAN_BROKEN} else None


def furthest(facts: Iterable[str]) -> dict[str, PaymentStatus]:
    """The payments of some facts, each with its furthest status; of the bank's results for one the newest counts."""
    stated = [each for each in map(stated_payment, facts) if each]
    by_bank = sorted((each for each in stated if each.at is not None), key=_bank_order)
    newest = {each.payment_id: each for each in by_bank}
    found: dict[str, PaymentStatus] = {}
    for each in (*(each for each in stated if each.at is None), *newest.values()):
        if each.status.is_at_least(found.get(each.payment_id, each.status)):
            found[each.payment_id] = each.status
    return found


def _bank_order(result: StatedPayment) -> tuple[str, bool]:
    """By the bank's time; of one moment, a return counts."""
    return result.at or "", result.status in RETURNED


def takes_ground(fact: str) -> bool:
    """Whether a payment came back, or a plan was broken: what it covered is not covered any more."""
    payment = stated_payment(fact)
    return fact.startswith(f"{PLAN_BROKEN}|") or (payment is not None and payment.status in RETURNED)


def fact_of_word(word_id: str) -> str:
    """The fact that an advisor decided."""
    return f"AdvisorDecided|{word_id}"
