"""The figures of a state or a way in words: in its box, when one points at it, and for those who hear the screen."""

from record.domain.steps import Pair
from record.formats import duration, number, share
from supervision.figures.branches import NOTHING
from supervision.figures.changes import Measure, value_of
from supervision.process import STEP, Edge, State
from supervision.screens.branches.look import Look


def counted(look: Look, name: str, count: int) -> str:
    """So many visits, retries or stops."""
    return look.say.counted(name, count, number(count)) if count or name != "visits" else look.say("no_visit")


def asked(state: State) -> dict[str, str]:
    """What opens a box of a picture: its step, or the state's details in a popup."""
    return {"section": state.section} if state.kind == STEP else {"state": state.name}


def option_of(edge: Edge) -> str:
    """A way's name in a question and in a filter: the ways between states that it stands for."""
    return "|".join(edge.ways)


def lines_of(look: Look, state: str) -> list[str]:
    """A step's figures in its box: how often cases were in it, how long, and how many are in it now."""
    return of_state(look, state).split(", ") if look.flow.visits(state) else []


def short(look: Look, state: str) -> str:
    """The figure of the measure, in a state's box; empty where the state has none."""
    if state == NOTHING and look.measure is Measure.FREQUENCY:
        return number(look.flow.nothing) if look.flow.nothing else ""
    value = value_of(look.flow, state, look.measure)
    if value is None:
        return ""
    return duration(value, look.language) if look.measure is Measure.DURATION else number(value)


def of_state(look: Look, state: str) -> str:
    """A state's figures in a line."""
    flow, say, (running, failed) = look.flow, look.say, look.standing(state)
    if state == NOTHING:
        told = [say("nothing", count=number(flow.nothing))]
    else:
        told = [counted(look, "visits", flow.visits(state))]
    if flow.visits(state):
        told.append(say("long", time=duration(flow.long(state), look.language)))
    if flow.retries(state):
        told.append(counted(look, "retries", flow.retries(state)))
    if flow.stops.get(state):
        told.append(counted(look, "stops", flow.stops[state]))
    if running:
        told.append(say("running", count=number(len(running))))
    if failed:
        told.append(say("failed", count=number(len(failed))))
    return ", ".join(told)


def of_way(look: Look, pair: Pair) -> str:
    """A way's figures, when it is taken, and where they come from."""
    source, target = pair
    say, count = look.say, look.flow.ways.get(pair, 0)
    told = [say("way", source=look.title(source), target=look.title(target), count=counted(look, "visits", count))]
    if when := look.when(pair):
        told[0] = f"{told[0]} ({when})"
    leaving = sum(number for _, number in look.flow.ways_from(source))
    if count:
        told.append(say("share_of", share=share(count, leaving, look.language), state=look.title(source)))
    return "\n".join([*told, *look.compared(look.change_of_way(pair)), say("source")])


def defined(look: Look, state: str) -> str:
    """A state's figures, what changed, and where they come from: what one sees when one points at it."""
    drawn = look.drawn.states.get(state)
    is_step = drawn is not None and drawn.kind == STEP
    name = look.title(state) if is_step else f"{look.title(state)} ({state})"
    sources = [look.say("source"), *([look.say("source_now")] if look.stand.get(state) else [])]
    return "\n".join([name, of_state(look, state), *look.compared(look.change_of(state)), *sources])
