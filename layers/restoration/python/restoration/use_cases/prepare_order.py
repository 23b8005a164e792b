"""Writing the one order of a limitation before it leaves, or finding the older one that has to be finished first.

At most one order of a limitation, and of a point, may be at work. An order that Enedis may have accepted is finished as
it is, whatever is wanted now. One that was refused or has ended is taken off. One that was never sent and is not wanted
any more is withdrawn, so that a worker that is about to send it fails. Where another limitation of the point was closed
after the point was read, the read is too old to order by.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from restoration.contracts.business_event import BusinessEvent
from restoration.contracts.published import LimitationBeingLifted
from restoration.domain.claim import Claim
from restoration.domain.order import OpenOrder, OrderReference, OrderStatus, PointOrder, Wanted
from restoration.errors import ClaimContended
from restoration.ports import Claims, Orders, Publisher

_ATTEMPTS = 5


class Prepared(StrEnum):
    """The results of preparing an order."""

    ORDER = "ORDER"
    """The wanted order is the open one now."""
    FINISH = "FINISH"
    """An older order has to be finished first."""
    FOLLOW = "FOLLOW"
    """Another limitation's order is at work on the point: it is followed."""
    NEWS = "NEWS"
    """There is nothing to order, the limitation is not open any more or at another point, or the point was read too
    early: look again.
    """
    SUPERSEDED = "SUPERSEDED"


@dataclass(frozen=True, slots=True)
class Preparation:
    """The result, with the order to place; for ``FOLLOW``, with the reference of the other limitation's order."""

    result: Prepared
    order: OpenOrder | None = None
    followed: str | None = None


@dataclass(frozen=True, slots=True)
class OrderPreparation:
    """Prepares orders."""

    claims: Claims
    orders: Orders
    events: Publisher

    def prepare(
        self,
        limitation_id: str,
        execution: str,
        generation: int,
        wanted: Wanted | None,
        ended_order: str | None,
        read_at: datetime | None,
        looked_at: tuple[str, str],
    ) -> Preparation:
        """Make ``wanted`` the open order, unless an older one has to be finished first.

        Parameters
        ----------
        wanted
            None when the rules want nothing, and only an open order has to be finished.
        ended_order
            The order that the execution knows to have ended (refused, not done, only the floor).
        read_at
            When the point was read by which the rules want it; None where it was not read.
        looked_at
            The point that was read, and the contract that it was read for.

        Raises
        ------
        ClaimContended
            When others write at the same time; nothing was changed that a fresh try would not find.
        """
        for _ in range(_ATTEMPTS):
            claim = self.claims.get(limitation_id)
            if claim is None or not claim.is_held_by(execution, generation):
                return Preparation(Prepared.SUPERSEDED)
            if not claim.is_open:
                return Preparation(Prepared.NEWS)
            prepared = self._prepare(claim, wanted, ended_order, read_at, looked_at)
            if prepared:
                if prepared.order:
                    self.events.publish([_being_lifted(claim, prepared.order)])
                return prepared
        raise ClaimContended(f"{limitation_id}: others write its order at the same time, look again")

    def _prepare(
        self,
        claim: Claim,
        wanted: Wanted | None,
        ended_order: str | None,
        read_at: datetime | None,
        looked_at: tuple[str, str],
    ) -> Preparation | None:
        """One try; None when something changed meanwhile."""
        current = claim.open_order
        if current and str(current.reference) != ended_order:
            status = self.orders.status_of(current.reference)
            if status in {None, OrderStatus.NOT_SENT}:
                if current.wanted == wanted and not claim.has_moved:
                    return Preparation(Prepared.ORDER, current)
                if not self.orders.withdraw(current.reference):
                    return None
            elif status not in {OrderStatus.REFUSED, OrderStatus.WITHDRAWN}:
                return Preparation(Prepared.FINISH, current)
        if current:
            self.orders.forget(current.reference, current.point_id)
        is_elsewhere = looked_at != (claim.point_id, claim.contract_id)
        if wanted is None or is_elsewhere or claim.has_moved:
            done = current is None or self.claims.end_order(claim)
            return Preparation(Prepared.NEWS) if done else None
        return self._open(claim, wanted, read_at)

    def _open(self, claim: Claim, wanted: Wanted, read_at: datetime | None) -> Preparation | None:
        reference = OrderReference(claim.limitation_id, wanted.intent, claim.order_ordinal + 1)
        order = OpenOrder(reference, wanted, claim.point_id, claim.contract_id, claim.trigger_count)
        if self.claims.open_order(claim, order, None):  # most points had no order lately: nothing is read
            return Preparation(Prepared.ORDER, order)
        on_point = self.orders.on_point(claim.point_id)
        if on_point is None:
            return None
        if on_point.limitation_id != claim.limitation_id:
            instead = self._instead(on_point, read_at)
            if instead:
                return instead if claim.open_order is None or self.claims.end_order(claim) else None
        return Preparation(Prepared.ORDER, order) if self.claims.open_order(claim, order, on_point) else None

    def _instead(self, on_point: PointOrder, read_at: datetime | None) -> Preparation | None:
        """What to do instead of ordering, by the last order of another limitation on the point; None: order."""
        other = self.claims.get(on_point.limitation_id)
        if other is None:
            return None
        order = other.open_order if other.is_open else None
        if order and str(order.reference) == on_point.reference:
            is_over = self.orders.status_of(order.reference) in {OrderStatus.REFUSED, OrderStatus.WITHDRAWN}
            return None if is_over else Preparation(Prepared.FOLLOW, followed=on_point.reference)
        # It may have brought power back since.
        is_too_old = read_at and other.closed_at and other.closed_at > read_at
        return Preparation(Prepared.NEWS) if is_too_old else None


def _being_lifted(claim: Claim, order: OpenOrder) -> BusinessEvent:
    of_order = {"point_id": order.point_id, "reference": str(order.reference)}
    return LimitationBeingLifted.of(claim.limitation_id, claim.generation, order.contract_id, **of_order)
