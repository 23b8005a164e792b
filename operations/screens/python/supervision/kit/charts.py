"""Charts in SVG: bars on one scale, lines over time, sparklines. Axes start at zero. Every mark says its value.

Widths are in pixels of the widget, so that letters keep their size; a screen gives the width that it has.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from record.formats import number

LETTER = 7
"""The width of a letter, in pixels, as a rule of thumb."""
ABOVE = 18
"""Pixels above columns, for the number of the highest."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its name and number.

    Parameters
    ----------
    before
        The value a day earlier, drawn as a thin mark; None for none.
    title
        What the figure is, and where it comes from: shown when one points at it.
    colour
        A variable of the style.
    """

    name: str
    value: float
    text: str
    before: float | None = None
    title: str = ""
    colour: str = "bar"


def bars(found: Sequence[Bar], width: int, label: str, names: int = 150) -> h.Element:
    """Bars below each other, on one scale that starts at zero.

    Parameters
    ----------
    names
        Pixels for the names at the left.
    """
    row, values = 26, 110
    most = max([bar.value for bar in found] + [bar.before or 0 for bar in found] + [1])
    room = max(40, width - names - values)
    drawn = []
    for place, bar in enumerate(found):
        y, length = place * row, bar.value / most * room
        drawn.append(
            h.g[
                h.title[f"{bar.name}: {bar.text}" + (f" — {bar.title}" if bar.title else "")],
                h.text(x=str(names - 8), y=str(y + 17), text_anchor="end")[bar.name],
                h.rect(x=str(names), y=str(y + 4), width=f"{length:.1f}", height="18", fill=f"var(--{bar.colour})"),
                h.text(x=f"{names + _last(bar, most, room) + 6:.1f}", y=str(y + 17))[bar.text],
                _mark(names + bar.before / most * room, y) if bar.before is not None else None,
            ]
        )
    height = max(1, len(found)) * row
    return svg(width, height, label, drawn)


def _last(bar: Bar, most: float, room: float) -> float:
    """Where the last mark of a bar ends: its number stands behind."""
    return max(bar.value, bar.before or 0) / most * room


def _mark(x: float, y: int) -> h.Element:
    return h.line(x1=f"{x:.1f}", x2=f"{x:.1f}", y1=str(y + 1), y2=str(y + 25), stroke="var(--ink)", stroke_width="2")


_LETTERS = 16
"""Pixels that a number needs in height."""
STEPS = (1, 3, 5, 6)
"""Places on the scale for parts of a bar, from few to many; each is told from the next in print, too."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar; ``name`` says what it counts."""

    name: str
    value: int


def stacked(parts: Sequence[Part], most: float, width: int, label: str, height: int = 20) -> h.Element:
    """A bar of parts beside each other, each with its number where it has room.

    Parameters
    ----------
    parts
        At most as many as :data:`STEPS`.
    most
        The value that fills the width: the same for bars that are compared.
    """
    drawn, x = [], 0.0
    for place, part in enumerate(parts):
        length = part.value / max(most, 1) * width
        if not part.value:
            continue
        text = number(part.value)
        room = height >= _LETTERS and length > 8 * len(text) + 4
        drawn.append(
            h.g[
                h.title[f"{part.name}: {text}"],
                h.rect(
                    x=f"{x:.1f}",
                    y="0",
                    width=f"{max(1.0, length - 1):.1f}",
                    height=str(height),
                    fill=f"var(--s{STEPS[place]})",
                    stroke="var(--grey)",
                    stroke_width="0.5",
                ),
                h.text(x=f"{x + 4:.1f}", y=f"{height / 2 + 4:.0f}", style=f"fill:var(--t{STEPS[place]})")[text]
                if room
                else None,
            ]
        )
        x += length
    return svg(width, height, label, drawn)


def swatch(place: int) -> h.Element:
    """The colour of a part of a bar, beside its name."""
    return h.span(".swatch", style=f"background:var(--s{STEPS[place]})", aria_hidden="true")


def named_columns(found: Sequence[Bar], width: int, label: str, height: int = 90) -> h.Element:
    """Columns beside each other, the earliest at the left, on one scale that starts at zero.

    A name stands beneath each column, or beneath every second, third… where they would touch. The highest has its
    number.
    """
    most = max([bar.value for bar in found] + [bar.before or 0 for bar in found] + [1])
    step = width / max(1, len(found))
    letters = max((len(bar.name) for bar in found), default=1) * LETTER + 8
    every = max(1, math.ceil(letters / step))
    highest = max(range(len(found)), key=lambda place: found[place].value, default=None)
    drawn = []
    for place, bar in enumerate(found):
        x, tall = place * step, bar.value / most * height
        middle = x + step / 2
        before = height - (bar.before or 0) / most * height + ABOVE
        drawn.append(
            h.g[
                h.title[f"{bar.name}: {bar.text}" + (f" — {bar.title}" if bar.title else "")],
                h.rect(
                    x=f"{x + 1:.1f}",
                    y=f"{ABOVE + height - tall:.1f}",
                    width=f"{max(1.0, step - 2):.1f}",
                    height=f"{tall:.1f}",
                    fill=f"var(--{bar.colour})",
                ),
                h.line(
                    x1=f"{x:.1f}",
                    x2=f"{x + step:.1f}",
                    y1=f"{before:.1f}",
                    y2=f"{before:.1f}",
                    stroke="var(--ink)",
                    stroke_width="2",
                )
                if bar.before is not None
                else None,
                h.text(
                    x=f"{min(width - 12, max(12, middle)):.1f}",
                    y=f"{ABOVE + height - tall - 4:.1f}",
                    text_anchor="middle",
                )[bar.text]
                if place == highest and bar.value >= (bar.before or 0)
                else None,
                h.text(".quiet", x=f"{middle:.1f}", y=f"{ABOVE + height + 16}", text_anchor="middle")[bar.name]
                if place % every == every // 2 and letters / 2 - 4 <= middle <= width - letters / 2 + 4
                else None,
            ]
        )
    base = ABOVE + height
    axis = h.line(x1="0", x2=str(width), y1=str(base), y2=str(base), stroke="var(--grey)")
    return svg(width, base + 22, label, [*drawn, axis])


def sparkline(values: Sequence[float], label: str, width: int = 120, height: int = 22) -> h.Element:
    """A line of small bars, one for each span of time, the first at the left; its scale starts at zero."""
    most = max([*values, 1])
    step = width / max(1, len(values))
    drawn = [
        h.rect(
            x=f"{place * step:.1f}",
            y=f"{height - value / most * height:.1f}",
            width=f"{max(1.0, step - 1):.1f}",
            height=f"{value / most * height:.1f}",
            fill="var(--bar)",
        )[h.title[number(value)]]
        for place, value in enumerate(values)
        if value
    ]
    axis = h.line(x1="0", x2=str(width), y1=str(height), y2=str(height), stroke="var(--grey)")
    return svg(width, height, label, [*drawn, axis])


def svg(width: int, height: int, label: str, content: Sequence[h.Node]) -> h.Element:
    """A picture of so many pixels; ``label`` says what it shows to somebody who does not see it."""
    return h.svg(viewBox=f"0 0 {width} {height}", width=str(width), height=str(height), role="img", aria_label=label)[
        content
    ]
