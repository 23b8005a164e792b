"""Two percentiles of durations over time, on a logarithmic axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import htpy as h

from supervision.kit.charts import line, px, svg
from supervision.kit.log_axis import LogAxis, mark_text
from supervision.kit.moments import TimeAxis
from supervision.kit.sheet import with_sheet
from supervision.question import Question

_LEFT, _RIGHT, _TOP, _TALL = 64, 68, 20, 150
_LINE = 14
"""Pixels between two lines of text."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a trend.

    Parameters
    ----------
    low, high
        Its two percentiles, in milliseconds.
    is_thin
        Whether so few are behind it that the higher one is only the longest: its mark is hollow.
    title
        What stands there.
    row
        What a CSV says of it: numbers alone, below the heads of :func:`trend`.
    """

    at: datetime
    low: float
    high: float
    is_thin: bool
    title: str
    row: Sequence[str]


def trend(question: Question, found: Sequence[Moment], label: str, heads: Sequence[str]) -> h.Fragment:
    """Draw the lower percentile as a line and the higher one dashed, of one moment at least."""
    scale = LogAxis.over([value for each in found for value in (each.low, each.high)], _TALL)
    axis, bottom = TimeAxis(question.range, _LEFT, max(60, question.room - _LEFT - _RIGHT)), _TOP + _TALL
    x = axis.at

    def y(value: float) -> float:
        return bottom - scale.at(value)

    grid = [
        [
            line((_LEFT, _LEFT + axis.width), (y(mark), y(mark)), "line"),
            h.text(".quiet", x=_LEFT - 6, y=px(y(mark) + 4), text_anchor="end")[mark_text(mark, question.language)],
        ]
        for mark, _, _ in scale.marks(_LINE)
    ]
    last = found[-1]
    end, low, high = x(last.at) + 8, y(last.low) + 4, y(last.high) + 4
    names = [
        h.text(".halo", x=px(end), y=px(low))[question.say("median")],
        h.text(".halo", x=px(end), y=px(min(high, low - _LINE)))["p95"],
    ]
    drawn = svg(
        question.room,
        bottom + 26,
        label,
        [
            grid,
            axis.moments(bottom + 18, question.language),
            _line([(x(each.at), y(each.high)) for each in found], is_dashed=True),
            _line([(x(each.at), y(each.low)) for each in found]),
            [
                [
                    _dot(x(each.at), y(each.high), each.title, is_hollow=each.is_thin),
                    _dot(x(each.at), y(each.low), each.title),
                ]
                for each in found
            ],
            names,
        ],
        **axis.ends,
    )
    return with_sheet(drawn, label, [heads, *(each.row for each in found)])


def _line(points: Sequence[tuple[float, float]], *, is_dashed: bool = False) -> h.Element:
    return h.polyline(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        fill="none",
        stroke="var(--bar)",
        stroke_width="2",
        stroke_dasharray="5 4" if is_dashed else None,
    )


def _dot(x: float, y: float, title: str, *, is_hollow: bool = False) -> h.Element:
    fill = "var(--paper)" if is_hollow else "var(--bar)"
    return h.circle(cx=f"{x:.1f}", cy=f"{y:.1f}", r="3", fill=fill, stroke="var(--bar)")[h.title[title]]
