"""Payments that came back, and plans that were broken: for an open limitation, and for one that was restored on them.

The fact is noted on the limitation before anything else. A limitation that is being closed at the same time has the
note in its settlement; one that is closed already shows whether the fact was its ground. Nothing is limited again by
itself: billing hears, and a new debt has a new procedure (docs/trade.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from restoration.contracts.published import PaymentReversedWhileOrdered
from restoration.domain.claim import Claim
from restoration.domain.fact import stated_payment, stated_plan, takes_ground
from restoration.domain.limitation import Trigger
from restoration.domain.order import OpenOrder, OrderStatus
from restoration.domain.switch import Mode
from restoration.ports import Claims, Orders, Publisher, Register
from restoration.use_cases.settle_limitation import lost_grounds

_NOT_AT_ENEDIS = frozenset({OrderStatus.NOT_SENT, OrderStatus.REFUSED, OrderStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class LostGroundDesk:
    """Reports that the ground of a restoration is lost."""

    register: Register
    claims: Claims
    orders: Orders
    events: Publisher

    def report(self, contract_ids: Iterable[str], trigger: Trigger) -> tuple[str, ...]:
        """Note what takes a ground away on each limitation of its contracts, and publish what follows; no other fact.

        A limitation that was restored on it is reported to billing. While an order may be at Enedis, the advisors hear
        of a payment that came back; an order that was not sent yet is not sent before another look.

        Returns
        -------
        tuple of str
            The limitations that were restored on it.
        """
        if not takes_ground(trigger.fact):
            return ()
        payment = stated_payment(trigger.fact)
        payments = (payment.payment_id,) if payment else ()
        plan = stated_plan(trigger.fact)
        plans = (plan.plan_id,) if plan else ()
        lost: list[str] = []
        for limitation_id in self.register.known_limitations(contract_ids):
            claim = self.claims.note(limitation_id, trigger)
            settled = claim and not claim.is_open and claim.settlement
            if claim and settled and settled.mode is Mode.ON:
                if events := list(lost_grounds(claim, settled, payments, plans)):
                    self.events.publish(events)
                    lost.append(limitation_id)
            elif claim and payment and (order := self._at_enedis(claim, trigger.fact)):
                ordered = {"point_id": order.point_id, "reference": str(order.reference)}
                of_claim = (claim.limitation_id, claim.generation, order.contract_id)
                event = PaymentReversedWhileOrdered.of(*of_claim, **ordered, payment_id=payment.payment_id)
                self.events.publish([event])
        return tuple(lost)

    def _at_enedis(self, claim: Claim, fact: str) -> OpenOrder | None:
        """The open order that may be at Enedis, unless it was opened knowing of a fact."""
        order = claim.open_order
        if not claim.is_open or claim.mode is not Mode.ON or claim.holder is None or order is None:
            return None
        if claim.facts[fact] <= order.seen:
            return None
        return order if (self.orders.status_of(order.reference) or OrderStatus.NOT_SENT) not in _NOT_AT_ENEDIS else None
