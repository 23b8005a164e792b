"""The functions that the machine calls: the real use cases over the world of a course."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restoration.adapters.dmn.rule_book import RuleBook
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.clock import from_text
from restoration.domain.claim import Question, Settlement
from restoration.domain.claimant import Claimant
from restoration.domain.decision import DecisionRequest, DecisionResult
from restoration.domain.ground import Basis, Ground
from restoration.domain.limitation import Trigger
from restoration.domain.order import Aim, Intent, Wanted
from restoration.domain.payment import PaymentStatus
from restoration.domain.point import PointSituation
from restoration.use_cases import settle_limitation
from restoration.use_cases.check_payment import PaymentCheck
from restoration.use_cases.claim_limitation import ClaimDesk
from restoration.use_cases.evaluate_decision import DecisionDesk
from restoration.use_cases.prepare_order import OrderPreparation
from restoration.use_cases.read_point import situation_facts
from restoration.use_cases.settle_limitation import SettlementDesk
from restoration.use_cases.start_restoration import RestorationStart
from tests.explore.calls import Call
from tests.explore.ports import BillingReads, Publisher, StepFunctions, clock

if TYPE_CHECKING:
    from tests.explore.world import World

LAG = timedelta(minutes=15)
CENT = Decimal("0.01")
DECISIONS = Path(__file__).resolve().parents[2] / "functions" / "evaluate_decision" / "decisions"


def claim(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    trigger = given["trigger"]
    claimant = Claimant(
        given["execution"],
        Trigger(trigger["type"], trigger["id"], from_text(trigger["at"]), trigger["eventId"]),
        given["generation"],
        given["seen"],
        no_decision=given["unanswered"],
        ended_order=given["endedOrder"],
    )
    return claim_desk(world, call).claim(given["limitationId"], claimant)


def claim_desk(world: "World", call: Call) -> ClaimDesk:
    return ClaimDesk(
        ClaimTable(world.watched(call), "limitations"),  # type: ignore[arg-type]
        StepFunctions(world, call),
        Publisher(world, call),
        lambda: call.perform(lambda: world.switch, counts=False),
        clock(world, call),
    )


def check_payment(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, str | None]:
    entered_at = from_text(given["enteredAt"])
    name = f"{given['askedBy']}@{given['enteredAt']}"
    expected = {payment_id: PaymentStatus(status) for payment_id, status in given["payments"].items()}
    check = PaymentCheck(BillingReads(world, call), Situations(world), clock(world, call), LAG)
    check.check(given["limitationId"], given["contractId"], expected, entered_at, name)
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


class NoLog:
    def keep(self, request: DecisionRequest, result: DecisionResult) -> None:
        """Keep nothing: decisions are not explored."""


def evaluate_decision(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    request = DecisionRequest(given["decision"], given["limitationId"], given["askedBy"], given["inputs"])
    desk = DecisionDesk(rules(), NoLog(), Situations(world))
    result: DecisionResult = call.perform(lambda: desk.decide(request, given.get("situation")))
    return {"value": result.value}


def read_point(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    situation: PointSituation = call.perform(lambda: world.enedis.read(world.now))
    facts = situation_facts(situation, given["contractId"], given.get("reference"), given.get("caseId"))
    due_at = given.get("dueAt")
    return {**facts, "late": due_at is not None and situation.read_at > from_text(due_at)}


def prepare_order(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    resource = world.watched(call)
    preparation = OrderPreparation(
        ClaimTable(resource, "limitations", "orders"),  # type: ignore[arg-type]
        OrderTable(resource, "orders"),  # type: ignore[arg-type]
        Publisher(world, call),
    )
    prepared = preparation.prepare(
        given["limitationId"],
        given["execution"],
        given["generation"],
        _wanted(given["wanted"]),
        given["endedOrder"],
        from_text(given["readAt"]) if given["readAt"] else None,
        (given["pointId"], given["contractId"]),
    )
    order = prepared.order
    return {
        "result": prepared.result.value,
        "followed": prepared.followed,
        "order": order
        and {
            "reference": str(order.reference),
            "pointId": order.point_id,
            "contractId": order.contract_id,
            "intent": order.wanted.intent.value,
            "ordinal": order.reference.ordinal,
            "aim": order.wanted.aim.value,
            "floorKva": None if order.wanted.floor_kva is None else float(order.wanted.floor_kva),
            "afterCut": order.wanted.after_cut,
            "limitationCaseId": order.wanted.limitation_case_id,
        },
    }


def _wanted(given: Mapping[str, Any] | None) -> Wanted | None:
    if given is None:
        return None
    floor = given["floorKva"]
    return Wanted(
        Intent(given["intent"]),
        Aim(given["aim"]),
        None if floor is None else Decimal(str(floor)),
        given["afterCut"],
        given["limitationCaseId"],
    )


def register_of(world: "World", call: Call) -> LimitationRegister:
    return LimitationRegister(world.watched(call), "contracts", "limitations", now=clock(world, call))  # type: ignore[arg-type]


def settle(world: "World", call: Call, given: Mapping[str, Any]) -> dict[str, str]:
    resource = world.watched(call)
    claims = ClaimTable(resource, "limitations", now=clock(world, call))  # type: ignore[arg-type]
    desk = SettlementDesk(
        claims,
        OrderTable(resource, "orders"),  # type: ignore[arg-type]
        register_of(world, call),
        Publisher(world, call),
        RestorationStart(StepFunctions(world, call), claims).hear,
        clock(world, call),
    )
    question, floor = given["question"], given["floorKva"]
    coverage, payment, point = given["coverage"] or {}, given["payment"] or {}, given["point"] or {}
    balance, counted = coverage.get("balance"), payment.get("countedPayments", ())
    settlement = Settlement(
        given["execution"],
        given["generation"],
        given["outcome"],
        given["reason"],
        reference=given["reference"],
        floor_kva=None if floor is None else Decimal(str(floor)),
        balance=None if balance is None else Decimal(str(balance)).quantize(CENT),
        question=Question.of(question) if question else None,
        ground=_ground(coverage, counted),
        paid=bool(counted),
        communicating_meter=point.get("remotelyOperable"),
    )
    read_at = from_text(point["readAt"]) if point else None
    limitation_id, seen, point_id = given["limitationId"], given["seen"], given["pointId"]
    proposed = settle_limitation.ProposedEnd(limitation_id, settlement, seen, point_id, read_at, given["endedOrder"])
    return {"outcome": desk.settle(proposed)}


BY_NAME: Mapping[str, Callable[["World", Call, Mapping[str, Any]], Any]] = {
    "ClaimLimitationFunction": claim,
    "CheckPaymentFunction": check_payment,
    "EvaluateDecisionFunction": evaluate_decision,
    "ReadPointFunction": read_point,
    "PrepareOrderFunction": prepare_order,
    "SettleLimitationFunction": settle,
}


def _ground(coverage: Mapping[str, Any], counted: Iterable[str]) -> Ground | None:
    if coverage.get("basis") is None:
        return None
    review_on = coverage["reviewOn"]
    residual = Decimal(str(coverage["residual"])).quantize(CENT)
    review = None if review_on is None else date.fromisoformat(str(review_on))
    return Ground(Basis(coverage["basis"]), residual, review, frozenset(counted))
