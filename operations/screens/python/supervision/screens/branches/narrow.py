"""A picture of the process on a small screen: its boxes as a list with its ways: shrunken, it can't be read."""

from collections.abc import Iterator

import htpy as h

from record.formats import number, share
from supervision.figures.changes import scale_of, value_of
from supervision.kit.html import Node, link
from supervision.process import STEP, Edge, State
from supervision.screens.branches.look import Look
from supervision.screens.branches.said import asked, defined, of_state, option_of, short

NARROW = 700
"""Narrower, in pixels, the process is a list."""


def listed(look: Look) -> Node:
    """The boxes of a picture; the steps beside a step stand with the ways that lead there."""
    scale = scale_of(look.flow, look.drawn.states, look.measure)

    def part(state: State) -> float:
        value = value_of(look.flow, state.name, look.measure)
        return value / scale.most if scale and scale.most and value else 0.0

    return h.ol(".steps")[
        (
            h.li[
                h.div(".row")[
                    link(state.title(look.language), look.question, popup=state.kind != STEP, **asked(state)),
                    _open(look, state),
                    h.span(".n", title=defined(look, state.name))[_figure(look, state)],
                ],
                _bar(part(state)),
                h.div(".small.quiet")[of_state(look, state.name)],
                list(_ways(look, state)),
            ]
            for state in look.drawn.states.values()
            if state.kind != STEP or state.name == state.section
        )
    ]


def _figure(look: Look, state: State) -> str:
    told = look.told(look.change_of(state.name))
    return " · ".join(each for each in (short(look, state.name) or "0", told) if each)


def _ways(look: Look, state: State) -> Iterator[Node]:
    """From which other steps cases came to a state, and where they went."""
    leaving = sum(count for _, count in look.flow.ways_from(state.name))
    for edge in look.drawn.edges.values():
        count = look.flow.ways.get(edge.pair, 0)
        if edge.source == state.name and count:
            yield _way(look, edge, "went_to", edge.target, f"{number(count)} ({share(count, leaving, look.language)})")
        elif edge.target == state.name and edge.source.startswith("from ") and count:
            yield _way(look, edge, "came_from", edge.source, number(count))


def _way(look: Look, edge: Edge, word: str, end: str, count: str) -> h.Element:
    when = edge.when[look.language]
    return h.div(".small")[
        h.span(".quiet")[look.say(word), " "],
        link(look.title(end), look.question, popup=True, way=option_of(edge)),
        f" {count}",
        h.span(".quiet")[f" · {when}"] if when else None,
    ]


def _open(look: Look, state: State) -> Node:
    running, failed = (len(each) for each in (look.standing(state.name).running, look.standing(state.name).failed))
    return [
        h.span(".badge")[look.say("running", count=number(running))] if running else None,
        h.span(".badge.failed")["▲ ", look.say("failed", count=number(failed))] if failed else None,
    ]


def _bar(part: float) -> h.Element:
    """A bar as long as a part of the whole width."""
    bar = h.rect(x="0", y="0", width=f"{100 * part:.1f}", height="6", fill="var(--bar)")
    whole = {"viewBox": "0 0 100 6", "preserveAspectRatio": "none", "width": "100%", "height": "6"}
    return h.svg(aria_hidden="true", style="height:6px", **whole)[bar]
