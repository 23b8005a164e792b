"""A small world in which orders are placed: a queue, a table, an Enedis that loses things, workers that die.

A worker runs ``OrderDesk.place`` one effect at a time, without threads: each step runs it again from its start, gives
it what it was given before, lets it perform one effect more and then stops it. So a test decides between any two
effects who goes on, who dies and how much time passes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from typing import Any, cast

from restoration.domain.claim import Claim
from restoration.domain.order import (
    AcceptedCase,
    Aim,
    Intent,
    LimitationCancellation,
    OpenOrder,
    OrderRecord,
    OrderReference,
    Placing,
    RestorationOrder,
    Wanted,
)
from restoration.domain.point import Case, PointSituation, SupplyState
from restoration.errors import EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable
from restoration.use_cases.place_order import Later, OrderDesk, OrderOutcome
from tests.fakes.claims import held
from tests.fakes.samples import POINT

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SETTLE = timedelta(seconds=60)
FUNCTION_TIMEOUT = timedelta(seconds=40)
LEASE = timedelta(seconds=45)
RETRY = timedelta(seconds=30)
VISIBILITY = timedelta(seconds=41)  # as short as it may be: the sooner a record is shown again, the harder
REFERENCE = OrderReference("LIM-1", Intent.RESTORE_REMOTELY, 1)
ORDER = RestorationOrder(REFERENCE, POINT, "CON-1")
WANTED = Wanted(Intent.RESTORE_REMOTELY, Aim.FULL)
OPEN_ORDER = OpenOrder(REFERENCE, WANTED)
HELD = held()


class Fault(Enum):
    """The fate of one call to Enedis."""

    NONE = auto()
    UNAVAILABLE = auto()
    """The request never left."""
    REQUEST_LOST = auto()
    """It left and did not arrive; nobody can know."""
    ANSWER_LOST = auto()
    """It arrived and was accepted; the response did not come back."""
    REFUSED = auto()


class Paused(BaseException):
    """Stops a worker between two effects. No Exception, so that no ``except`` of the code under test catches it."""


@dataclass
class QueuedOrder:
    """An order on its queue, for one execution's claim."""

    placing: Placing
    visible_at: datetime


@dataclass
class Accepted:
    """A case that Enedis has accepted, and when it begins to show it."""

    case: Case
    visible_at: datetime


@dataclass
class World:
    """Everything outside the workers. ``conditional`` off breaks the table on purpose."""

    now: datetime = START
    fault: Fault = Fault.NONE
    show_after: timedelta = timedelta()
    conditional: bool = True
    supply: SupplyState = SupplyState.LIMITED
    holder: str = "execution-1"
    generation: int = 1
    seen: int = 0
    reversal_count: int = 0
    open_order: OpenOrder | None = OPEN_ORDER
    records: dict[str, OrderRecord] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
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

    def delete(self, queued: QueuedOrder) -> None:
        self.queue = [each for each in self.queue if each is not queued]

    # The desk's ports: each call is one effect.

    def claim(self, limitation_id: str) -> Claim | None:
        assert limitation_id == "LIM-1"
        return replace(
            HELD,
            holder=self.holder,
            generation=self.generation,
            reversal_count=self.reversal_count,
            open_order=self.open_order,
        )

    def get(self, reference: OrderReference) -> OrderRecord | None:
        return self.records.get(str(reference))

    def write(self, record: OrderRecord, *, known: OrderRecord | None) -> bool:
        """As the table does it: on condition of status and look_at."""
        stored = self.records.get(str(record.reference))
        same = (stored and (stored.status, stored.look_at)) == (known and (known.status, known.look_at))
        if self.conditional and not same:
            return False
        self.records[str(record.reference)] = record
        return True

    def read_point(self, point_id: str) -> PointSituation:
        self.calls.append("read")
        if self.fault is Fault.UNAVAILABLE:
            raise EnedisUnavailable("read-timeout: nothing came")
        shown = [each.case for each in self.accepted if each.visible_at <= self.now]
        limited_to = Decimal(1) if self.supply is SupplyState.LIMITED else None
        return PointSituation(
            point_id, self.supply, True, "SERVC", "CON-1", Decimal(6), limited_to, self.now, shown  # noqa: FBT003
        )  # fmt: skip

    def place_order(self, order: RestorationOrder) -> AcceptedCase:
        self.calls.append("order")
        if self.fault is Fault.UNAVAILABLE:
            raise EnedisUnavailable("connection: refused")
        if self.fault is Fault.REQUEST_LOST:
            raise EnedisOutcomeUnknown("read-timeout: nothing came")
        if self.fault is Fault.REFUSED:
            raise EnedisRejected("SGT4B8", "Demande non recevable")
        case = Case(f"A{len(self.accepted) + 1}", "F200B", str(order.reference), "DMTR", "COURS", kind="RESTORATION")
        self.accepted.append(Accepted(case, self.now + self.show_after))
        if self.fault is Fault.ANSWER_LOST:
            raise EnedisOutcomeUnknown("read-timeout: nothing came")
        return AcceptedCase(case.case_id, str(order.reference), "F200B")

    def cancel_limitation(self, cancellation: LimitationCancellation) -> AcceptedCase:
        raise AssertionError(f"nobody asked to cancel {cancellation}")


