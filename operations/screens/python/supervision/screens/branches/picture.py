"""The process as a picture: ways as wide as they are used, states coloured by the measure, cases in their states."""

import math
from collections.abc import Iterator, Sequence

import htpy as h

from record.domain.states import Party, state_of
from record.formats import number
from supervision.figures.changes import STEPS, Scale, scale_of, value_of
from supervision.kit.charts import block, line, svg
from supervision.kit.html import Node, calls
from supervision.kit.sheet import with_sheet
from supervision.process import ALL, STEP, WHOLE, Edge, Point, State, tip
from supervision.screens.branches.look import Look

SMALLEST = 1120
"""Narrower, in pixels, letters were too small: the picture keeps this width, and its place scrolls."""
REDUCED = 0.875
"""How many times as large as it was drawn that of all states is at least, for the same reason."""
ENLARGED = {ALL: 1.0, WHOLE: 1.5}
"""How many times as large as it was drawn a picture may be shown; that of one step would be too high."""
_LINE = 14
_LEAST = 3
"""Letters of a shortened word, at least."""
_TIP, _START = 7.0, 24.0
_THINNEST, _WIDEST = 1.4, 6.0
_LETTER, _CLICKED = 7.0, 24.0
"""How wide a letter is, and how high what one clicks where a way's number stands."""
_ROOM = 13
"""Letters of a figure and its change in a box."""
_MANY = 10_000
"""Numbers beside lines are short: from here on in thousands."""


def picture(look: Look) -> h.Fragment:
    """The picture with a button over each state and each number, which open their details and cases."""
    drawn, width, scale = look.drawn, look.question.room, scale_of(look.flow, look.drawn.states, look.measure)
    least = round(drawn.width * REDUCED) if drawn.step == ALL else min(SMALLEST, round(drawn.width))
    wide = min(round(drawn.width * ENLARGED.get(drawn.step, 1.15)), max(least, width))
    high = round(wide * drawn.height / drawn.width)
    seen = h.svg(
        viewBox=f"0 0 {drawn.width:g} {drawn.height:g}",
        width=wide,
        height=high,
        role="img",
        aria_label=look.say("picture"),
    )[
        list(_columns(look)),
        list(_ways(look)),
        list(_start(look)),
        [_state(look, state, scale) for state in drawn.states.values()],
        [_badges(look, state) for state in drawn.states.values()],
        [_number(look, edge) for edge in drawn.edges.values()],
    ]
    # A place that scrolls is reached by the keyboard.
    scrolls = {"tabindex": "0", "role": "region", "aria_label": look.say("picture")} if width < least else {}
    shown = h.div(".wide", **scrolls)[
        h.div(".over", style=f"width:{wide}px")[
            seen,
            [_spot(look, state) for state in drawn.states.values()],
            [_way_spot(look, edge) for edge in drawn.edges.values()],
        ]
    ]
    return with_sheet(shown, look.say("picture"))


def _columns(look: Look) -> Iterator[Node]:
    wide = next(iter(look.drawn.states.values())).width + 12
    for column in look.drawn.columns:
        yield block((column.x - wide / 2, 2), wide, look.drawn.height - 4, "raised", rx="8")
        yield _lines(column.x, 18, column.lines[look.language], style="font-weight:600")


def _lines(x: float, y: float, lines: Sequence[str], style: str) -> Sequence[Node]:
    return [
        h.text(x=f"{x:g}", y=f"{y + _LINE * place:g}", text_anchor="middle", style=style)[each]
        for place, each in enumerate(lines)
    ]


# ── Ways ──


def _ways(look: Look) -> Iterator[Node]:
    """Those that nobody took lie below the others, and wide ones below thin ones."""
    counts = {pair: look.flow.ways.get(pair, 0) for pair in look.drawn.edges}
    most = max([*counts.values(), 1])
    for pair, count in sorted(counts.items(), key=lambda each: (each[1] > 0, -each[1])):
        wide = _THINNEST + (_WIDEST - _THINNEST) * math.sqrt(count / most) if count else 1.0
        yield _way(look, look.drawn.edges[pair], wide, "bar" if count else "line")


