"""Where one limitation stands now.

The whole of a case, with its line of time, is a :class:`~record.cases.dossier.Dossier`; both say the same sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from record.cases.sentences import WITH_ADVISORS, Situation, due_by, timed
from record.cases.values import say
from record.domain.course import Course
from record.domain.promises import Terms, end_of_banks_day
from record.domain.waits import waits_of
from record.words import Language
from restoration.clock import from_text, moment_of
from restoration.domain.fact import stated_payment, takes_ground
from restoration.domain.ground import MONEY, Asks
from restoration.domain.limitation import DECLARED, OPEN_STATUSES
from restoration.domain.order import Intent, OrderStatus

_PROTECTS = frozenset({"ProtectionGranted", "HousingAidFiled", "HousingAidGranted"})
_MOMENTS = ("claimedAt", "closedAt", "registeredAt")


@dataclass(frozen=True, slots=True)
class Standing:
    """A limitation as it stands.

    Parameters
    ----------
    item
        The register's, its attributes as they are there.
    """

    limitation_id: str
    item: Mapping[str, Any]
    situation: Situation

    @property
    def settlement(self) -> Mapping[str, Any]:
        return dict(self.item.get("settlement", {}))

    @property
    def balance(self) -> Decimal | None:
        """What remains to pay now, in euro, as the last look found it."""
        balance = self.settlement.get("balance")
        return Decimal(balance) if balance is not None else None

    @property
    def awaits_payment(self) -> bool:
        """Whether the customer is asked for money: nobody acts, and the last look, if there was one, asked for some."""
        return self.situation.is_open and not self.situation.acts and _asks_money(self.settlement)

    @property
    def comes_first(self) -> bool:
        """Whether the customer paid, or is protected or promised an aid, as far as facts were noted."""
        noted = set(self.item.get("noted", {}))
        lost = {each.payment_id for each in map(stated_payment, filter(takes_ground, noted)) if each}
        paid = {each.payment_id for each in map(stated_payment, noted) if each} - lost
        return bool(paid) or any(fact.partition("|")[0] in _PROTECTS for fact in noted)

    @property
    def question(self) -> Mapping[str, Any] | None:
        """The question to the advisors that is open."""
        return self.item.get("question") if self.situation.is_open else None

    def takes_decision(self, question: int | None) -> bool:
        """Whether a decision on a question (its number) counts: that one is open, or the case was left to advisors."""
        is_left = self.situation.is_open and not self.situation.acts and self.situation.outcome in WITH_ADVISORS
        return is_left if self.question is None else int(self.question["number"]) == question

    def may_take_decision(self, question: int | None) -> bool:
        """Whether one may count yet: an execution comes back to a question that it could not keep."""
        return self.takes_decision(question) or (self.situation.acts and self.question is None)

    def said(self, now: datetime, terms: Terms, language: Language = Language.FRENCH) -> str:
        """The sentence, with its time."""
        return timed(self.situation, terms, now, language)

    def due_by(self, terms: Terms) -> datetime | None:
        """By when something happens; None where nothing is awaited of us."""
        return due_by(self.situation, terms)


def situation_of(
    item: Mapping[str, Any],
    orders: Sequence[Mapping[str, Any]],
    course: Course | None,
    pending_until: str | None = None,
) -> Situation:
    """What a sentence depends on.

    Parameters
    ----------
    course
        Of the execution that holds the limitation; None where there is none, or it is forgotten.
    pending_until
        The day by which the last look expected the bank's result.
    """
    settlement, order = item.get("settlement", {}), newest_order(orders)
    balance = settlement.get("balance")
    facts = {
        "case": order.get("caseId"),
        "balance": balance if balance and _asks_money(settlement) else None,
        "floor": settlement.get("floorKva"),
    }
    moments = {name: from_text(item[name]) for name in _MOMENTS if name in item}
    if question := item.get("question"):
        moments["askedAt"] = moment_of(question["askedAt"])
    if course and (waits := waits_of(course.visits)):
        moments["waitsSince"] = moment_of(waits[-1].since)
    open_order = item.get("openOrder", {}).get("reference")
    if open_order == order.get("reference") and order.get("status") == OrderStatus.ACCEPTED:
        moments["orderDue"] = from_text(order["dueAt"])
    noted = {fact: from_text(each["at"]) for fact, each in item.get("noted", {}).items() if "at" in each}
    if noted:
        moments["newsAt"] = max(noted.values())
    if declared := _declared_at(noted):
        moments["declaredAt"] = declared
    if pending_until:
        moments["pendingUntil"] = end_of_banks_day(pending_until)
    return Situation(
        is_open=item.get("status") in OPEN_STATUSES,
        acts="holder" in item,
        failed=course is None or course.end.status != "RUNNING",
        state=course.state if course else None,
        outcome=settlement.get("outcome") or item.get("outcome"),
        facts={name: say(value) for name, value in facts.items() if value is not None},
        paid=bool(settlement.get("counted", settlement.get("paid"))),
        rejected=bool(settlement.get("rejected")),
        moments=moments,
        by_technician=order.get("intent") == Intent.RESTORE_BY_TECHNICIAN,
    )


def _asks_money(settlement: Mapping[str, Any]) -> bool:
    return settlement.get("demand", {}).get("asks", Asks.DEBT) in MONEY


def _declared_at(at: Mapping[str, datetime]) -> datetime | None:
    """When the customer last said that they paid, of facts with their moments; None where a payment came since."""
    declared = max((at[fact] for fact in at if fact.partition("|")[0] == DECLARED), default=None)
    return None if declared is None or any(stated_payment(fact) and at[fact] > declared for fact in at) else declared


def newest_order(orders: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The newest order that has a case at Enedis."""
    cases = [each for each in orders if "caseId" in each]
    return max(cases, key=lambda each: int(each.get("ordinal", 0)), default={})
