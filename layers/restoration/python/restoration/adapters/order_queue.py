"""The ``enedis-orders`` queue: what ``OrderAtEnedis`` puts on it, and putting a message back for later."""

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, Field, ValidationError

from restoration.domain.claim import Wanted
from restoration.errors import InvalidEvent
from restoration.order import Aim, Intent, OrderReference
from restoration.placing import LONGEST_DELAY, Placing, order_for
from restoration.wire import Identifier, Kva, LimitationId, PointId, WireModel

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY_SECONDS = int(LONGEST_DELAY.total_seconds())


class OrderMessage(WireModel):
    """What ``OrderAtEnedis`` puts on the queue; ``entered_at`` is when the state was entered: the newest token wins."""

    task_token: Annotated[str, Field(min_length=1)]
    entered_at: AwareDatetime
    execution: str
    limitation_id: LimitationId
    point_id: PointId
    contract_id: Identifier
    intent: Intent
    ordinal: Annotated[int, Field(ge=1)]
    generation: int
    aim: Aim
    floor_kva: Kva | None = None
    after_cut: bool = False
    limitation_case_id: str | None = None

    @property
    def reference(self) -> OrderReference:
        return OrderReference(self.limitation_id, self.intent, self.ordinal)

    @property
    def wanted(self) -> Wanted:
        """What the order is, to be compared with what the limitation's item says it is."""
        return Wanted(self.intent, self.aim, self.floor_kva, self.after_cut, self.limitation_case_id)

    @property
    def placing(self) -> Placing:
        """What is asked of the order desk.

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
        return Placing(order, self.wanted, self.execution, self.generation, self.entered_at)


def parse_order_message(body: str) -> OrderMessage:
    """Read a message's body.

    Raises
    ------
    InvalidEvent
        When it is not a message of ``OrderAtEnedis``.
    """
    try:
        return OrderMessage.model_validate_json(body)
    except ValidationError as error:
        raise InvalidEvent(f"not an order message: {error}") from error


class OrderQueue:
    """Puts messages back for later."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put_back(self, body: str, delay: timedelta) -> None:
        """Send a delayed copy of a message; its original is then acknowledged.

        A copy, because a message shown again counts as received once more, and an outage would carry a paid customer
        to the dead-letter queue. The delay is at least one second and at most what SQS knows.
        """
        seconds = min(max(ceil(delay.total_seconds()), 1), LONGEST_DELAY_SECONDS)
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=seconds)
