"""The contract of the queues of orders: an order as ``OrderAtEnedis`` queues it and the order desk takes it."""

from typing import Annotated

from pydantic import AwareDatetime, Field, ValidationError

from restoration.contracts.wire import Identifier, Kva, LimitationId, PointId, WireModel
from restoration.domain.order import Aim, Intent, OpenOrder, OrderReference, Placing, Priority, Wanted
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
        if self.intent is Intent.CANCEL_LIMITATION and self.limitation_case_id is None:
            raise InvalidEvent(f"{self.reference}: the case of the limitation to cancel is unknown")
        if self.intent is Intent.RAISE_FLOOR and self.floor_kva is None:
            raise InvalidEvent(f"{self.reference}: the floor to raise to is unknown")
        wanted = Wanted(self.intent, self.aim, self.floor_kva, self.after_cut, self.limitation_case_id)
        order = OpenOrder(self.reference, wanted, self.point_id, self.contract_id)
        return Placing(order, self.execution, self.generation, self.seen, self.entered_at, self.department)


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
