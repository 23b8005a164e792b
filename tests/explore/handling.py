"""Messages on their way to us are handled: to the end, in part, twice; or their handling dies."""

from functools import partial

from tests.explore import running
from tests.explore.calls import Broken, Call
from tests.explore.ports import Message
from tests.explore.world import World

ALL = 10**6


def deliver(world: World, first: int, second: int) -> None:
    """A message is delivered: to its end, in part, or twice."""
    receive(world, first, ALL if second & 3 else 1 + (second >> 2) % 6, again=second >> 2 & 7 == 7)


def receive(world: World, which: int, effects: int, *, again: bool = False) -> None:
    if not world.inbox:
        return
    message = world.inbox.pop(which % len(world.inbox))
    if again:
        world.inbox.append(message)
    handle(world, message, effects)


def work(world: World, first: int, second: int) -> None:
    """An order's message is received: to its end, or in part."""
    ready = [message for message in world.orders if message.visible_at <= world.now]
    if not ready:
        running.go_on(world, first, second)
        return
    message = ready[first % len(ready)]
    world.orders.remove(message)
    if second >> 5 == 7:
        world.orders.append(message)
    handle(world, message, ALL if second & 3 else 1 + (second >> 2) % 7)


def handle(world: World, message: Message, effects: int) -> None:
    call = world.new_call(partial(message.run, world), message.name)
    world.say(f"{message.name}: {'to the end' if effects == ALL else f'{effects} effects'}")
    if call.go(effects):
        handled(world, message, call)
    else:
        world.under_way.append((message, call))


def go_on_handling(world: World, first: int, second: int) -> None:
    """A message's handling goes on, or dies, and the message is shown again."""
    if not world.under_way:
        running.go_far(world, first, second)
        return
    message, call = world.under_way.pop(first % len(world.under_way))
    effects = 1 + second % 5 if second & 0x40 else ALL
    dies = second & 7 == 7
    world.say(f"{message.name}: {'dies' if dies else 'goes on'}, {effects if effects < ALL else 'all'} effects")
    if not call.go(effects):
        if dies:
            handled(world, message, None)
        else:
            world.under_way.append((message, call))
    else:
        handled(world, message, None if dies else call)


def handled(world: World, message: Message, call: Call | None) -> None:
    """A message's handling ended: it is gone, or it is shown again."""
    if call is not None and call.error is None:
        return
    if call is not None and type(call.error).__name__ not in {"RegisterConflict", "EnedisUnavailable"}:
        raise Broken(f"{message.name} fails: {type(call.error).__name__}: {call.error}") from call.error
    message.visible_at = world.now
    (world.orders if "/" in message.name else world.inbox).append(message)
