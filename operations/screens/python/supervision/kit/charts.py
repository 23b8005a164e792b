"""Charts in SVG: bars on one scale, lines over time, sparklines. Axes start at zero. Every mark says its value.

Widths are in pixels of the widget, so that letters keep their size; a screen gives the width that it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from record.formats import number
from supervision.kit.sheet import with_sheet


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its name and number.

    Parameters
    ----------
    before
        The value a day earlier, drawn as a thin mark; None for none.
    title
        What the figure is, and where it comes from: shown when one points at it.
    """

    name: str
    value: float
    text: str
    before: float | None
    title: str


def bars(found: Sequence[Bar], width: int, label: str, earlier: str) -> h.Fragment:
    """Bars below each other, on one scale that starts at zero; ``earlier`` names what their marks are of."""
    row, names, values = 26, 100, 110
    most = max([bar.value for bar in found] + [bar.before or 0 for bar in found] + [1])
    room = max(40, width - names - values)
    drawn = []
    for place, bar in enumerate(found):
        y, length = place * row, bar.value / most * room
        before = names + (bar.before or 0) / most * room
        drawn.append(
            h.g[
                h.title[f"{bar.name}: {bar.text} — {bar.title}"],
                h.text(x=names - 8, y=y + 17, text_anchor="end")[bar.name],
                block((names, y + 4), length, 18, "bar"),
                h.text(x=px(max(names + length, before) + 6), y=y + 17)[bar.text],
                line((before, before), (y + 1, y + 25), "ink", stroke_width="2")[
                    h.title[f"{bar.name}, {earlier}: {number(bar.before)}"]
                ]
                if bar.before is not None
                else None,
            ]
        )
    return with_sheet(svg(width, len(found) * row, label, drawn), label)


LOW = 12
"""The height, in pixels, of a bar that has no numbers in it."""
STEPS = (1, 3, 5, 6)
"""Places on the scale for parts of a bar, from few to many; each is told from the next in print, too."""


def stacked(parts: Sequence[tuple[str, int]], most: float, width: int, label: str, height: int = 20) -> h.Element:
    """A bar of parts beside each other, each with its number where it has room.

    Parameters
    ----------
    parts
        What each counts, and how many; at most as many as :data:`STEPS`.
    most
        The value that fills the width: the same for bars that are compared.
    """
    rim = {"stroke": "var(--grey)", "stroke_width": "0.5"}
    drawn, x = [], 0.0
    for place, (name, value) in enumerate(parts):
        length = value / max(most, 1) * width
        if not value:
            continue
        text = number(value)
        room = height > LOW and length > 8 * len(text) + 4
        drawn.append(
            h.g[
                h.title[f"{name}: {text}"],
                block((x, 0), max(1.0, length - 1), height, f"s{STEPS[place]}", **rim),
                h.text(x=px(x + 4), y=f"{height / 2 + 4:.0f}", style=f"fill:var(--t{STEPS[place]})")[text]
                if room
                else None,
            ]
        )
        x += length
    return svg(width, height, label, drawn)


def swatch(place: int) -> h.Element:
    """The colour of a part of a bar, beside its name."""
    return h.span(".swatch", style=f"background:var(--s{STEPS[place]})", aria_hidden="true")


def sparkline(values: Sequence[float], label: str) -> h.Element:
    """A line of small bars, one for each span of time, the first at the left; its scale starts at zero."""
    width, height, most = 200, 36, max([*values, 1])
    step = width / max(1, len(values))
    drawn = [
        block((place * step, height - value / most * height), max(1.0, step - 1), value / most * height, "bar")[
            h.title[number(value)]
        ]
        for place, value in enumerate(values)
        if value
    ]
    return svg(width, height, label, [*drawn, line((0, width), (height, height), "grey")])


def svg(width: int, height: int, label: str, content: Sequence[h.Node], **more: str) -> h.Element:
    """A picture of so many pixels; ``label`` says what it shows to somebody who does not see it."""
    named = {"role": "img", "aria_label": label, **more}
    return h.svg(viewBox=f"0 0 {width} {height}", width=width, height=height, **named)[content]


def px(pixels: float) -> str:
    """A length in a picture: a tenth of a pixel is enough, and a whole number is written as one."""
    return str(pixels) if isinstance(pixels, int) else f"{pixels:.1f}"


def block(corner: tuple[float, float], width: float, height: float, colour: str, **more: str) -> h.Element:
    """A filled rectangle, from its corner at the top left."""
    x, y = map(px, corner)
    return h.rect(x=x, y=y, width=px(width), height=px(height), fill=f"var(--{colour})", **more)


def line(x: tuple[float, float], y: tuple[float, float], colour: str, **more: str) -> h.Element:
    """A straight line, from the first x and y to the second ones."""
    return h.line(x1=px(x[0]), x2=px(x[1]), y1=px(y[0]), y2=px(y[1]), stroke=f"var(--{colour})", **more)
