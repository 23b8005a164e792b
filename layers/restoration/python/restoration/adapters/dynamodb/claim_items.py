"""The form of a claim in its item of the ``limitations`` table, and back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from restoration.clock import from_text, moment_of, to_text
from restoration.domain.claim import (
    AdvisorWord,
    Claim,
    DeadHolder,
    HolderStatus,
    Question,
    Settlement,
    fact_of_word,
)
from restoration.domain.ground import Basis, Ground
from restoration.domain.limitation import LimitationStatus, Trigger
from restoration.domain.order import Aim, Intent, OpenOrder, OrderReference, Wanted
from restoration.domain.switch import Mode

NOTE = (
    "facts.#fact = triggerCount + :one, triggerCount = triggerCount + :one, noted.#fact = :noted, "
    "unseenSince = if_not_exists(unseenSince, :since)"
)
"""How a fact is noted in a limitation's item that is there, with :func:`note_values`."""


def note_values(trigger: Trigger, now: datetime) -> dict[str, Any]:
    at = to_text(now)
    return {":one": 1, ":since": at, ":noted": {"at": at, "digest": trigger.digest}}


def first_facts(trigger: Trigger | None, now: datetime) -> dict[str, Any]:
    """The attributes of an item that is made with its first fact, or with none."""
    if trigger is None:
        return {"facts": {}, "noted": {}, "triggerCount": 0}
    values = note_values(trigger, now)
    noted = {trigger.fact: values[":noted"]}
    return {"facts": {trigger.fact: 1}, "noted": noted, "triggerCount": 1, "unseenSince": values[":since"]}


def order_item(order: OpenOrder) -> dict[str, Any]:
    wanted = order.wanted
    item = {
        "reference": str(order.reference),
        "ordinal": order.reference.ordinal,
        "pointId": order.point_id,
        "contractId": order.contract_id,
        "seen": order.seen,
        "intent": wanted.intent.value,
        "aim": wanted.aim.value,
        "floorKva": wanted.floor_kva,
        "afterCut": wanted.after_cut,
        "limitationCaseId": wanted.limitation_case_id,
    }
    return {name: value for name, value in item.items() if value is not None}


def settlement_item(settlement: Settlement) -> dict[str, Any]:
    item = {
        "execution": settlement.execution,
        "generation": settlement.generation,
        "mode": settlement.mode.value,
        "outcome": settlement.outcome,
        "pointId": settlement.point_id,
        "contractId": settlement.contract_id,
        "reason": settlement.reason,
        "reference": settlement.reference,
        "floorKva": settlement.floor_kva,
        "balance": settlement.balance,
        "paid": settlement.paid,
        "rejected": settlement.rejected,
        "ground": _ground_item(settlement.ground) if settlement.ground else None,
        "communicatingMeter": settlement.communicating_meter,
        "returnedPayments": set(settlement.returned_payments) or None,
        "brokenPlans": set(settlement.broken_plans) or None,
        "advisorWord": settlement.advisor_word,
        "question": _question_item(settlement.question) if settlement.question else None,
        "published": settlement.published,
    }
    return {name: value for name, value in item.items() if value is not None}


def _ground_item(ground: Ground) -> dict[str, Any]:
    item = {
        "basis": ground.basis.value,
        "residual": ground.residual,
        "reviewOn": ground.review_on and ground.review_on.isoformat(),
        "payments": set(ground.payments) or None,
    }
    return {name: value for name, value in item.items() if value is not None}


def _ground(item: Mapping[str, Any]) -> Ground:
    return Ground(
        Basis(item["basis"]),
        item["residual"],
        date.fromisoformat(item["reviewOn"]) if "reviewOn" in item else None,
        frozenset(item.get("payments", ())),
    )


def _question_item(question: Question) -> dict[str, Any]:
    return {
        "number": question.number,
        "reason": question.reason,
        "askedAt": int(question.asked_at.timestamp() * 1000),
    }


