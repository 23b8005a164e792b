"""Placing an order with Enedis exactly once, whatever was lost before.

An order is written as SENDING before it is sent. If an earlier attempt left it so, or Enedis' response was lost, the
point is read twice, a settle delay apart. A case that bears our reference is adopted. Only when neither read shows one
is the order sent again, under the same reference (docs/enedis.md), unless full power is back without it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from restoration.clock import to_text
from restoration.domain.claim import Claim
from restoration.domain.order import (
    Intent,
    OrderRecord,
    OrderReference,
    OrderStatus,
    Placing,
    place_in_line,
)
from restoration.errors import EnedisCircuitOpen, EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable, InvalidEvent
from restoration.ports import Enedis, KnownClaims, Orders

READS_BEFORE_SENDING_AGAIN = 2


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """The outcome for the waiting execution: ACCEPTED with the case, REFUSED with Enedis' code, or SUPERSEDED."""

    status: str
    case_id: str | None = None
    accepted_at: datetime | None = None
    due_at: datetime | None = None
    code: str | None = None
    label: str | None = None

    def facts(self, reference: OrderReference) -> dict[str, str | None]:
        """The outcome as the state machine sees it."""
        return {
            "status": self.status,
            "reference": str(reference),
            "caseId": self.case_id,
            "acceptedAt": to_text(self.accepted_at) if self.accepted_at else None,
            "dueAt": to_text(self.due_at) if self.due_at else None,
            "code": self.code,
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class Later:
    """The outcome is not known yet: try again after ``delay``."""

    delay: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """Places orders.

    Parameters
    ----------
    settle
        How long Enedis may take to show a case that it has accepted.
    lease
        How long an attempt may take at most: longer than the function's timeout.
    retry
        How long to wait at least when Enedis cannot be reached or has no turn for us.
    due
        The deadline of an order, by its intent, the moment of its acceptance, and the point's department.
    chance
        A number from 0 to 1 that spreads orders which would come back together.
    """

    claims: KnownClaims
    orders: Orders
    enedis: Enedis
    now: Callable[[], datetime]
    settle: timedelta
    lease: timedelta
    retry: timedelta
    due: Callable[[Intent, datetime, str | None], datetime]
    chance: Callable[[], float] = lambda: 0.0

    def place(self, placing: Placing) -> OrderOutcome | Later:
        """Place an order, or find its outcome.

        One that is not at Enedis is not sent after something came that may forbid it, and that the execution has not
        looked at: a payment that came back, a refusal, a difference in Enedis' flow, another point.

        Raises
        ------
        InvalidEvent
            When it is not the order that the limitation's item names: another point, contract or content. Only the
            state machine should write to the queue: find the other writer.
        """
        reference = placing.order.reference
        claim = self.claims.get(reference.limitation_id)
        check_against(claim, placing)
        wanted = is_wanted(claim, placing)
        if wanted and (sending := self._begun(reference, known=None)):
            return self._send(placing, sending)
        record = self.orders.get(reference)
        if record and (outcome := _known_outcome(record)):
            return outcome
        if not wanted:
            return OrderOutcome("SUPERSEDED")
        if record is None or record.status is OrderStatus.NOT_SENT:
            return Later(self.lease, "another worker could not reach Enedis a moment ago")
        return self._look(placing, record)

    def _begun(self, reference: OrderReference, *, known: OrderRecord | None) -> OrderRecord | None:
        """The record that this worker is sending an order; None where another has written it first."""
        sending = OrderRecord(reference, OrderStatus.SENDING, self.now() + self.lease)
        return sending if self.orders.write(sending, known=known) else None

    def _send(self, placing: Placing, sending: OrderRecord) -> OrderOutcome | Later:
        order = placing.order
        # Read after SENDING is written: a fact that is noted from here on finds that the order may be at Enedis.
        if is_stopped(self.claims.get(order.reference.limitation_id), placing):
            self.orders.write(OrderRecord(order.reference, OrderStatus.NOT_SENT, self.now()), known=sending)
            return OrderOutcome("SUPERSEDED")
        try:
            case_id = self.enedis.place_order(order)
        except EnedisUnavailable as error:
            self.orders.write(OrderRecord(order.reference, OrderStatus.NOT_SENT, self.now()), known=sending)
            return self._until_reachable(error, placing)
        except EnedisOutcomeUnknown as error:
            unknown = OrderRecord(order.reference, OrderStatus.UNKNOWN, self.now() + self.settle)
            self.orders.write(unknown, known=sending)
            return Later(self.settle, str(error))
        except EnedisRejected as refusal:
            refused = OrderRecord(
                order.reference,
                OrderStatus.REFUSED,
                self.now(),
                code=refusal.code,
                label=refusal.label,
                response=refusal.response or None,
            )
            self.orders.write(refused, known=sending)
            return OrderOutcome("REFUSED", code=refusal.code, label=refusal.label)
        return self._accepted(placing, case_id, known=sending)

    def _look(self, placing: Placing, record: OrderRecord) -> OrderOutcome | Later:
        order = placing.order
        if (wait := record.look_at - self.now()) > timedelta():
            return Later(wait, "an earlier attempt is under way, or Enedis is given time to show its case")
        try:
            point = self.enedis.read_point(order.point_id)
        except EnedisUnavailable as error:
            return self._until_reachable(error, placing)
        if case := point.case_with_reference(str(order.reference)):
            return self._accepted(placing, case.case_id, known=record)
        reads = record.reads + 1
        looked = OrderRecord(order.reference, OrderStatus.UNKNOWN, self.now() + self.settle, reads=reads)
        if reads < READS_BEFORE_SENDING_AGAIN:
            self.orders.write(looked, known=record)
            return Later(self.settle, f"read {reads} does not show case {order.reference}")
        if point.has_full_power and order.wanted.intent is not Intent.CANCEL_LIMITATION:
            self.orders.write(OrderRecord(order.reference, OrderStatus.WITHDRAWN, self.now()), known=record)
            return OrderOutcome("SUPERSEDED")
        sending = self._begun(order.reference, known=record)
        return self._send(placing, sending) if sending else Later(self.lease, "another worker is sending this order")

    def _until_reachable(self, error: EnedisUnavailable, placing: Placing) -> Later:
        """The delay until the next try: spread, so that it is no stampede, and in an outage the oldest orders first."""
        delay = self.retry * (1 + self.chance())
        if isinstance(error, EnedisCircuitOpen) and error.since is not None and placing.asked_at is not None:
            now = self.now()
            delay += place_in_line(now - placing.asked_at, now - error.since, self.retry)
        return Later(delay, str(error))

    def _accepted(self, placing: Placing, case_id: str, *, known: OrderRecord) -> OrderOutcome:
        due_at = self.due(placing.order.reference.intent, now := self.now(), placing.department)
        record = OrderRecord(placing.order.reference, OrderStatus.ACCEPTED, now, case_id=case_id, due_at=due_at)
        self.orders.write(record, known=known)
        return _acceptance(record)


def _known_outcome(record: OrderRecord) -> OrderOutcome | None:
    if record.status is OrderStatus.ACCEPTED:
        return _acceptance(record)
    if record.status is OrderStatus.REFUSED:
        return OrderOutcome("REFUSED", code=record.code, label=record.label)
    return OrderOutcome("SUPERSEDED") if record.status is OrderStatus.WITHDRAWN else None


def _acceptance(record: OrderRecord) -> OrderOutcome:
    return OrderOutcome("ACCEPTED", case_id=record.case_id, accepted_at=record.look_at, due_at=record.due_at)


def is_wanted(claim: Claim | None, placing: Placing) -> bool:
    """Whether it is the open order of a limitation that its execution holds still."""
    if claim is None or not claim.is_open or not claim.is_held_by(placing.execution, placing.generation):
        return False
    return claim.open_order is not None and claim.open_order.reference == placing.order.reference


def is_stopped(claim: Claim | None, placing: Placing) -> bool:
    """Whether it may not be sent any more."""
    if claim is None or not is_wanted(claim, placing):
        return True
    return claim.has_moved or claim.may_be_forbidden_since(placing.seen)


def check_against(claim: Claim | None, placing: Placing) -> None:
    """Trust the limitation's item, not the record.

    Raises
    ------
    InvalidEvent
        When it is another order than the item names.
    """
    order = placing.order
    reference = order.reference
    if claim is None:
        raise InvalidEvent(f"{reference}: no limitation {reference.limitation_id} is registered")
    known = claim.open_order
    if known is None or known.reference != reference:
        return
    if (order.point_id, order.contract_id) != (known.point_id, known.contract_id):
        raise InvalidEvent(
            f"{reference}: ordered for point {order.point_id} of contract {order.contract_id}, and the limitation's "
            f"open order is for point {known.point_id} of contract {known.contract_id}"
        )
    if known.wanted != order.wanted:
        raise InvalidEvent(f"{reference}: ordered is {order.wanted}, and the limitation's open order is {known.wanted}")
