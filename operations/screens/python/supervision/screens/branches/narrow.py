"""The process on a small screen: its sections as a list, then the states of one. A shrunken picture can't be read."""

from collections.abc import Sequence

import htpy as h

from record.formats import number, share
from supervision.figures.branches import entries_of
from supervision.figures.changes import scale_of, value_of
from supervision.kit.html import Node, button, link
from supervision.process import Column, State
from supervision.screens.branches.look import Look
from supervision.screens.branches.said import defined, of_state, short

NARROW = 700
"""Narrower, in pixels, the process is a list."""


def lists(look: Look) -> Node:
    """The sections, or the states of the one that was chosen."""
    chosen = look.question.option("section")
    column = next((each for each in look.drawn.columns if each.section == chosen), None)
    return _sections(look) if column is None else _states(look, column)


def _sections(look: Look) -> Node:
    entries = {each.section: entries_of(look.flow, each.section, look.drawn) for each in look.drawn.columns}
    most = max([*entries.values(), 1])
    return [
        h.h2[look.say("sections")],
        h.ol(".steps")[
            (
                h.li[
                    h.div(".row")[
                        link(column.name(look.language), look.question, section=column.section),
                        _open(look, look.drawn.of(column.section)),
                        h.span(".n", title=f"{look.say('entries_title')}\n{look.say('source')}")[
                            look.say("entries", count=number(entries[column.section]))
                        ],
                    ],
                    _bar(entries[column.section] / most),
                ]
                for column in look.drawn.columns
            )
        ],
    ]


def _states(look: Look, column: Column) -> Node:
    states = look.drawn.of(column.section)
    scale = scale_of(look.flow, look.drawn.states, look.measure)

    def part(state: State) -> float:
        value = value_of(look.flow, state.name, look.measure)
        return value / scale.most if scale and scale.most and value else 0.0

    return [
        button(look.say("all_sections"), look.question, section=""),
        h.h2[column.name(look.language)],
        h.ol(".steps")[
            (
                h.li[
                    h.div(".row")[
                        link(state.title(look.language), look.question, popup=True, state=state.name),
                        _open(look, [state]),
                        h.span(".n", title=defined(look, state.name))[_figure(look, state)],
                    ],
                    _bar(part(state)),
                    h.div(".small.quiet")[of_state(look, state.name)],
                    _ends(look, state),
                ]
                for state in states
            )
        ],
    ]


def _figure(look: Look, state: State) -> str:
    told = look.told(look.change_of(state.name))
    return " · ".join(each for each in (short(look, state.name) or "0", told) if each)


def _ends(look: Look, state: State) -> Node:
    """Where cases came from, and where they went."""
    came, went = look.flow.ways_to(state.name), look.flow.ways_from(state.name)
    leaving = sum(count for _, count in went)
    return [
        h.div(".small")[
            h.span(".quiet")[f"{look.say('came_from')} : "],
            ", ".join(f"{look.title(before)} {number(count)}" for before, count in came),
        ]
        if came
        else None,
        h.div(".small")[
            h.span(".quiet")[f"{look.say('went_to')} : "],
            ", ".join(
                f"{look.title(after)} {number(count)} ({share(count, leaving, look.language)})" for after, count in went
            ),
        ]
        if went
        else None,
    ]


def _open(look: Look, states: Sequence[State]) -> Node:
    running = sum(len(look.standing(state.name).running) for state in states)
    failed = sum(len(look.standing(state.name).failed) for state in states)
    return [
        h.span(".badge")[look.say("running", count=number(running))] if running else None,
        h.span(".badge.failed")["▲ ", look.say("failed", count=number(failed))] if failed else None,
    ]


def _bar(part: float) -> h.Element:
    """A bar as long as a part of the whole width."""
    bar = h.rect(x="0", y="0", width=f"{100 * part:.1f}", height="6", fill="var(--bar)")
    whole = {"viewBox": "0 0 100 6", "preserveAspectRatio": "none", "width": "100%", "height": "6"}
    return h.svg(aria_hidden="true", style="height:6px", **whole)[bar]