class Stepper:
    """Stands between the desk and the world: replays the effects of earlier steps, performs one more, pauses."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._past: list[tuple[Any, BaseException | None]] = []
        self._cursor = 0
        self._may_act = False

    def run(self, placing: Placing, *, effects: int | None = 1) -> OrderOutcome | Later | None:
        """Go on by some effects (``None``: to the end); the result, or ``None`` when there is more to do."""
        desk = desk_of(self)
        while effects is None or effects > 0:
            self._cursor, self._may_act = 0, True
            try:
                return desk.place(placing)
            except Paused:
                effects = None if effects is None else effects - 1
        return None

    def _perform(self, effect: Callable[[], Any]) -> Any:
        if self._cursor == len(self._past):
            if not self._may_act:
                raise Paused
            self._may_act = False
            try:
                self._past.append((effect(), None))
            except (EnedisUnavailable, EnedisOutcomeUnknown, EnedisRejected) as error:
                self._past.append((None, error))
        value, raised = self._past[self._cursor]
        self._cursor += 1
        if raised:
            raise raised
        return value

    def now(self) -> datetime:
        return cast("datetime", self._perform(lambda: self._world.now))

    def claim(self, limitation_id: str) -> Claim | None:
        return cast("Claim | None", self._perform(lambda: self._world.claim(limitation_id)))

    def get(self, reference: OrderReference) -> OrderRecord | None:
        return cast("OrderRecord | None", self._perform(lambda: self._world.get(reference)))

    def write(self, record: OrderRecord, *, known: OrderRecord | None) -> bool:
        return cast("bool", self._perform(lambda: self._world.write(record, known=known)))

    def read_point(self, point_id: str) -> PointSituation:
        return cast("PointSituation", self._perform(lambda: self._world.read_point(point_id)))

    def place_order(self, order: RestorationOrder) -> AcceptedCase:
        return cast("AcceptedCase", self._perform(lambda: self._world.place_order(order)))

    def cancel_limitation(self, cancellation: LimitationCancellation) -> AcceptedCase:
        return cast("AcceptedCase", self._perform(lambda: self._world.cancel_limitation(cancellation)))


def due(intent: Intent, accepted_at: datetime) -> datetime:
    """A deadline that shows the moment of acceptance."""
    assert intent is Intent.RESTORE_REMOTELY
    return accepted_at + timedelta(hours=24)


@dataclass(frozen=True)
class ClaimsOf:
    """The claims, as the desk reads them, of a stepper or a world."""

    parts: Any

    def get(self, limitation_id: str) -> Claim | None:
        return cast("Claim | None", self.parts.claim(limitation_id))


def desk_of(parts: Any, now: Callable[[], datetime] | None = None) -> OrderDesk:
    """A desk whose every part is the same object: a stepper, or a world itself with its clock."""
    return OrderDesk(ClaimsOf(parts), parts, parts, now or parts.now, SETTLE, LEASE, RETRY, due)


@dataclass
class Worker:
    """One invocation of ``place_order`` for one record; dies at the function's timeout."""

    world: World
    queued: QueuedOrder
    started_at: datetime
    stepper: Stepper
    result: OrderOutcome | Later | None = None

    @classmethod
    def start(cls, world: World, queued: QueuedOrder) -> "Worker":
        return cls(world, queued, world.now, Stepper(world))

    @property
    def is_dead(self) -> bool:
        return self.world.now - self.started_at >= FUNCTION_TIMEOUT

    def step(self) -> bool:
        """Perform one effect, or pass the result on; ``True`` when the record is done."""
        if self.result is None:
            self.result = self.stepper.run(self.queued.placing)
            return False
        self.hand_on()
        self.world.delete(self.queued)
        return True

    def hand_on(self) -> None:
        """Complete the token with the outcome, or put a copy of the record back."""
        match self.result:
            case Later(delay=delay):
                self.world.queue.append(
                    QueuedOrder(self.queued.placing, self.world.now + max(delay, timedelta(seconds=1)))
                )
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
        worker = Worker.start(world, queued)
        while not worker.step():
            pass
    raise AssertionError(f"the queue never ran dry: {world.queue}, {world.records}")
