"""The contract of the queues of orders: an order as ``OrderAtEnedis`` queues it and the order desk takes it."""

from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, Field, ValidationError

from restoration.contracts.wire import Identifier, Kva, LimitationId, PointId, WireModel
from restoration.domain.order import (
    Aim,
    Intent,
    LimitationCancellation,
    OrderReference,
    Placing,
    Priority,
    RestorationOrder,
    Wanted,
)
from restoration.errors import InvalidEvent


class QueuedOrder(WireModel):
    """A record of ``OrderAtEnedis``; ``entered_at`` is when the state was entered: the newest token wins."""

    task_token: Annotated[str, Field(min_length=1)]
    entered_at: AwareDatetime
    execution: str
    limitation_id: LimitationId
    point_id: PointId
    contract_id: Identifier
    intent: Intent
    ordinal: Annotated[int, Field(ge=1)]
    generation: int
    seen: int
    aim: Aim
    floor_kva: Kva | None = None
    after_cut: bool = False
    limitation_case_id: str | None = None
    department: str | None = None
    priority: Priority

    @property
    def reference(self) -> OrderReference:
        return OrderReference(self.limitation_id, self.intent, self.ordinal)

    @property
    def wanted(self) -> Wanted:
        """The order's content, to compare with the limitation's item."""
        return Wanted(self.intent, self.aim, self.floor_kva, self.after_cut, self.limitation_case_id)

    @property
    def placing(self) -> Placing:
        """The request to the order desk.

        Raises
        ------
        InvalidEvent
            When the order lacks what its intent or its aim needs, or bears a floor that it does not aim at.
        """
        if (self.aim is Aim.FLOOR) is (self.floor_kva is None):
            floor = "no floor" if self.floor_kva is None else f"a floor of {self.floor_kva} kVA"
            raise InvalidEvent(f"{self.reference}: aims at {self.aim} with {floor}")
        order = order_for(
            self.reference,
            self.point_id,
            self.contract_id,
            floor_kva=self.floor_kva,
            after_cut=self.after_cut,
            limitation_case_id=self.limitation_case_id,
        )
        of_execution = (self.execution, self.generation, self.seen, self.entered_at)
        return Placing(order, self.wanted, *of_execution, self.department)


class _Waiting(WireModel):
    """What is needed to tell the execution that waits that its record cannot be read."""

    task_token: Annotated[str, Field(min_length=1)]


def token_of(body: str) -> str | None:
    """The token in a record that cannot be read, if it has one."""
    try:
        return _Waiting.model_validate_json(body).task_token
    except ValidationError:
        return None


def parse_queued_order(body: str) -> QueuedOrder:
    """Read a record's body.

    Raises
    ------
    InvalidEvent
        When it is not a record of ``OrderAtEnedis``.
    """
    try:
        return QueuedOrder.model_validate_json(body)
    except ValidationError as error:
        raise InvalidEvent(f"not a queued order: {error}") from error


def order_for(
    reference: OrderReference,
    point_id: str,
    contract_id: str,
    *,
    floor_kva: Decimal | None,
    after_cut: bool,
    limitation_case_id: str | None,
) -> RestorationOrder | LimitationCancellation:
    """Build the order or cancellation of a reference; without a floor it aims at the contract's full power.

    A floor may be raised remotely or by a technician: the aim is the same.

    Raises
    ------
    InvalidEvent
        When a cancellation lacks the limitation's case, or a raised floor its power.
    """
    intent = reference.intent
    if intent is Intent.CANCEL_LIMITATION:
        if limitation_case_id is None:
            raise InvalidEvent(f"{reference}: the case of the limitation to cancel is unknown")
        return LimitationCancellation(reference, point_id, contract_id, limitation_case_id)
    if intent is Intent.RAISE_FLOOR and floor_kva is None:
        raise InvalidEvent(f"{reference}: the floor to raise to is unknown")
    aim = Aim.FULL if floor_kva is None else Aim.FLOOR
    return RestorationOrder(reference, point_id, contract_id, after_cut=after_cut, power_kva=floor_kva, aim=aim)
