"""A small world in which orders are placed: a queue, the orders' table, an Enedis that loses things, workers that die.

A worker's ``OrderDesk.place`` is a :class:`~tests.explore.calls.Call`, which goes on by some effects: so a test decides
between any two effects who goes on, who dies and how much time passes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.claim import Claim
from restoration.domain.order import (
    AcceptedCase,
    Intent,
    LimitationCancellation,
    OpenOrder,
    OrderRecord,
    Placing,
    RestorationOrder,
)
from restoration.domain.point import PointSituation
from restoration.use_cases.place_order import Later, OrderDesk, OrderOutcome
from tests.explore.calls import Call, Watched
from tests.explore.partners import Enedis, Fault, Work
from tests.explore.tables import MemoryTables
from tests.fakes.claims import REMOTELY, held, order
from tests.fakes.samples import POINT

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SETTLE = timedelta(seconds=60)
LEASE = timedelta(seconds=45)
RETRY = timedelta(seconds=30)
VISIBILITY = timedelta(seconds=41)  # as short as it may be: the sooner a record is shown again, the harder
ALL = 1000
WANTED = REMOTELY
OPEN_ORDER = order()
REFERENCE = OPEN_ORDER.reference
ORDER = RestorationOrder(REFERENCE, POINT, "CON-1")


@dataclass
class QueuedOrder:
    """An order on its queue, for one execution's claim."""

    placing: Placing
    visible_at: datetime


@dataclass
class World:
    """Everything outside the workers. ``fault`` is the fate of each call to Enedis until it changes."""

    now: datetime = START
    fault: Fault = Fault.NONE
    holder: str = "execution-1"
    generation: int = 1
    seen: int = 0
    facts: Mapping[str, int] = field(default_factory=dict)
    open_order: OpenOrder | None = OPEN_ORDER
    enedis: Enedis = field(default_factory=Enedis)
    tables: MemoryTables = field(default_factory=lambda: MemoryTables({"orders": "reference"}))
    calls: list[str] = field(default_factory=list)
    queue: list[QueuedOrder] = field(default_factory=list)
    outcomes: list[tuple[str, OrderOutcome]] = field(default_factory=list)

    def ask(self) -> None:
        """Put an order on the queue, as the holder's state OrderAtEnedis does."""
        self.queue.append(QueuedOrder(Placing(ORDER, WANTED, self.holder, self.generation, self.seen), self.now))

    def receive(self) -> QueuedOrder | None:
        """Take a visible record; it is shown again unless it is deleted in time."""
        queued = next((each for each in self.queue if each.visible_at <= self.now), None)
        if queued:
            queued.visible_at = self.now + VISIBILITY
        return queued

    def claim(self) -> Claim | None:
        return held(
            holder=self.holder,
            generation=self.generation,
            facts=self.facts,
            open_order=self.open_order,
        )

    def orders(self, resource: Any = None) -> OrderTable:
        return OrderTable(resource or cast("Any", self.tables), "orders")

    @property
    def records(self) -> Mapping[str, Any]:
        return self.tables.items["orders"]

    @property
    def record(self) -> OrderRecord:
        """The order's, which a worker has written."""
        found = self.orders().get(REFERENCE)
        assert found is not None
        return found

    @property
    def accepted(self) -> list[Work]:
        return self.enedis.works

    def call(self, placing: Placing, **changes: Any) -> Call:
        """A call of the desk, which has not begun; some of the desk's parts may be others."""
        return Call(lambda call: replace(Parts(self, call).desk, **changes).place(placing), "place_order")

    def place(self, placing: Placing, **changes: Any) -> OrderOutcome | Later:
        """Let a call go to its end."""
        call = self.call(placing, **changes)
        assert call.go(ALL)
        if call.error:
            raise call.error
        return cast("OrderOutcome | Later", call.result)

    def send(self, name: str, sent: RestorationOrder | LimitationCancellation) -> AcceptedCase:
        self.calls.append(name)
        self.enedis.fault = self.fault
        return self.enedis.accept(sent, self.now)

    def read(self) -> PointSituation:
        self.calls.append("read")
        self.enedis.fault = self.fault
        return self.enedis.read(self.now)


@dataclass(frozen=True)
class Parts:
    """What the desk acts through in one call: each act is an effect."""

    world: World
    effects: Call

    @property
    def desk(self) -> OrderDesk:
        orders = self.world.orders(Watched(self.world.tables, self.effects, lambda *_: None))
        return OrderDesk(self, orders, self, self.now, SETTLE, LEASE, RETRY, due)

    def now(self) -> datetime:
        return cast("datetime", self.effects.perform(lambda: self.world.now, counts=False))

    def get(self, limitation_id: str) -> Claim | None:
        assert limitation_id == "LIM-1"
        return cast("Claim | None", self.effects.perform(self.world.claim))

    def read_point(self, point_id: str) -> PointSituation:
        assert point_id == POINT
        return cast("PointSituation", self.effects.perform(self.world.read))

    def place_order(self, order: RestorationOrder) -> AcceptedCase:
        return cast("AcceptedCase", self.effects.perform(lambda: self.world.send("order", order)))

    def cancel_limitation(self, cancellation: LimitationCancellation) -> AcceptedCase:
        send = lambda: self.world.send(f"cancel {cancellation.case_id}", cancellation)  # noqa: E731
        return cast("AcceptedCase", self.effects.perform(send))


def due(intent: Intent, accepted_at: datetime, _department: str | None) -> datetime:
    """A deadline that shows the moment of acceptance."""
    return accepted_at + timedelta(hours=24 if intent is Intent.RESTORE_REMOTELY else 1)


@dataclass
class Worker:
    """One invocation of ``place_order`` for one record."""

    world: World
    queued: QueuedOrder
    call: Call

    @classmethod
    def start(cls, world: World, queued: QueuedOrder) -> "Worker":
        return cls(world, queued, world.call(queued.placing))

    def step(self) -> bool:
        """Perform one effect, or pass the result on; ``True`` when the record is done."""
        if not self.call.done:
            self.call.go(1)
            return False
        self.hand_on()
        self.world.queue = [each for each in self.world.queue if each is not self.queued]
        return True

    def finish(self) -> None:
        while not self.step():
            pass

    def hand_on(self) -> None:
        """Complete the token with the outcome, or put a copy of the record back."""
        if self.call.error:
            raise self.call.error
        match self.call.result:
            case Later(delay=delay):
                shown_at = self.world.now + max(delay, timedelta(seconds=1))
                self.world.queue.append(QueuedOrder(self.queued.placing, shown_at))
            case OrderOutcome() as outcome:
                self.world.outcomes.append((self.queued.placing.execution, outcome))


def settle_everything(world: World, *, rounds: int = 60) -> None:
    """Let Enedis work without faults, and empty the queue as time passes."""
    world.fault = Fault.NONE
    for _ in range(rounds):
        if not world.queue:
            return
        world.now = max(world.now, min(queued.visible_at for queued in world.queue))
        queued = world.receive()
        assert queued is not None
        Worker.start(world, queued).finish()
    raise AssertionError(f"the queue never ran dry: {world.queue}, {world.records}")
