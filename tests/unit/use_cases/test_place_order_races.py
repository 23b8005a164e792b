"""An order is placed exactly once, whichever worker dies, and however the steps of two workers mix."""

from datetime import timedelta

import pytest

from restoration.domain.order import OrderRecord, Placing
from tests.fakes.order_world import (
    ORDER,
    SETTLE,
    WANTED,
    Fault,
    QueuedOrder,
    Stepper,
    Worker,
    World,
    desk_of,
    settle_everything,
)

PLACING = Placing(ORDER, WANTED, "execution-1", 1, 0)


def place(world: World) -> None:
    desk_of(world, lambda: world.now).place(PLACING)


@pytest.mark.parametrize("second", Fault)
@pytest.mark.parametrize("first", Fault)
@pytest.mark.parametrize("show_after", [timedelta(), SETTLE / 2, SETTLE])
def test_a_worker_that_dies_after_any_effect_leaves_one_order_and_an_outcome(
    first: Fault, second: Fault, show_after: timedelta
) -> None:
    for effects in range(12):
        world = World(fault=first, show_after=show_after)
        world.ask()
        queued = world.receive()
        assert queued is not None
        Stepper(world).run(queued.placing, effects=effects)  # and dies
        world.now, world.fault = queued.visible_at, second
        again = Worker.start(world, queued)
        while not again.step():
            pass
        settle_everything(world)
        assert len(world.accepted) <= 1
        ((_, outcome),) = world.outcomes
        assert outcome.status == ("ACCEPTED" if world.accepted else "REFUSED")
        assert world.accepted or Fault.REFUSED in {first, second}


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_write_whose_response_was_lost_looks_like_a_conflict_and_costs_time_but_no_second_order(
    fault: Fault, lost: int
) -> None:
    class Forgetful(World):
        writes = 0

        def write(self, record: OrderRecord, *, known: OrderRecord | None) -> bool:
            written = super().write(record, known=known)
            self.writes += 1
            return written and self.writes != lost

    world = Forgetful(fault=fault, show_after=SETTLE)
    world.ask()
    queued = world.receive()
    assert queued is not None
    worker = Worker.start(world, queued)
    while not worker.step():
        pass
    settle_everything(world)
    assert len(world.accepted) <= 1
    ((_, outcome),) = world.outcomes
    assert outcome.status == ("ACCEPTED" if world.accepted else "REFUSED")


def interleave(one: Worker, other: Worker, schedule: int) -> None:
    """Let two workers go on in turns: a bit of the schedule for each step, to their ends."""
    running = [one, other]
    while running:
        worker = running[schedule & 1 if len(running) > 1 else 0]
        schedule >>= 1
        if worker.step():
            running.remove(worker)


@pytest.mark.explored
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("before", [None, Fault.UNAVAILABLE, Fault.REQUEST_LOST, Fault.ANSWER_LOST])
def test_two_workers_with_one_order_place_it_once_however_their_steps_mix(fault: Fault, before: Fault | None) -> None:
    for schedule in range(2**11):
        world = World(show_after=SETTLE)
        if before:
            world.fault = before
            place(world)
            world.now += SETTLE
        world.fault = fault
        records = [QueuedOrder(PLACING, world.now), QueuedOrder(PLACING, world.now)]
        world.queue = list(records)
        interleave(Worker.start(world, records[0]), Worker.start(world, records[1]), schedule)
        settle_everything(world)
        assert len(world.accepted) <= 1
        assert {outcome.status for _, outcome in world.outcomes} == ({"ACCEPTED"} if world.accepted else {"REFUSED"})
        assert {outcome.case_id for _, outcome in world.outcomes} == ({"A1"} if world.accepted else {None})


def test_the_mixed_steps_would_place_it_twice_if_writes_were_unconditional() -> None:
    worst = 0
    for schedule in range(2**11):
        world = World(conditional=False)
        records = [QueuedOrder(PLACING, world.now), QueuedOrder(PLACING, world.now)]
        world.queue = list(records)
        interleave(Worker.start(world, records[0]), Worker.start(world, records[1]), schedule)
        worst = max(worst, len(world.accepted))
    assert worst == 2
