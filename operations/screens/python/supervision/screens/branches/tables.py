"""The tables below the picture: where cases part and with what words, and what the picture can't show."""

from collections.abc import Iterator, Sequence

import htpy as h

from record.formats import number, share
from supervision.figures.branches import NOTHING, Fork, forks, strangers
from supervision.figures.changes import HIGH
from supervision.kit.html import Node, link, note, table
from supervision.kit.sheet import timed
from supervision.process import STEP
from supervision.screens.branches.look import Look
from supervision.screens.branches.said import asked, option_of


def boxes(look: Look) -> Node:
    """The boxes of the picture as a list, with their figures: on a telephone a picture can't be read."""
    say, flow = look.say, look.flow
    rows = [
        [
            link(state.title(look.language), look.question, popup=state.kind != STEP, **asked(state)),
            number(flow.nothing if state.name == NOTHING else flow.visits(state.name)),
            timed(flow.states[state.name].percentile(HIGH) if state.name in flow.states else None, look.language),
            number(look.standing(state.name).number),
        ]
        for state in look.drawn.states.values()
        if state.kind != STEP or state.name == state.section
    ]
    return table([say("at"), say("number"), "p95", say("open")], rows, (1, 2, 3), say("picture"))


def branches(look: Look, *, is_whole: bool) -> Node:
    """The ways of the boxes at which cases part, or of all of them (``is_whole``); each opens its cases."""
    say, found = look.say, forks(look.flow, look.drawn, least=1 if is_whole else 2)
    if not found:
        return None
    heads = [say("at"), say("taken"), say("number"), say("share"), *([say("was")] if look.before else [])]
    rows = [row for fork in found for row in _rows(look, fork)]
    return [h.h2[say("branches")], table(heads, rows, range(2, len(heads)), say("branches"))]


def _rows(look: Look, fork: Fork) -> Iterator[Sequence[Node]]:
    source, ways = fork
    state, all_of = look.drawn.states[source], sum(count for _, count in ways)
    before = dict(look.before.ways_from(source)) if look.before else {}
    for place, (target, count) in enumerate(ways):
        edge = look.drawn.edges.get((source, target))
        when = edge.when[look.language] if edge else ""
        name = look.title(target)
        was = share(before.get(target, 0), sum(before.values()), look.language)
        yield [
            link(look.title(source), look.question, popup=state.kind != STEP, **asked(state)) if not place else "",
            [
                link(name, look.question, popup=True, way=option_of(edge)) if edge else name,
                h.span(".small.quiet")[f" ({when})"] if when else None,
            ],
            number(count),
            share(count, all_of, look.language),
            *([was] if look.before else []),
        ]


def outside(look: Look) -> Node:
    """The states and ways of other versions of the machine, and cases of which no state is known."""
    say, found = look.say, strangers(look.flow, look.stand, look.drawn)
    if not found.states and not found.ways:
        return None
    states = [
        [
            link(look.title(state), look.question, popup=True, state=state) if state else look.title(state),
            number(look.flow.visits(state)),
            timed(look.flow.states[state].percentile(HIGH), look.language) if state in look.flow.states else "",
            number(look.flow.errors(state)),
            number(look.standing(state).number),
        ]
        for state in found.states
    ]
    ways = [
        [f"{look.title(before)} → {look.title(after)}", number(count), "", "", ""]
        for (before, after), count in found.ways
    ]
    heads = [say("strangers"), say("number"), "p95", say("errors"), say("open")]
    return [
        h.h2[say("strangers")],
        note(say("strangers_note")),
        table(heads, [*states, *ways], range(1, len(heads)), say("strangers")),
    ]
