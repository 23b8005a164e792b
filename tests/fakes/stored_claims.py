"""A claim as it lies in the table, written once more and independently of the adapter."""

from typing import Any

from restoration.clock import to_text
from restoration.domain.claim import AdvisorWord, Claim, DeadHolder, Question, Settlement
from restoration.domain.ground import Ground
from restoration.domain.order import OpenOrder


def item_of(claim: Claim) -> dict[str, Any]:
    """A claim as it lies in the table."""
    item = {
        "limitationId": claim.limitation_id,
        "contractId": claim.contract_id,
        "pointId": claim.point_id,
        "customerId": claim.customer_id,
        "status": claim.status.value,
        "lastEventAt": to_text(claim.last_event_at),
        "debt": claim.debt,
        "subscribedPowerKva": claim.subscribed_power_kva,
        "limitedPowerKva": claim.limited_power_kva,
        "holder": claim.holder,
        "generation": claim.generation or None,
        "claimMode": claim.mode,
        "claimedAt": to_text(claim.claimed_at) if claim.claimed_at else None,
        "seen": claim.seen or None,
        "triggerCount": claim.trigger_count,
        "unseenSince": to_text(claim.unseen_since) if claim.unseen_since else None,
        "leftSince": to_text(claim.left_since) if claim.left_since else None,
        "waitingToken": claim.waiting_token,
        "facts": dict(claim.facts),
        "noted": {
            fact: {"at": to_text(at), "digest": claim.digests.get(fact, "")} for fact, at in claim.noted_at.items()
        },
        "advisorWord": _word(claim.word),
        "question": _question(claim.question),
        "openOrder": _order(claim.open_order),
        "orderOrdinal": claim.order_ordinal or None,
        "settlement": _settlement(claim.settlement),
        "takenOverFrom": _dead_holder(claim.taken_over_from),
        "askedFor": claim.asked_for,
        "outcome": claim.last_outcome,
        "registeredAt": to_text(claim.registered_at),
        "closedAt": to_text(claim.closed_at) if claim.closed_at else None,
        "floorRaisedAt": to_text(claim.floor_raised_at) if claim.floor_raised_at else None,
        "limitedSince": to_text(claim.limited_since) if claim.limited_since else None,
    }
    return _without_none(item)


def _without_none(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value is not None}


def _dead_holder(dead: DeadHolder | None) -> dict[str, Any] | None:
    if dead is None:
        return None
    return {"holder": dead.holder, "status": dead.status.value, "mode": dead.mode and dead.mode.value}


def _word(word: AdvisorWord | None) -> dict[str, Any] | None:
    return {"id": word.id, "decision": word.decision, "at": to_text(word.at)} if word else None


def _question(asked: Question | None) -> dict[str, Any] | None:
    if asked is None:
        return None
    return {"number": asked.number, "reason": asked.reason, "askedAt": int(asked.asked_at.timestamp() * 1000)}


def _order(open_order: OpenOrder | None) -> dict[str, Any] | None:
    if open_order is None:
        return None
    wanted = open_order.wanted
    return _without_none(
        {
            "reference": str(open_order.reference),
            "ordinal": open_order.reference.ordinal,
            "pointId": open_order.point_id,
            "contractId": open_order.contract_id,
            "seen": open_order.seen,
            "intent": wanted.intent.value,
            "aim": wanted.aim.value,
            "floorKva": wanted.floor_kva,
            "afterCut": wanted.after_cut,
            "limitationCaseId": wanted.limitation_case_id,
        }
    )


def _ground(ground: Ground | None) -> dict[str, Any] | None:
    if ground is None:
        return None
    return _without_none(
        {
            "basis": ground.basis.value,
            "residual": ground.residual,
            "reviewOn": ground.review_on and ground.review_on.isoformat(),
            "payments": set(ground.payments) or None,
        }
    )


def _settlement(settlement: Settlement | None) -> dict[str, Any] | None:
    if settlement is None:
        return None
    return _without_none(
        {
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
            "ground": _ground(settlement.ground),
            "communicatingMeter": settlement.communicating_meter,
            "returnedPayments": set(settlement.returned_payments) or None,
            "brokenPlans": set(settlement.broken_plans) or None,
            "advisorWord": settlement.advisor_word,
            "question": _question(settlement.question),
            "unclaimable": settlement.unclaimable,
            "unclaimablePaid": settlement.unclaimable_paid,
            "published": settlement.published,
        }
    )
