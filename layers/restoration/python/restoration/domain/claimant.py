"""The claimant: an execution that wants to act on a limitation, and what it may do.

This module judges from the limitation's item, the status of its holder and the trigger: the conditional writes are the
adapter's. These rules hold whatever is lost or late (an invocation can outlive its task, and its write come later):

- A claim is conditional on the generation that was read. A conflict is raised as
  :class:`~restoration.errors.ClaimContended`; only the state machine tries again, with a fresh read.
- A fact is noted before an execution is started for it. So the holder, if one lives, sees it before it lets go.
- An execution that holds the limitation already gets its stored generation, and nothing is written.
- An execution that ended can still be found as the holder: it is taken over.
- A limitation that was closed, but whose events were not published: the execution that finds it publishes them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from restoration.domain.claim import Claim, DeadHolder, HolderStatus
from restoration.domain.limitation import REDUCED_STATUSES, LimitationStatus, Trigger
from restoration.domain.question import Question
from restoration.domain.switch import Mode
from restoration.errors import ClaimContended

FORGOTTEN_AFTER = timedelta(minutes=5)
"""A holder that Step Functions does not know may have been started a moment ago; when its claim is old, it is dead."""
SHOWN_AT_LAST = timedelta(hours=1)
"""Billing's read side shows within this time what its events said."""


class Standing(StrEnum):
    """The standing of an execution towards the limitation that it wants to act on."""

    CLAIMED = "CLAIMED"
    """It is this execution's now."""
    HELD = "HELD"
    """It is this execution's still."""
    UNPUBLISHED = "UNPUBLISHED"
    """It is settled, and not all was published; or this execution settled it, by a call that outlived its task."""
    CANCELLED = "CANCELLED"
    """It is this execution's, and billing cancelled the limitation."""
    CONTRACT_ENDED = "CONTRACT_ENDED"
    """It is this execution's, and the contract ended."""
    JOINED = "JOINED"
    """Another execution knows of this trigger: one that holds it, or one that let it go."""
    NOT_LIMITED = "NOT_LIMITED"
    SUPERSEDED = "SUPERSEDED"
    """Another execution took it over from this one."""
    OFF = "OFF"


@dataclass(frozen=True, slots=True)
class Claimant:
    """An execution that wants to act on a limitation, with its trigger.

    Parameters
    ----------
    generation
        The execution's own, when it looks again; None when it asks for the first time.
    seen
        The trigger count that its last look knew.
    question
        The question to the advisors that it believes open.
    no_decision
        Whether the time of that question is up.
    ended_order
        The order that it knows to have ended: that need not be finished any more.
    """

    execution: str
    trigger: Trigger
    generation: int | None = None
    seen: int | None = None
    question: Question | None = None
    no_decision: bool = False
    ended_order: str | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """Claim it; or take it over from its holder, which is dead by this status."""

    dead_holder: HolderStatus | None = None


def judge(claim: Claim, claimant: Claimant, status_of: Callable[[str], HolderStatus], now: datetime) -> Standing | Take:
    """Decide how an execution may act on a limitation, by its item as it was read; a standing leaves it as it is.

    Parameters
    ----------
    status_of
        The status of an execution; asked only about another that holds the limitation.

    Raises
    ------
    ClaimContended
        When the holder is not visible yet: look again later.
    """
    if claim.holder == claimant.execution:
        # Its remembered generation does not count: a first call that came late may have claimed it once more.
        return own_standing(claim, first=claimant.generation is None)
    settled = claim.settlement
    if settled and settled.is_of(claimant.execution, claimant.generation):
        return Standing.UNPUBLISHED
    if claimant.generation is not None:
        return Standing.SUPERSEDED
    if claim.holder:
        return _about_held(claim, status_of(claim.holder), now)
    if claim.is_open and not claim.has_seen(claimant.trigger.fact):
        return Take()
    nothing_new = Standing.JOINED if claim.is_open else Standing.NOT_LIMITED
    return Standing.UNPUBLISHED if settled and not settled.published else nothing_new


def _about_held(claim: Claim, status: HolderStatus, now: datetime) -> Standing | Take:
    """Decide about a limitation that another execution holds."""
    if status is HolderStatus.ALIVE:
        return Standing.JOINED
    if status is HolderStatus.UNKNOWN and claim.claimed_at and now - claim.claimed_at < FORGOTTEN_AFTER:
        raise ClaimContended(f"{claim.limitation_id}: its holder {claim.holder} is not visible yet, look again")
    return Take(status)


def own_standing(claim: Claim, *, first: bool) -> Standing:
    """The standing of a holder towards its own limitation."""
    if claim.status is LimitationStatus.CANCELLED:
        return Standing.CANCELLED
    if claim.status is LimitationStatus.ENDED:
        return Standing.CONTRACT_ENDED
    return Standing.CLAIMED if first else Standing.HELD


def taken(claim: Claim, claimant: Claimant, mode: Mode, now: datetime, dead_holder: HolderStatus | None) -> Claim:
    """The claim after it was taken, by a fresh claim or from a dead holder.

    An execution that takes over from a dead holder keeps its mode where an order may be under way.
    """
    dead = DeadHolder(claim.holder, dead_holder or HolderStatus.UNKNOWN, claim.mode) if claim.holder else None
    return replace(
        claim,
        holder=claimant.execution,
        generation=claim.generation + 1,
        mode=claim.mode if dead and claim.open_order and claim.mode else mode,
        claimed_at=now,
        waiting_token=None,
        unseen_since=None,
        taken_over_from=dead,
    )


def facts_without_claim() -> dict[str, Any]:
    """The facts for the state machine of a limitation that the register does not hold."""
    nothing = dict.fromkeys(("holder", "pointId", "contractId"))
    unknown = {"generation": None, "seen": None, "question": None, "flowAsks": False, "limitedPowerKva": None}
    return {"standing": Standing.NOT_LIMITED.value, "mode": Mode.OFF.value, **unknown, **nothing}


def claim_facts(claim: Claim, standing: Standing, claimant: Claimant, now: datetime) -> dict[str, Any]:
    """The facts of a claim for the state machine."""
    order = claim.open_order
    if order and str(order.reference) == claimant.ended_order:
        order = None
    # Where a limitation is opened again, its last claim has seen a return that billing need not show yet.
    payments = claim.stated_payments(now - SHOWN_AT_LAST)
    answered = bool(claim.word and claimant.seen is not None and claim.word.count > claimant.seen)
    question = claim.question or (None if answered else claimant.question)
    return {
        "standing": standing.value,
        "generation": claim.generation,
        "mode": claim.mode.value if claim.mode else Mode.OFF.value,
        "seen": claim.trigger_count,
        "payments": {name: status.value for name, status in sorted(payments.items())},
        "announced": claim.announced_since(now - SHOWN_AT_LAST),
        "paid": claim.paid,
        "flowAsks": claim.is_point_doubted_since(claim.seen if claimant.seen is None else claimant.seen),
        "advisorDecision": claim.advisor_decision(unanswered=claimant.no_decision),
        "answered": answered,
        # An open order is finished at the point where it was placed; billing is asked under the contract of today.
        "pointId": (order or claim).point_id,
        "contractId": claim.contract_id,
        "openOrder": str(order.reference) if order else "",
        "ordinal": claim.order_ordinal,
        "isReduced": claim.status in REDUCED_STATUSES,
        "limitedPowerKva": float(claim.limited_power_kva),
        "question": question.facts if question else None,
        "holder": claim.holder,
    }
