"""The functions that the machine calls: the real use cases over the world of a course."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import DEFAULT, patch

from restoration.adapters.dmn.rule_book import RuleBook
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.bootstrap import aws
from restoration.clock import from_text
from restoration.domain.claimant import Claimant
from restoration.domain.decision import DecisionRequest, DecisionResult
from restoration.domain.payment import PaymentStatus
from restoration.domain.point import PointSituation
from restoration.domain.switch import Switch
from restoration.use_cases.check_payment import PaymentCheck
from restoration.use_cases.claim_limitation import ClaimDesk
from restoration.use_cases.evaluate_decision import DecisionDesk
from restoration.use_cases.prepare_order import OrderPreparation
from restoration.use_cases.read_point import situation_facts
from restoration.use_cases.settle_limitation import SettlementDesk
from restoration.use_cases.start_restoration import RestorationStart
from tests.explore.calls import Call
from tests.explore.ports import Publisher, clock
from tests.reached_code import FUNCTIONS, load_app

if TYPE_CHECKING:
    from tests.explore.world import World

BILLING_LAG = timedelta(minutes=15)
DECISIONS = FUNCTIONS["evaluate_decision"] / "decisions"


@cache
def app(function: str) -> ModuleType:
    """The module of a function, for what it reads and returns; its desk is left out, since each call has its own."""
    parts = ("claims", "executions", "event_bus", "orders", "register", "restoration_start", "switch")
    with patch.multiple(aws, **dict.fromkeys(parts, DEFAULT)):
        return load_app(function)


def claim(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    event = app("claim_limitation").ClaimRequest.model_validate(given)
    asked = (event.generation, event.seen, event.question, event.unanswered, event.ended_order)
    claimant = Claimant(event.execution, event.trigger, *asked)
    claims = ClaimTable(world.watched(call), "limitations")
    ports = (claims, world.through(call), Publisher(world, call), lambda: switch_of(world, call), clock(world, call))
    return ClaimDesk(*ports).claim(event.limitation_id, claimant)


def switch_of(world: "World", call: Call) -> Switch:
    return call.perform(lambda: world.switch, counts=False)  # type: ignore[no-any-return]


def check_payment(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, str | None]:
    entered_at = from_text(given["enteredAt"])
    name = f"{given['askedBy']}@{given['enteredAt']}"
    expected = {payment_id: PaymentStatus(status) for payment_id, status in given["payments"].items()}
    check = PaymentCheck(world.through(call), Situations(world).keep, clock(world, call), BILLING_LAG)
    check.check(given["limitationId"], given["contractId"], expected, given["announced"], entered_at, name)
    # The first facts stay, as those of a call whose response was lost: the rules decide on them.
    world.situations[name].setdefault("covered", world.billing.debts[given["limitationId"]].is_covered(world.now))
    return {"situation": name, "department": None}


class Situations:
    """The facts of looks, in memory."""

    def __init__(self, world: "World") -> None:
        self._kept = world.situations

    def keep(self, situation_id: str, facts: Mapping[str, Any]) -> None:
        self._kept.setdefault(situation_id, {"facts": dict(facts)})

    def read(self, situation_id: str) -> dict[str, Any]:
        facts: dict[str, Any] = self._kept[situation_id]["facts"]
        return facts


class RememberedRules:
    """The real rules, asked once for the same inputs: all of them, since rules may return what they do not compare."""

    def __init__(self) -> None:
        self._book = RuleBook(DECISIONS)
        self._known: dict[tuple[str, str], DecisionResult] = {}

    def evaluate(self, request: DecisionRequest) -> DecisionResult:
        key = (request.decision, repr(request.inputs))
        if key not in self._known:
            # Nobody asks for the reasons, which are most of it.
            self._known[key] = replace(self._book.evaluate(request), audit={}, grounds=())
        return self._known[key]


@cache
def rules() -> RememberedRules:
    return RememberedRules()


def decision_desk(world: "World") -> DecisionDesk:
    return DecisionDesk(rules().evaluate, lambda *_: None, Situations(world).read)


def evaluate_decision(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    request = DecisionRequest(given["decision"], given["limitationId"], given["askedBy"], given.get("inputs", {}))
    result: DecisionResult = call.perform(lambda: decision_desk(world).decide(request, given.get("situation")))
    return {"value": result.value}


def read_point(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    situation: PointSituation = call.perform(lambda: world.enedis.read(world.now))
    facts = situation_facts(situation, given["contractId"], given.get("reference"), given.get("caseId"))
    due_at = given.get("dueAt")
    return {**facts, "late": due_at is not None and situation.read_at > from_text(due_at)}


def prepare_order(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    event = app("prepare_order").PreparationRequest.model_validate(given)
    resource = world.watched(call)
    claims, orders = ClaimTable(resource, "limitations", "orders"), OrderTable(resource, "orders")
    preparation = OrderPreparation(claims, orders, Publisher(world, call))
    wanted, looked_at = event.wanted, (event.point_id, event.contract_id)
    asked = (event.limitation_id, event.execution, event.generation, wanted, event.ended_order, event.read_at)
    facts: dict[str, Any] = app("prepare_order").facts_of(preparation.prepare(*asked, looked_at))
    return facts


def register_of(world: "World", call: Call) -> LimitationRegister:
    return LimitationRegister(world.watched(call), "contracts", "limitations", now=clock(world, call))


def claims_of(world: "World", call: Call) -> ClaimTable:
    return ClaimTable(world.watched(call), "limitations", now=clock(world, call))


def way_in(world: "World", call: Call) -> RestorationStart:
    return RestorationStart(world.through(call), claims_of(world, call))


def settle(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, str]:
    desk = SettlementDesk(
        claims_of(world, call),
        OrderTable(world.watched(call), "orders"),
        register_of(world, call),
        Publisher(world, call),
        way_in(world, call).hear,
        clock(world, call),
    )
    return {"outcome": desk.settle(app("settle_limitation").SettlementRequest.model_validate(given).proposed_end)}


BY_NAME: Mapping[str, Callable[["World", Call, Mapping[str, Any]], Any]] = {
    "ClaimLimitationFunction": claim,
    "CheckPaymentFunction": check_payment,
    "EvaluateDecisionFunction": evaluate_decision,
    "ReadPointFunction": read_point,
    "PrepareOrderFunction": prepare_order,
    "SettleLimitationFunction": settle,
}
