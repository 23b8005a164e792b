"""An order is placed exactly once, whichever worker dies, and however the steps of two workers mix."""

from datetime import timedelta

import pytest

from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.order import OrderRecord, Placing
from tests.explore import tables
from tests.explore.calls import Broken
from tests.explore.partners import Enedis, Fault
from tests.fakes.order_world import ALL, ORDER, SETTLE, WANTED, QueuedOrder, Worker, World, settle_everything

PLACING = Placing(ORDER, WANTED, "execution-1", 1, 0)


def settled(world: World) -> None:
    """In the end there is one order at most (Enedis notices a second), and its outcome is known."""
    settle_everything(world)
    assert {outcome.status for _, outcome in world.outcomes} == ({"ACCEPTED"} if world.accepted else {"REFUSED"})
    assert {outcome.case_id for _, outcome in world.outcomes} == ({"A1"} if world.accepted else {None})


def two_workers(world: World, schedule: int) -> int:
    """Let two workers with one order go on in turns: a bit of the schedule for each step, to their ends.

    Returns the number of bits that chose between them.
    """
    chosen = 0
    world.queue = [QueuedOrder(PLACING, world.now), QueuedOrder(PLACING, world.now)]
    running = [Worker.start(world, each) for each in world.queue]
    while running:
        worker = running[(schedule >> chosen) & 1 if len(running) > 1 else 0]
        chosen += len(running) > 1
        if worker.step():
            running.remove(worker)
    return chosen


@pytest.mark.parametrize("second", Fault)
@pytest.mark.parametrize("first", Fault)
@pytest.mark.parametrize("show_after", [timedelta(), SETTLE / 2, SETTLE])
def test_a_worker_that_dies_after_any_effect_leaves_one_order_and_an_outcome(
    first: Fault, second: Fault, show_after: timedelta
) -> None:
    for effects in range(12):
        world = World(fault=first, enedis=Enedis(lag=show_after))
        world.ask()
        queued = world.receive()
        assert queued is not None
        world.call(queued.placing).go(effects)  # and dies
        world.now, world.fault = queued.visible_at, second
        Worker.start(world, queued).finish()
        settled(world)
        assert len(world.outcomes) == 1
        assert world.accepted or Fault.REFUSED in {first, second}


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_write_whose_response_was_lost_looks_like_a_conflict_and_costs_time_but_no_second_order(
    fault: Fault, lost: int
) -> None:
    class Forgetful(OrderTable):
        writes = 0

        def write(self, record: OrderRecord, *, known: OrderRecord | None) -> bool:
            written = super().write(record, known=known)
            self.writes += 1
            return written and self.writes != lost

    world = World(fault=fault, enedis=Enedis(lag=SETTLE))
    world.ask()
    queued = world.receive()
    assert queued is not None
    worker = Worker.start(world, queued)
    worker.call = world.call(queued.placing, orders=Forgetful(world.tables, "orders"))  # type: ignore[arg-type]
    assert worker.call.go(ALL)
    worker.finish()
    settled(world)
    assert len(world.outcomes) == 1


@pytest.mark.explored
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("before", [None, Fault.UNAVAILABLE, Fault.REQUEST_LOST, Fault.ANSWER_LOST])
def test_two_workers_with_one_order_place_it_once_however_their_steps_mix(fault: Fault, before: Fault | None) -> None:
    played: set[tuple[int, int]] = set()
    for schedule in range(2**10):
        if any((chosen, schedule % 2**chosen) in played for chosen in range(11)):
            continue
        world = World(enedis=Enedis(lag=SETTLE))
        if before:
            world.fault = before
            world.place(PLACING)
            world.now += SETTLE
        world.fault = fault
        chosen = two_workers(world, schedule)
        played.add((chosen, schedule % 2**chosen))
        settled(world)


def test_the_mixed_steps_would_place_it_twice_if_writes_were_unconditional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "REWRITE", lambda update, _condition: (update, ""))
    with pytest.raises(Broken, match="two orders at work on one point"):
        two_workers(World(), 0b101010101010)
