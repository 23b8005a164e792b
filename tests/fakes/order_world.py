"""A small world in which orders are placed: the orders' table, an Enedis that loses things, workers that die.

A worker's ``OrderDesk.place`` is a :class:`~tests.explore.calls.Call`, which goes on by some effects: so a test decides
between any two effects who goes on, who dies and how much time passes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.claim import Claim
from restoration.domain.order import Intent, OpenOrder, OrderRecord, Placing
from restoration.domain.point import PointSituation
from restoration.use_cases.place_order import Later, OrderDesk, OrderOutcome
from tests.explore.calls import Acts, Call, Watched
from tests.explore.partners import Enedis, Fault
from tests.explore.tables import MemoryTables
from tests.fakes.claims import held, order
from tests.fakes.samples import POINT

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SETTLE = timedelta(seconds=60)
LEASE = timedelta(seconds=45)
RETRY = timedelta(seconds=30)
VISIBILITY = timedelta(seconds=41)  # as short as it may be: the sooner a record is shown again, the harder
ALL = 1000
OPEN_ORDER = order()
REFERENCE = OPEN_ORDER.reference
PLACING = Placing(OPEN_ORDER, "execution-1", 1, 0)


@dataclass
class World:
    """Everything outside the workers. ``fault`` is the fate of each call to Enedis until it changes."""

    now: datetime = START
    fault: Fault = Fault.NONE
    holder: str = "execution-1"
    generation: int = 1
    facts: Mapping[str, int] = field(default_factory=dict)
    open_order: OpenOrder | None = OPEN_ORDER
    enedis: Enedis = field(default_factory=Enedis)
    tables: MemoryTables = field(default_factory=lambda: MemoryTables({"orders": "reference"}))
    calls: list[str] = field(default_factory=list)

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
    def accepted(self) -> list[Any]:
        return self.enedis.works

    def call(self, placing: Placing = PLACING, **changes: Any) -> Call:
        """A call of the desk, which has not begun, each of whose acts is an effect; some of its parts may be others."""

        def run(call: Call) -> OrderOutcome | Later:
            orders, outside = self.orders(Watched(self.tables, call, lambda *_: None)), cast("Any", Acts(call, self))
            clock = lambda: cast("datetime", call.perform(lambda: self.now, counts=False))  # noqa: E731
            desk = OrderDesk(outside, orders, outside, clock, SETTLE, LEASE, RETRY, due)
            return replace(desk, **changes).place(placing)

        return Call(run, "place_order")

    def place(self, placing: Placing = PLACING, **changes: Any) -> OrderOutcome | Later:
        """Let a call go to its end."""
        call = self.call(placing, **changes)
        assert call.go(ALL)
        return result_of(call)

    def settled(self, *tried: OrderOutcome | Later) -> None:
        """Let Enedis work without faults, and try again as time passes: there is one order at most, and it is known.

        Enedis notices a second order itself.
        """
        self.fault = Fault.NONE
        for each in tried:
            outcome, tries = each, 0
            while isinstance(outcome, Later):
                self.now += max(outcome.delay, timedelta(seconds=1))
                outcome, tries = self.place(), tries + 1
                assert tries < 60, f"it never ends: {self.records}"
            assert outcome.case_id == ("A1" if self.accepted else None)
            assert outcome.status == ("ACCEPTED" if self.accepted else "REFUSED")

    # ── What the desk acts through ──

    def get(self, limitation_id: str) -> Claim | None:
        assert limitation_id == "LIM-1"
        return held(holder=self.holder, generation=self.generation, facts=self.facts, open_order=self.open_order)

    def read_point(self, point_id: str) -> PointSituation:
        assert point_id == POINT
        self.calls.append("read")
        self.enedis.fault = self.fault
        return self.enedis.read(self.now)

    def place_order(self, sent: OpenOrder) -> str:
        cancels = sent.wanted.limitation_case_id
        self.calls.append(f"cancel {cancels}" if cancels else "order")
        self.enedis.fault = self.fault
        return self.enedis.accept(sent, self.now)


def due(intent: Intent, accepted_at: datetime, _department: str | None) -> datetime:
    """A deadline that shows the moment of acceptance."""
    return accepted_at + timedelta(hours=24 if intent is Intent.RESTORE_REMOTELY else 1)


def result_of(call: Call) -> OrderOutcome | Later:
    """What a call has come to."""
    if call.error:
        raise call.error
    return cast("OrderOutcome | Later", call.result)
