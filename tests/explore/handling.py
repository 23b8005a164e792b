"""Records on their way to us are handled: to the end, in part, twice; or their handling dies."""

from functools import partial

from tests.explore import feeding, running
from tests.explore.calls import Broken, Call
from tests.explore.ports import QueuedRecord
from tests.explore.world import World

ALL = 10**6


def deliver(world: World, first: int, second: int) -> None:
    """A queued event is delivered: to its end, in part, or twice; or all of intake's, in one batch."""
    batch = [record for record in world.inbox if record.payments]
    if len(batch) > 1 and second & 0x80:
        world.inbox = [record for record in world.inbox if not record.payments]
        bodies = tuple(body for record in batch for body in record.payments)
        name = " + ".join(record.name for record in batch)
        run = partial(feeding.receive_payments, bodies=bodies)
        world.inbox.append(QueuedRecord(name, run, world.now, bodies))
        first = -1
    receive(world, first, ALL if second & 3 else 1 + (second >> 2) % 6, again=second >> 2 & 7 == 7)


def receive(world: World, which: int, effects: int, *, again: bool = False) -> None:
    if not world.inbox:
        return
    record = world.inbox.pop(which % len(world.inbox))
    if again:
        world.inbox.append(record)
    handle(world, record, effects)


def work(world: World, first: int, second: int) -> None:
    """A queued order is received: to its end, or in part."""
    if world.orders and second & 4:
        running.pass_by(world, min(record.visible_at for record in world.orders) - world.now)
    ready = [record for record in world.orders if record.visible_at <= world.now]
    if not ready:
        running.go_far(world, first, second)
        return
    record = ready[first % len(ready)]
    world.orders.remove(record)
    if second >> 5 == 7:
        world.orders.append(record)
    handle(world, record, ALL if second & 3 else 1 + (second >> 2) % 7)


def handle(world: World, record: QueuedRecord, effects: int) -> None:
    call = world.new_call(partial(record.run, world), record.name)
    world.say(f"{record.name}: {'to the end' if effects == ALL else f'{effects} effects'}")
    if call.go(effects):
        handled(world, record, call)
    else:
        world.broke_off = True
        world.under_way.append((record, call))


def go_on_handling(world: World, first: int, second: int) -> None:
    """A record's handling goes on, or dies, and the record is shown again."""
    if not world.under_way:
        running.go_far(world, first, second)
        return
    record, call = world.under_way.pop(first % len(world.under_way))
    effects = 1 + second % 5 if second & 0x40 else ALL
    dies = second & 7 == 7
    world.say(f"{record.name}: {'dies' if dies else 'goes on'}, {effects if effects < ALL else 'all'} effects")
    if not call.go(effects):
        if dies:
            handled(world, record, None)
        else:
            world.under_way.append((record, call))
    else:
        handled(world, record, None if dies else call)


def handled(world: World, record: QueuedRecord, call: Call | None) -> None:
    """A record's handling ended: it is gone, or it is shown again."""
    if call is not None and call.error is None:
        return
    if call is not None and type(call.error).__name__ not in {"RegisterConflict", "EnedisUnavailable"}:
        raise Broken(f"{record.name} fails: {type(call.error).__name__}: {call.error}") from call.error
    record.visible_at = world.now
    (world.orders if "/" in record.name else world.inbox).append(record)