def claim_of(item: Mapping[str, Any]) -> Claim:
    word, order, question = item.get("advisorWord"), item.get("openOrder"), item.get("question")
    facts = {fact: int(number) for fact, number in item.get("facts", {}).items()}
    return Claim(
        limitation_id=item["limitationId"],
        contract_id=item["contractId"],
        point_id=item.get("pointId", ""),
        status=LimitationStatus(item["status"]),
        limited_power_kva=item["limitedPowerKva"],
        holder=item.get("holder"),
        generation=int(item.get("generation", 0)),
        mode=Mode(item["claimMode"]) if "claimMode" in item else None,
        claimed_at=from_text(item["claimedAt"]) if "claimedAt" in item else None,
        seen=int(item.get("seen", 0)),
        trigger_count=int(item.get("triggerCount", 0)),
        unseen_since=from_text(item["unseenSince"]) if "unseenSince" in item else None,
        facts=facts,
        digests={fact: noted["digest"] for fact, noted in item.get("noted", {}).items() if noted["digest"]},
        noted_at={fact: from_text(noted["at"]) for fact, noted in item.get("noted", {}).items()},
        waiting_token=item.get("waitingToken"),
        word=(
            AdvisorWord(word["id"], word["decision"], from_text(word["at"]), facts[fact_of_word(word["id"])])
            if word
            else None
        ),
        question=_question(question) if question else None,
        open_order=_open_order(item["limitationId"], order) if order else None,
        order_ordinal=int(item.get("orderOrdinal", 0)),
        settlement=_settlement(item["settlement"]) if "settlement" in item else None,
        asked_for=item.get("askedFor"),
        last_outcome=item.get("outcome"),
        taken_over_from=_dead_holder(item["takenOverFrom"]) if item.get("takenOverFrom") else None,
        registered_at=from_text(item["registeredAt"]) if "registeredAt" in item else None,
        closed_at=from_text(item["closedAt"]) if "closedAt" in item else None,
        floor_raised_at=from_text(item["floorRaisedAt"]) if "floorRaisedAt" in item else None,
        limited_since=from_text(item["limitedSince"]) if "limitedSince" in item else None,
        told_since=from_text(item["toldSince"]) if "toldSince" in item else None,
    )


def dead_holder_item(dead: DeadHolder) -> dict[str, Any]:
    item = {"holder": dead.execution, "status": dead.status.value, "mode": dead.mode and dead.mode.value}
    return {name: value for name, value in item.items() if value is not None}


def _dead_holder(item: Mapping[str, Any]) -> DeadHolder:
    return DeadHolder(item["holder"], HolderStatus(item["status"]), Mode(item["mode"]) if "mode" in item else None)


def _question(item: Mapping[str, Any]) -> Question:
    return Question(int(item["number"]), item["reason"], moment_of(item["askedAt"]))


def _open_order(limitation_id: str, item: Mapping[str, Any]) -> OpenOrder:
    intent = Intent(item["intent"])
    return OpenOrder(
        OrderReference(limitation_id, intent, int(item["ordinal"])),
        Wanted(
            intent,
            Aim(item["aim"]),
            floor_kva=item.get("floorKva"),
            after_cut=bool(item["afterCut"]),
            limitation_case_id=item.get("limitationCaseId"),
        ),
        item["pointId"],
        item["contractId"],
        int(item.get("seen", 0)),
    )


def _settlement(item: Mapping[str, Any]) -> Settlement:
    question = item.get("question")
    return Settlement(
        execution=item["execution"],
        generation=int(item["generation"]),
        mode=Mode(item["mode"]),
        outcome=item["outcome"],
        point_id=item["pointId"],
        contract_id=item["contractId"],
        reason=item["reason"],
        reference=item.get("reference"),
        floor_kva=item.get("floorKva"),
        balance=item.get("balance"),
        paid=bool(item["paid"]),
        rejected=bool(item.get("rejected")),
        ground=_ground(item["ground"]) if "ground" in item else None,
        communicating_meter=item.get("communicatingMeter"),
        returned_payments=frozenset(item.get("returnedPayments", ())),
        broken_plans=frozenset(item.get("brokenPlans", ())),
        advisor_word=item.get("advisorWord"),
        question=_question(question) if question else None,
        published=bool(item["published"]),
    )
