"""Settling a limitation: close it or let it go, publish its events, and take it off its contract's list.

The end is one conditional write that keeps the whole settlement, unpublished. Then come the events, each entry's
failure checked, then the contract's list, then the other limitations of the point, and last the mark that all was
published. A repeat goes on where it stopped,
by a retry, a redrive or another execution that finds the settlement; the events' ids are the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from restoration.contracts.business_event import BusinessEvent
from restoration.contracts.published import (
    AdvisorQuestionWithdrawn,
    BalanceDue,
    DemandDetail,
    DunningHoldExtended,
    DunningHoldReleased,
    DunningStopRequested,
    PowerFloorRaised,
    PowerRestored,
    RestorationLeftToAdvisor,
    RestorationRefused,
    RestoredPaymentReversed,
    RestoredPlanBroken,
    UnclaimableDebtPaid,
)
from restoration.domain.claim import Claim, Settlement
from restoration.domain.ground import Basis
from restoration.domain.limitation import POINT_RESTORED, REDUCED_STATUSES, LimitationStatus, LimitedPoint, Trigger
from restoration.domain.switch import Mode
from restoration.errors import ClaimContended
from restoration.ports import Claims, Orders, Publisher, Register
from restoration.use_cases.start_restoration import Hear

POWER_IS_BACK = frozenset({"RESTORED", "ALREADY_RESTORED", "LIMITATION_CANCELLED"})
"""Outcomes that a read of the point at Enedis proved."""
SHOWN_BY_THE_POINT = POWER_IS_BACK | {"FLOOR_RAISED"}
LEFT_OVER = frozenset({"LIFTED_BY_ENEDIS", "ORDER_FINISHED"})
"""Reasons why power is back although the rules do not give it back: billing goes on with the debt."""


class Ending:
    """The values that settling returns instead of an outcome."""

    NEWS = "NEWS"
    """Something came that the execution has not looked at: look again."""
    SUPERSEDED = "SUPERSEDED"


@dataclass(frozen=True, slots=True)
class ProposedEnd:
    """The end that an execution proposes for its claim: what it knows of the settlement.

    Parameters
    ----------
    seen
        The trigger count that its last look knew.
    point_id
        The point that it acted on; None where it has acted on none.
    read_at
        The moment of its last read of the point; None where it has read none.
    ended_order
        The order that the execution knows to have ended, if any.
    """

    limitation_id: str
    settlement: Settlement
    seen: int
    point_id: str | None = None
    read_at: datetime | None = None
    ended_order: str | None = None

    @property
    def outcome(self) -> str:
        return self.settlement.outcome


@dataclass(frozen=True, slots=True)
class SettlementDesk:
    """Settles limitations.

    Parameters
    ----------
    hear
        Has the other limitations of a point looked at, once power is back for one of them.
    """

    claims: Claims
    orders: Orders
    register: Register
    events: Publisher
    hear: Hear
    now: Callable[[], datetime]

    def settle(self, proposed: ProposedEnd) -> str:
        """Settle a claim, and return its outcome, or ``NEWS`` or ``SUPERSEDED``.

        A limitation whose power is back, whose contract ended or that billing cancelled is closed. News does not keep
        it open, except a report of the limitation itself: the point may have been read before it. It is closed as of
        that read, so a report from later opens it again. A payment on which power came back may have been returned
        meanwhile: billing hears of it. Any other limitation is let go only if nothing came that was not looked at; a
        floor is recorded before that, whatever came.

        Raises
        ------
        ClaimContended
            When others write at the same time: try again, with a fresh read.
        """
        claim = self.claims.get(proposed.limitation_id)
        if claim is None:
            return Ending.SUPERSEDED
        settled, execution, generation = claim.settlement, proposed.settlement.execution, proposed.settlement.generation
        if not claim.is_held_by(execution, generation):
            if claim.holder == execution:
                return Ending.NEWS
            mine = settled is not None and settled.is_of(execution, generation)
            if settled is None or (settled.published and not mine):
                return Ending.SUPERSEDED
            if not settled.published and (mine or claim.holder is None):
                self._publish(claim, settled)
            if mine:  # its call before may have died over a list that it is on again
                self.register.list_if_needed(claim.limitation_id)
            return settled.outcome if mine else Ending.SUPERSEDED
        return self._end(claim, proposed)

    def _end(self, claim: Claim, proposed: ProposedEnd) -> str:
        if (proposed.outcome, proposed.settlement.reason) == ("FLOOR_RAISED", "POWER_IS_ON"):
            # A floor was due, and Enedis shows no limit any more: the limitation is over, whatever is owed.
            lifted = replace(proposed.settlement, outcome="ALREADY_RESTORED", reason="LIFTED_BY_ENEDIS", floor_kva=None)
            proposed = replace(proposed, settlement=lifted)
        if proposed.outcome in {*SHOWN_BY_THE_POINT, "CONTRACT_ENDED"} and not self._is_proved(claim, proposed):
            return Ending.NEWS
        settlement = self._settlement(claim, proposed)
        closes = None
        if status := _closing_status(claim, proposed.outcome):
            closes = (status, proposed.read_at or self.now())
            is_order_done = self._is_order_done(claim, status, proposed)
        elif not claim.is_open or proposed.outcome == "CANCELLED_BY_BILLING":
            return Ending.NEWS
        else:
            if self._has_ordered_since(claim, proposed):
                return Ending.NEWS
            if proposed.outcome == "FLOOR_RAISED" and settlement.floor_kva is not None:
                claim = self._record_floor(claim, proposed, settlement.floor_kva)
            if claim.trigger_count != proposed.seen:
                return Ending.NEWS
            order = claim.open_order
            is_order_done = order is not None and str(order.reference) == proposed.ended_order
        if closes or is_order_done:
            self._forget_order(claim)
        if not self.claims.settle(claim, settlement, take_off_order=is_order_done, closes=closes):
            raise ClaimContended(f"{claim.limitation_id}: it changed while it was being settled, look again")
        self._publish(claim, settlement)
        return settlement.outcome

    @staticmethod
    def _has_ordered_since(claim: Claim, proposed: ProposedEnd) -> bool:
        """Whether the execution has looked again and ordered: a late call must not take that order for its own."""
        order = claim.open_order
        return order is not None and order.seen > proposed.seen and str(order.reference) != proposed.ended_order

    def _forget_order(self, claim: Claim) -> None:
        """Let the open order expire, before it is taken off: afterwards nobody knows it by name."""
        if claim.open_order:
            self.orders.forget(claim.open_order.reference, claim.open_order.point_id)

    def _is_order_done(self, claim: Claim, status: LimitationStatus, proposed: ProposedEnd) -> bool:
        """Whether the open order of a limitation that is closed need not be followed any more.

        One that was never sent is withdrawn, so that no worker sends it. Billing may open again what it cancelled: an
        order that Enedis may have accepted stays, to be finished first then.
        """
        order = claim.open_order.reference if claim.open_order else None
        if order is None or str(order) == proposed.settlement.reference:
            return True
        return self.orders.withdraw(order) or status is not LimitationStatus.CANCELLED

    def _settlement(self, claim: Claim, proposed: ProposedEnd) -> Settlement:
        end = proposed.settlement
        return replace(
            end,
            mode=claim.mode or Mode.SHADOW,
            point_id=claim.point_id,
            contract_id=claim.contract_id,
            reference=end.reference or self._restored_by(claim, end.outcome),
            paid=claim.paid and end.counted,
            rejected=end.rejected and bool(claim.returned_payments),
            ground=end.ground if end.reason not in LEFT_OVER else None,
            returned_payments=claim.returned_payments,
            broken_plans=claim.plans_lost_to(proposed.seen),
            advisor_word=claim.word.id if claim.word else None,
            question=claim.question or end.question,
        )

    def _restored_by(self, claim: Claim, outcome: str) -> str | None:
        """The order of another limitation that brought power back to this point while this limitation was open.

        One order restores two limitations of one point: the customer gets one message for it.
        """
        on_point = self.orders.on_point(claim.point_id) if outcome == "ALREADY_RESTORED" else None
        if on_point is None or on_point.limitation_id == claim.limitation_id:
            return None
        if (other := self.claims.get(on_point.limitation_id)) is None:
            return None
        # It may not have been settled yet: this execution may read the point before the one that ordered has closed.
        at_work = other.open_order is not None and str(other.open_order.reference) == on_point.reference
        since = other.closed_at is not None and other.closed_at >= claim.registered_at
        return on_point.reference if at_work or since else None

    def _is_proved(self, claim: Claim, proposed: ProposedEnd) -> bool:
        """Whether the look proves an end: no report of the limitation came after it, and the point is still that one.

        Where billing reported another point since, the order of the old one has ended; one for the new one has not.
        """
        if proposed.outcome in SHOWN_BY_THE_POINT and proposed.point_id not in {None, claim.point_id}:
            if claim.open_order and claim.open_order.point_id == proposed.point_id:
                self._forget_order(claim)
                self.claims.end_order(claim)
            return False
        return not claim.was_reported_since(proposed.seen)

    def _record_floor(self, claim: Claim, proposed: ProposedEnd, floor_kva: Decimal) -> Claim:
        """Record a floor that is reached: it is a fact, whatever news has come."""
        self._forget_order(claim)
        known = claim.status is LimitationStatus.FLOOR_RAISED and claim.limited_power_kva == floor_kva
        is_new = claim.open_order is not None or not known  # a repeat has taken its order off already
        raised_at = proposed.read_at or self.now()
        first_raised_at = claim.floor_raised_at if claim.floor_raised_at and not is_new else raised_at
        if not self.claims.end_order(claim, floor_kva, first_raised_at):
            raise ClaimContended(f"{claim.limitation_id}: it changed while its floor was being recorded, look again")
        if claim.mode is Mode.ON:
            end = proposed.settlement
            raised = {"point_id": claim.point_id, "floor_kva": floor_kva, "raised_at": raised_at}
            asked = {"demand": DemandDetail.of(end.demand), "unclaimable": end.unclaimable}
            of_claim = (claim.limitation_id, claim.generation, claim.contract_id)
            self.events.publish([PowerFloorRaised.of(*of_claim, **raised, **asked, rejected=end.rejected)])
        return replace(claim, open_order=None, limited_power_kva=floor_kva, status=LimitationStatus.FLOOR_RAISED)

    def _publish(self, claim: Claim, settlement: Settlement) -> None:
        if settlement.mode is Mode.ON:
            self.events.publish(list(events_of(claim, settlement)))
        closed = settlement.outcome in POWER_IS_BACK | {"CONTRACT_ENDED"}
        if closed or not claim.is_open:
            closed_at = self.now() if closed else None
            others = self.register.take_off_list(claim.contract_id, claim.limitation_id, closed_at)
            if settlement.outcome in POWER_IS_BACK:
                self._tell(others, settlement, claim.limitation_id)
        self.claims.mark_published(claim.limitation_id, settlement)

    def _tell(self, others: Iterable[LimitedPoint], settlement: Settlement, limitation_id: str) -> None:
        """Have the other limitations in force at the point looked at: nobody is to pay for power that is there.

        One that Enedis has not carried out yet is not over because the point has power.
        """
        name = f"{limitation_id}:{settlement.generation}"
        for other in others:
            if other.limitation_id == limitation_id or other.point_id != settlement.point_id:
                continue
            known = self.claims.get(other.limitation_id)
            if known and known.status in REDUCED_STATUSES:
                self.hear(other, Trigger(POINT_RESTORED, name, self.now(), f"{name}:{POINT_RESTORED}"))


def _closing_status(claim: Claim, outcome: str) -> LimitationStatus | None:
    """The status of a limitation that this outcome closes; None for one that is let go, or that changed meanwhile."""
    if outcome in POWER_IS_BACK:
        return LimitationStatus.CLOSED if claim.is_open else claim.status
    if outcome == "CONTRACT_ENDED":
        return LimitationStatus.ENDED
    cancelled = outcome == "CANCELLED_BY_BILLING" and claim.status is LimitationStatus.CANCELLED
    return claim.status if cancelled else None


def events_of(claim: Claim, settlement: Settlement) -> Iterator[BusinessEvent]:
    """The events that follow from a settlement: for billing first, then for everybody."""
    of_claim = (claim.limitation_id, settlement.generation, settlement.contract_id)
    outcome, reason = settlement.outcome, settlement.reason
    at_point = {"point_id": settlement.point_id}
    demand = DemandDetail.of(settlement.demand)
    if (question := settlement.question) and outcome != "LEFT_TO_ADVISOR":
        withdrawn = {"question": question.number, "reason": question.reason, "outcome": outcome}
        yield AdvisorQuestionWithdrawn.of(*of_claim, **withdrawn)
    ground = settlement.ground if outcome in POWER_IS_BACK else None
    why = {"basis": ground.basis, "residual": ground.residual} if ground else {"basis": None, "residual": None}
    review_on = ground.review_on if ground else None
    if ground and review_on is None:
        yield DunningStopRequested.of(*of_claim, outcome=outcome, **why)
    elif ground:
        yield DunningHoldExtended.of(*of_claim, outcome=outcome, **why, review_on=review_on)
    else:
        yield DunningHoldReleased.of(*of_claim, outcome=outcome, reason=reason)
    if outcome in POWER_IS_BACK and reason != "LIFTED_BY_ENEDIS":
        how = {"outcome": outcome, "reference": settlement.reference, "review_on": review_on, "demand": demand}
        seen = {"communicating_meter": settlement.communicating_meter, "unclaimable": settlement.unclaimable}
        yield PowerRestored.of(*of_claim, **at_point, **why, **how, **seen)
        if settlement.unclaimable_paid:
            yield UnclaimableDebtPaid.of(*of_claim, **at_point, amount=settlement.unclaimable_paid)
        if ground:
            yield from lost_grounds(claim, settlement, settlement.returned_payments, settlement.broken_plans)
    elif outcome == "BALANCE_DUE":
        due = {"balance": settlement.balance or 0, "paid": settlement.paid, "rejected": settlement.rejected}
        asked = {"demand": demand, "unclaimable": settlement.unclaimable}
        yield BalanceDue.of(*of_claim, rejected_means=tuple(sorted(settlement.rejected_means)), **due, **asked)
    elif outcome == "REFUSED":
        yield RestorationRefused.of(*of_claim, reason=reason, advisor_word=settlement.advisor_word, demand=demand)
    elif outcome in {"LEFT_TO_ADVISOR", "NO_ORDER"}:
        yield RestorationLeftToAdvisor.of(*of_claim, **at_point, reason=reason)


def lost_grounds(
    claim: Claim, settlement: Settlement, returned_payments: Iterable[str], broken_plans: Iterable[str]
) -> Iterator[BusinessEvent]:
    """The events for billing when the ground of a restoration is lost: a counted payment, or the plan, is gone.

    An end that gave no power back may have a ground, too: nothing was lost there.
    """
    ground = settlement.ground
    if ground is None or settlement.outcome not in POWER_IS_BACK:
        return
    of_claim = (claim.limitation_id, settlement.generation, settlement.contract_id)
    common = {"point_id": settlement.point_id, "residual": ground.residual}
    for payment_id in sorted(ground.payments.intersection(returned_payments)):
        yield RestoredPaymentReversed.of(*of_claim, payment_id=payment_id, basis=ground.basis, **common)
    for plan_id in sorted(broken_plans) if ground.basis is Basis.PLAN else ():
        yield RestoredPlanBroken.of(*of_claim, plan_id=plan_id, **common)