def _way(look: Look, edge: Edge, wide: float, colour: str) -> h.Element:
    corners = _corners(tip(edge.points, _TIP + wide / 2, 2.2 + wide / 2))
    drawn = {"points": _corners(_shortened(edge.points)), "fill": "none", "stroke_linejoin": "round"}
    # A margin of paper parts it from those that it crosses; it is also easier to point at than a thin line.
    margin = h.polyline(**drawn, stroke="var(--raised)", stroke_width=f"{wide + 2:.1f}")
    dashes = "6 4" if edge.is_back else None
    return h.g[
        h.title[look.of_way(edge.pair)],
        margin if colour == "bar" else None,
        h.polyline(**drawn, stroke=f"var(--{colour})", stroke_width=f"{wide:.1f}", stroke_dasharray=dashes),
        h.polygon(points=corners, fill=f"var(--{colour})"),
    ]


def _corners(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _shortened(points: Sequence[Point]) -> Sequence[Point]:
    """The line without its last pixels, which the tip covers."""
    (x1, y1), (x2, y2) = points[-2:]
    length = abs(x1 - x2) + abs(y1 - y2)
    part = max(0.0, length - _TIP) / length if length else 0.0
    return [*points[:-1], (round(x1 + (x2 - x1) * part, 1), round(y1 + (y2 - y1) * part, 1))]


def _number(look: Look, edge: Edge) -> Node:
    lines = _beside(look, edge)
    if edge.number is None or not lines:
        return None
    changed = look.change_of_way(edge.pair)
    clear = "font-weight:700" if changed and changed.is_clear else None
    x, y, anchor, *_ = edge.number
    first = y + 4 - _LINE * (len(lines) - 1) / 2
    kind = "halo" if look.flow.ways.get(edge.pair) else "halo quiet"
    return h.g[
        h.title[look.of_way(edge.pair)],
        (
            h.text(class_=kind, style=clear, x=f"{x:g}", y=f"{first + _LINE * place:g}", text_anchor=anchor)[each]
            for place, each in enumerate(lines)
        ),
    ]


def _beside(look: Look, edge: Edge) -> Sequence[str]:
    """What stands beside a way: when it is taken, and how often; a word without room for it is shortened."""
    count, changed = look.flow.ways.get(edge.pair, 0), look.change_of_way(edge.pair)
    brief = number(count) if count < _MANY else f"{number(count / 1000)} k"
    told = look.told(changed).lstrip("↑↓") if changed else brief if count else ""
    word = "" if look.drawn.step == ALL else edge.when[look.language]
    if edge.number is None or not word:
        return [told] if told else []
    *_, wide, high = edge.number
    letters = int(wide / _LETTER)
    if high >= _CLICKED:
        return [_shortly(word, letters), *([told] if told else [])]
    room = letters - (len(told) + 3 if told else 0)
    return [" · ".join(filter(None, (_shortly(word, room) if room > _LEAST else "", told)))]


def _shortly(word: str, letters: int) -> str:
    return word if len(word) <= letters else f"{word[: letters - 1].rstrip(' /')}…"


def strip(look: Look) -> h.Element:
    """The steps of the scale beside each other."""
    steps = [block((14 * place, 0), 14, 10, f"s{place}") for place in range(STEPS)]
    rim = h.rect(x="0.5", y="0.5", width=f"{14 * STEPS - 1}", height="9", fill="none", stroke="var(--grey)")
    return svg(14 * STEPS, 10, look.say("least_to_most"), [*steps, rim], class_="inline")


def _start(look: Look) -> Iterator[Node]:
    first = look.drawn.states.get(look.drawn.start)
    if first is None:
        return
    x, y = first.x, first.y - first.height / 2 - _START
    way = [(x, y), (x, y + _START)]
    yield h.circle(cx=f"{x:g}", cy=f"{y:g}", r="7", fill="var(--quiet)")
    yield line((x, x), (y, way[1][1] - _TIP), "quiet")
    yield h.polygon(points=_corners(tip(way)), fill="var(--quiet)")


# ── States ──


def _state(look: Look, state: State, scale: Scale | None) -> h.Element:
    value = value_of(look.flow, state.name, look.measure)
    step = scale.step(value) if scale and value is not None else None
    is_step = state.kind == STEP
    figure, changed = "" if is_step else look.short(state.name), look.change_of(state.name)
    told = look.told(changed)
    ink = "var(--quiet)" if step is None else f"var(--t{step})"
    rim = "var(--line)" if step is None and not figure else "var(--quiet)"
    figures = look.of_state(state.name).split(", ") if is_step and look.flow.visits(state.name) else []
    lines = [*state.lines[look.language], *figures]
    rows = len(lines) + bool(figure or told)
    first = state.y - _LINE * (rows - 1) / 2 + 4
    slant = ";font-style:italic" if state.kind == "Choice" else ""
    weight = "700" if changed and changed.is_clear else "400"
    return h.g[
        h.title[look.defined(state.name)],
        block(
            (state.x - state.width / 2, state.y - state.height / 2),
            state.width,
            state.height,
            "paper" if step is None else f"s{step}",
            rx="0" if state.kind == "Choice" else "5",
            stroke=rim,
            stroke_width="2.4" if state.kind == "Succeed" else "1",
        ),
        _lines(state.x, first, lines, f"fill:{ink}{slant}"),
        h.text(x=f"{state.x:g}", y=f"{first + _LINE * len(lines):g}", text_anchor="middle", style=f"fill:{ink}")[
            _figure(figure, told), h.tspan(style=f"font-weight:{weight}")[told] if told else None
        ],
    ]


def _figure(figure: str, told: str) -> str:
    """A state's figure before its change; none where the box has no room for both."""
    if not told:
        return figure
    return f"{figure} · " if figure and len(figure) + len(told) <= _ROOM else ""


# ── Cases that stand in a state ──


def _badges(look: Look, state: State) -> Node:
    """Those that run, in a round badge at the right; those that failed, in a pointed one at the left."""
    (running, failed), top = look.standing(state.name), state.y - state.height / 2 - 5
    half, drawn = state.width / 2 + 7, []
    for name, cases, point in (("running", running, 0), ("failed", failed, 7)):
        if text := number(len(cases)) if cases else "":
            wide = max(18.0, 8.0 * len(text) + 8) + (4 if point else 0)
            left = state.x - half if point else state.x + half - wide
            colour = "broken" if point else "person" if state_of(state.name).party is Party.ADVISOR else "ink"
            corners = [(left, top), (left + point, top - 9), (left + wide - point, top - 9), (left + wide, top)]
            corners += [(left + wide - point, top + 9), (left + point, top + 9)]
            drawn.append(
                h.g[
                    h.title[f"{look.say(name, count=text)}\n{look.say('source_now')}"],
                    h.polygon(points=_corners(corners), fill=f"var(--{colour})", stroke="var(--paper)")
                    if point
                    else block((left, top - 9), wide, 18, colour, rx="9", stroke="var(--paper)"),
                    _lines(left + wide / 2, top + 4, [text], "fill:var(--paper);font-weight:600"),
                ]
            )
    return drawn


def _spot(look: Look, state: State) -> h.Fragment:
    label = look.say("state_label", state=look.title(state.name), figures=look.of_state(state.name))
    spot = _over(look, (state.x, state.y), (state.width, state.height), label, look.defined(state.name))
    return calls(spot, look.question, popup=state.kind != STEP, **state.asks)


def _way_spot(look: Look, edge: Edge) -> Node:
    """The button over a way's number, which opens its cases."""
    if edge.number is None or not look.flow.ways.get(edge.pair):
        return None
    x, y, anchor, *_ = edge.number
    wide = max(_CLICKED, _LETTER * max(map(len, _beside(look, edge))))
    middle = x + {"start": wide / 2, "middle": 0, "end": -wide / 2}[anchor]
    told = look.of_way(edge.pair)
    label = look.say("way_label", way=told.partition("\n")[0])
    return calls(
        _over(look, (middle, y), (wide, _CLICKED), label, told), look.question, popup=True, way="|".join(edge.ways)
    )


def _over(look: Look, middle: Point, size: Point, label: str, title: str) -> h.Element:
    """A button over a part of the picture; places are shares of it, since it may be shown smaller than it was drawn."""
    (x, y), (wide, high) = middle, size
    place = {
        "left": (x - wide / 2) / look.drawn.width,
        "top": (y - high / 2) / look.drawn.height,
        "width": wide / look.drawn.width,
        "height": high / look.drawn.height,
    }
    style = ";".join(f"{name}:{100 * part:.3f}%" for name, part in place.items())
    return h.button(".spot", type="button", aria_label=label, title=title, style=style)
