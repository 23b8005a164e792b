"""Orders on their queue, and ``place_order``: the real order desk over the world of a course."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.clock import to_text
from restoration.contracts.queued_order import parse_queued_order
from restoration.domain.limitation import OPEN_STATUSES
from restoration.domain.order import OpenOrder, Placing
from restoration.domain.point import PointSituation
from restoration.use_cases.place_order import Later, OrderDesk
from tests.explore.calls import Acts, Broken, Call
from tests.explore.ports import QueuedRecord, clock

if TYPE_CHECKING:
    from tests.explore.world import World

SETTLE = timedelta(seconds=60)
TIMEOUT = timedelta(seconds=110)
LEASE = timedelta(seconds=120)
RETRY = timedelta(seconds=30)


def queue_order(world: "World", body: Mapping[str, Any]) -> dict[str, str]:
    text = json.dumps(body)
    name = f"{body['limitationId']}/{body['intent']}/{body['ordinal']} of {body['execution']}"
    world.orders.append(QueuedRecord(name, lambda world, call: place(world, call, text), world.now))
    return {"MessageId": name}


class EnedisDesk:
    """Enedis, as ``place_order`` acts through it."""

    def __init__(self, world: "World", call: Call, placing: Placing) -> None:
        self._world = world
        self._call = call
        self._placing = placing

    def read_point(self, _point_id: str) -> PointSituation:
        return self._world.enedis.read(self._world.now)

    def place_order(self, order: OpenOrder) -> str:
        world, limitation_id = self._world, order.reference.limitation_id
        execution, generation = self._placing.execution, self._placing.generation
        if world.modes.get((limitation_id, generation)) != "on":
            raise Broken(f"{order.reference} was ordered in shadow")
        if str(order.reference) in world.unsent:
            raise Broken(f"{order.reference} was let go unsent, and is sent")
        if self._call.marked > world.lost_at.get((limitation_id, generation), self._call.marked):
            raise Broken(f"{order.reference} is ordered for {execution}, which did not hold {limitation_id} any more")
        begun, seen = world.sending_at[self._call], self._placing.seen or 0
        elsewhere = order.point_id != world.item(limitation_id)["pointId"]
        if elsewhere and world.moved_at.get(limitation_id, begun) < begun:
            raise Broken(f"{order.reference} was sent for a point where billing reports {limitation_id} no more")
        if any(at < begun and number > seen for at, number in world.forbidding[limitation_id]):
            raise Broken(f"{order.reference} was sent after something came that may forbid it, and nobody had looked")
        try:
            return world.enedis.accept(order, world.now)
        finally:
            item = world.item(limitation_id)
            if "holder" not in item and item["status"] in OPEN_STATUSES:
                world.no_order_at_work(limitation_id)


def place(world: "World", call: Call, body: str) -> None:
    """As ``functions/place_order`` does."""
    queued = parse_queued_order(body)
    resource, enedis = world.watched(call), EnedisDesk(world, call, queued.placing)
    orders = OrderTable(resource, "orders")
    desk = OrderDesk(
        claims=ClaimTable(resource, "limitations"),
        orders=orders,
        enedis=Acts(call, enedis),
        now=clock(world, call),
        settle=SETTLE,
        lease=LEASE,
        retry=RETRY,
        due=lambda _, accepted_at, __: accepted_at + timedelta(days=1),
    )
    outcome = desk.place(queued.placing)
    own = queued.task_token
    newest = own
    if isinstance(outcome, Later) or outcome.status != "SUPERSEDED":
        newest = orders.note_token(queued.reference, own, to_text(queued.entered_at))
    if isinstance(outcome, Later):
        again = QueuedRecord(
            f"{queued.reference} of {queued.execution}",
            lambda world, call: place(world, call, body),
            world.now + max(outcome.delay, timedelta(seconds=1)),
        )
        call.perform(lambda: world.orders.append(again))
        return
    facts: dict[str, Any] = dict(outcome.facts(queued.reference))
    for token in dict.fromkeys((newest, own)):
        call.perform(lambda: world.complete(token, facts))  # noqa: B023 - run at once
