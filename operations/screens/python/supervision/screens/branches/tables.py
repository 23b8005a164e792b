"""The tables below the picture: the most travelled branches, and what the picture can't show."""

from collections.abc import Iterator, Sequence

import htpy as h

from record.formats import duration, number, share
from supervision.figures.branches import Fork, forks, strangers
from supervision.figures.changes import HIGH
from supervision.kit.html import Node, link, note, table
from supervision.screens.branches.look import Look

MOST_FORKS = 8
MOST_WAYS = 3
LONGEST = 40
"""Letters of what says when a way is taken; longer, it is seen when one points at the way's name."""


def branches(look: Look, *, is_narrow: bool) -> Node:
    """The most travelled branches: for each state at which cases part, the ways that most of them took.

    Parameters
    ----------
    is_narrow
        Whether only shares have room, and no numbers.
    """
    say, found = look.say, forks(look.flow, look.drawn)[:MOST_FORKS]
    if not found:
        return None
    compares = look.comparison is not None and look.comparison.flow.cases
    heads = [say("at"), say("taken"), say("number"), say("share"), *([say("was")] if compares else [])]
    rows = [heads, *(row for fork in found for row in _rows(look, fork, compares=bool(compares)))]
    if is_narrow:
        rows = [[*row[:2], *row[3:]] for row in rows]
    return [h.h2[say("branches")], table(rows[0], rows[1:], range(2, len(rows[0])), say("branches"))]


def _rows(look: Look, fork: Fork, *, compares: bool) -> Iterator[Sequence[Node]]:
    before = dict(look.comparison.flow.ways_from(fork.state)) if look.comparison else {}
    shown, rest = fork.ways[:MOST_WAYS], fork.ways[MOST_WAYS:]
    if len(rest) == 1:
        shown, rest = fork.ways, ()

    def row(name: Node, count: int, was: int, *, first: bool) -> Sequence[Node]:
        state = link(look.title(fork.state), look.question, popup=True, state=fork.state) if first else ""
        earlier = [share(was, sum(before.values()), look.language)] if compares else []
        return [state, name, number(count), share(count, fork.number, look.language), *earlier]

    for place, (target, count) in enumerate(shown):
        yield row(_branch(look, fork.state, target), count, before.get(target, 0), first=not place)
    if rest:
        names = {target for target, _ in shown}
        was = sum(count for target, count in before.items() if target not in names)
        others = look.say("others", count=number(len(rest)))
        yield row(h.span(".quiet")[others], sum(count for _, count in rest), was, first=False)


def _branch(look: Look, source: str, target: str) -> Node:
    edge = look.drawn.edges.get((source, target))
    when = edge.when[look.language] if edge else ""
    if len(when) > LONGEST:
        return h.span(title=when)[look.title(target)]
    return [look.title(target), h.span(".small.quiet")[f" ({when})"] if when else None]


def outside(look: Look) -> Node:
    """The states and ways of other versions of the machine, and cases of which no state is known."""
    say, found = look.say, strangers(look.flow, look.stand, look.drawn)
    if not found.states and not found.ways:
        return None
    states = [
        [
            link(look.title(state), look.question, popup=True, state=state) if state else look.title(state),
            number(look.flow.visits(state)),
            duration(look.flow.states[state].percentile(HIGH), look.language) if state in look.flow.states else "",
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
