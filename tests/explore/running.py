"""Executions go on, die, are redriven and time out; their calls are lost, or outlive their tasks; time passes."""

from collections.abc import Callable
from datetime import timedelta

from local.partners.enedis import Ending
from restoration.errors import PaymentNotShown
from tests.explore import handling, ordering
from tests.explore.executions import Execution, Status
from tests.explore.world import World

ALL = 10**6
_PASSING = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=6), timedelta(hours=1), timedelta(days=1))

_MATTER = (*("CloseOrLetGo",) * 3, "DecideAction", "PrepareOrder", "OrderAtEnedis", "DecideProtection", "TakeCharge")
"""States before which an execution is interrupted."""
_WAITS = ("WaitForBank", "WaitForAdvisor", "WaitForEnedis")


def _among(world: World, which: int, wanted: Callable[[Execution], bool]) -> Execution | None:
    found = [execution for execution in world.executions if wanted(execution)]
    return found[which % len(found)] if found else None


def go_far(world: World, first: int, second: int) -> None:
    """An execution goes on until it waits or ends, or as far as some state."""
    execution = _among(world, first, lambda each: each.is_busy)
    if execution is None:
        handling.deliver(world, first, second | 3)
        return
    _go_along(world, execution, 40 if second & 3 else 1 + (second >> 2) % 8)


def _go_along(world: World, execution: Execution, states: int, until: str = "") -> None:
    if isinstance(execution.held_up, PaymentNotShown):
        pass_by(world, timedelta(minutes=5))
    way: list[str] = []
    while len(way) < states and execution.state.name != until:
        way.append(execution.state.name)
        if not execution.go(ALL) or execution.held_up or not execution.is_busy:
            break
    if way:
        world.say(f"{execution.name} {' > '.join(way)}{held_up(execution)}")


def be_interrupted(world: World, first: int, second: int) -> None:
    """An execution stops between two effects of a task that matters, or dies there: next, something happens outside.

    On its way there its partners may do at once what it waits for.
    """
    execution = _among(world, first, lambda each: each.is_busy)
    if execution is None:
        handling.deliver(world, first, second | 3)
        return
    until = _MATTER[(second >> 3) % len(_MATTER)]
    _go_along(world, execution, 40, until)
    if second & 0x40:
        for _ in range(4):
            _serve(world, execution)
            _go_along(world, execution, 40, until)
    effects, name = second % 8, execution.state.name
    if execution.is_busy:
        world.say(f"{execution.name} {name}: {'ended' if execution.go(effects) else f'{effects} effects'}")
        world.interrupted = True
        if first >> 5 == 7 and execution.status is Status.RUNNING:
            world.say(f"{execution.name} {execution.state.name}: FAILED")
            execution.fail(Status.FAILED)


def _serve(world: World, execution: Execution) -> None:
    """Place the order that an execution waits for, or carry it out."""
    if not execution.waiting:
        return
    if execution.state.name == "OrderAtEnedis":
        for record in [each for each in world.orders if each.name.endswith(f" of {execution.name}")]:
            pass_by(world, record.visible_at - world.now)
            world.orders.remove(record)
            handling.handle(world, record, ALL)
    elif execution.state.name == "WaitForEnedis":
        for work in world.enedis.running(world.now):
            world.say(f"Enedis: {work.reference} is DONE")
            world.enedis.end(work, Ending.DONE, world.now)
        execution.time_out()


def lose(world: World, first: int, second: int) -> None:
    """A call's response is lost, or the call outlives its task; the task is tried again."""
    execution = _among(world, first, lambda each: each.is_busy)
    if execution is None:
        handling.work(world, first, second)
        return
    effects, outlives = second % 6, bool(second & 0x40)
    if second & 0x80:
        effects = 0
        _go_along(world, execution, 40, _WAITS[second % len(_WAITS)])
        if not execution.is_busy:
            return
    name = execution.state.name
    call = execution.call or execution._called()
    if call.go(effects) and call.error:
        execution.call = None
        return
    execution.lose(outlives=outlives)
    world.say(f"{execution.name} {name}: {effects} effects, {'outlives its task' if outlives else 'lost'}")


def go_astray(world: World, first: int, second: int) -> None:
    """A call that outlived its task goes on."""
    if not world.strays:
        go_far(world, first, second)
        return
    call = world.strays[first % len(world.strays)]
    effects = ALL if second & 3 else 1 + (second >> 2) % 4
    world.say(f"late: {call.name}, {effects if effects < ALL else 'all'} effects")
    if call.go(effects):
        world.strays.remove(call)


def fail(world: World, first: int, second: int) -> None:
    """An execution fails, or is aborted, perhaps after some effects more."""
    execution = _among(world, first, lambda each: each.status is Status.RUNNING)
    if execution is None:
        return
    if execution.is_busy and second & 7:
        execution.call = execution.call or execution._called()
        execution.call.go(second & 7)
    record = next((each for each in world.orders if each.name.endswith(f" of {execution.name}")), None)
    if record and second & 0x80:
        world.orders.remove(record)
        handling.handle(world, record, 1 + second % 4)
    status = Status.ABORTED if second & 0x40 else Status.FAILED
    world.say(f"{execution.name} {execution.state.name}: {status.name} after {second & 7} effects")
    execution.fail(status)
    world.interrupted = bool(second & 0x20)


def redrive(world: World, first: int, second: int) -> None:
    """A failed execution is redriven; or Step Functions forgets one that ended."""
    execution = _among(world, first, lambda each: each.status in {Status.FAILED, Status.ABORTED})
    if execution is None:
        go_far(world, first, second)
    elif second & 7 == 7:
        execution.forget()
        world.say(f"Step Functions forgets {execution.name}")
    elif not execution.forgotten:
        execution.redrive()
        world.say(f"{execution.name} is redriven at {execution.state.name}")


def time_out(world: World, first: int, second: int) -> None:
    """A wait's time is up."""
    execution = _among(world, first, lambda each: each.waiting and each.state.name != "OrderAtEnedis")
    if execution is None:
        go_far(world, first, second)
        return
    world.say(f"{execution.name} {execution.state.name}: time's up")
    execution.time_out()


def held_up(execution: Execution) -> str:
    return f" ({type(execution.held_up).__name__})" if execution.held_up else ""


def pass_time(world: World, first: int, second: int) -> None:
    """Time passes; executions that start from now on are visible at once, or later."""
    passing = _PASSING[first % len(_PASSING)]
    pass_by(world, passing)
    world.invisible_for = timedelta(minutes=4) if second & 1 else timedelta()


def pass_by(world: World, passing: timedelta) -> None:
    """Some time passes, if any. No call outlives its function's timeout, which is shorter than an order's lease."""
    if passing <= timedelta():
        return
    world.now += passing
    world.lately += passing
    world.say(f"{passing} pass")
    if world.lately <= ordering.TIMEOUT:
        return
    world.lately = timedelta()
    world.strays.clear()
    for record, _ in world.under_way:
        handling.handled(world, record, None)
    world.under_way.clear()
    for execution in world.executions:
        execution.lose(outlives=False)
