"""The tables below the picture: where cases part and with what words, and what the picture can't show."""

from collections.abc import Iterator, Sequence

import htpy as h

from record.formats import number, share
from supervision.figures.branches import NOTHING, Fork, forks, strangers
from supervision.kit.html import Node, link, note, table
from supervision.kit.sheet import timed
from supervision.process import STEP, State
from supervision.screens.branches.look import Look


def boxes(look: Look) -> Node:
    """The boxes of the picture as a list, with their figures: on a telephone a picture can't be read."""
    rows = [
        [_opens(look, state), *_figures(look, state.name)]
        for state in look.drawn.states.values()
        if state.kind != STEP or state.name == state.section
    ]
    return _table_of_states(look, look.say("at"), rows, look.say("picture"))


def _table_of_states(look: Look, head: str, rows: Sequence[Sequence[Node]], caption: str) -> Node:
    heads = [head, look.say("number"), "p95", look.say("open"), look.say("went_wrong")]
    return table(heads, rows, range(1, len(heads)), caption)


def _figures(look: Look, state: str) -> Sequence[Node]:
    flow = look.flow
    return [
        number(flow.nothing if state == NOTHING else flow.visits(state)),
        timed(flow.long(state), look.language),
        number(len(look.stand.get(state, ()))),
        number(flow.errors(state)),
    ]


def _opens(look: Look, state: State) -> Node:
    """A state's name, which opens its details, or a step's, which opens it."""
    return link(state.title(look.language), look.question, popup=state.kind != STEP, **state.asks)


def branches(look: Look, *, is_whole: bool) -> Node:
    """The ways of the boxes at which cases part, or of all of them (``is_whole``); each opens its cases."""
    say, found = look.say, forks(look.flow, look.drawn, least=1 if is_whole else 2)
    if not found:
        return None
    heads = [say(each) for each in ("at", "taken", "number", "share", "was")]
    rows, spare = [row for fork in found for row in _rows(look, fork)], () if look.before else (4,)
    return [h.h2[say("branches")], table(heads, rows, range(2, 5), say("branches"), spare=spare)]


def _rows(look: Look, fork: Fork) -> Iterator[Sequence[Node]]:
    source, ways = fork
    state, all_of = look.drawn.states[source], sum(count for _, count in ways)
    before = dict(look.before.ways_from(source)) if look.before else {}
    for place, (target, count) in enumerate(ways):
        edge = look.drawn.edges.get((source, target))
        name, when = look.title(target), look.when((source, target))
        was = share(before.get(target, 0), sum(before.values()), look.language)
        yield [
            _opens(look, state) if not place else "",
            [
                link(name, look.question, popup=True, way="|".join(edge.ways)) if edge else name,
                h.span(".small.quiet")[f" ({when})"] if when else None,
            ],
            number(count),
            share(count, all_of, look.language),
            was,
        ]


def outside(look: Look) -> Node:
    """The states and ways of other versions of the machine, and cases of which no state is known."""
    say, (states, ways) = look.say, strangers(look.flow, look.stand, look.drawn)
    if not states and not ways:
        return None
    rows: list[Sequence[Node]] = [
        [
            link(look.title(state), look.question, popup=True, state=state) if state else look.title(state),
            *_figures(look, state),
        ]
        for state in states
    ]
    rows += [
        [f"{look.title(before)} → {look.title(after)}", number(count), "", "", ""] for (before, after), count in ways
    ]
    title = say("strangers")
    return [h.h2[title], note(say("strangers_note")), _table_of_states(look, title, rows, title)]
