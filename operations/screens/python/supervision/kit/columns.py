"""Columns over time, with a limit that they should not exceed, and spans that are shaded."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import htpy as h

from record.domain.measures import finest_period
from record.formats import day_and_time, number
from supervision.kit.charts import block, line, px, svg
from supervision.kit.moments import TimeAxis
from supervision.kit.sheet import with_sheet
from supervision.question import Question, Range

HEIGHT, LEFT, BELOW, ABOVE = 220, 56, 24, 18
"""Of the drawing, of the room for the axis' numbers, for moments, and for the limit's name; in pixels."""


def columns(
    question: Question,
    found: Sequence[tuple[datetime, float]],
    period: timedelta,
    label: str,
    *,
    limit: tuple[float, str] | None = None,
    shades: Sequence[tuple[Range, str]] = (),
    before: tuple[Mapping[datetime, float], str] | None = None,
) -> h.Fragment:
    """Columns, one for each period; the scale starts at zero and has room for the limit.

    Parameters
    ----------
    limit
        A value that columns should not exceed, with its name.
    shades
        Spans of time that are shaded, and what each was.
    before
        What was a day earlier, drawn as marks, by the moment above which each stands; and its name.
    """
    axis, floor = TimeAxis(question.range, LEFT, question.room - LEFT), float(HEIGHT - BELOW)
    x, whole = axis.at, (float(LEFT), float(question.room))
    earlier, marks_of = before or ({}, "")
    # An even number, whose half is a whole one: the axis named one and a half as 2.
    most = 2 * math.ceil(max([value for _, value in found] + [limit[0] if limit else 0, *earlier.values(), 1]) / 2)
    high = floor - ABOVE

    def y(value: float) -> float:
        return floor - value / most * high

    drawn: list[h.Node] = [_shade(x(shade.since), x(shade.until), floor, name) for shade, name in shades]
    for moment, value in found:
        left, right = x(moment), x(moment + period)
        if value and right > left:
            drawn.append(
                block((left, y(value)), max(1.0, right - left - 1), floor - y(value), "bar")[
                    h.title[f"{day_and_time(moment, question.language)}: {number(value)}"]
                ]
            )
    for moment, value in earlier.items():
        if x(moment + period) > x(moment):
            mark = line((x(moment), x(moment + period)), (y(value), y(value)), "ink", stroke_width="2")
            drawn.append(mark[h.title[f"{day_and_time(moment, question.language)}, {marks_of}: {number(value)}"]])
    drawn += [
        h.text(".quiet", x=LEFT - 8, y=px(y(part) + 4), text_anchor="end")[number(part)] for part in (0, most / 2, most)
    ]
    drawn.append(line(whole, (floor, floor), "grey"))
    if limit:
        most_wanted, name = limit
        drawn.append(line(whole, (y(most_wanted), y(most_wanted)), "ink", stroke_dasharray="6 4"))
        # A rim in the colour of the paper keeps it legible where a span is shaded.
        rim = "paint-order:stroke;stroke:var(--paper);stroke-width:4px"
        drawn.append(h.text(x=question.room, y=px(y(most_wanted) - 5), text_anchor="end", style=rim)[name])
    drawn += axis.moments(floor + 17, question.language)
    return with_sheet(svg(question.room, HEIGHT, label, drawn, **axis.ends), label)


def period_of(span: Range, now: datetime, most: int) -> timedelta:
    """The shortest period by which CloudWatch still has values of a range, and that makes at most so many columns."""
    for period in (timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360)):
        if period >= finest_period(now - span.since) and span.length / period <= most:
            return period
    return timedelta(days=1)


def _shade(left: float, right: float, floor: float, name: str) -> h.Element:
    rim = {"stroke": "var(--broken)", "stroke_dasharray": "2 3"}
    return block((left, 0), max(2.0, right - left), floor, "broken-soft", **rim)[h.title[name]]
