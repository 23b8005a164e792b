"""Distributions of durations below each other, on one logarithmic axis."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import htpy as h

from record.domain.tally import INSTANT, Count, lower_bound
from record.formats import SECOND, duration, number
from record.words import Language
from supervision.kit.charts import block, line, px, svg
from supervision.kit.log_axis import HOUR, LogAxis, mark_text
from supervision.kit.sheet import with_sheet
from supervision.question import Question

LEAST, MOST = SECOND, HOUR
"""Each axis reaches from one to the other at least, so that two ranges look alike."""
ROOM = 52
"""Pixels that a label of the axis needs."""
_TITLE, _BIG, _SMALL, _BARS, _AXIS = 20, 34, 18, 84, 26
"""Heights of the parts: a title, the large number, the other number, the bars; and the axis beneath all."""
_HEIGHT = _TITLE + _BIG + _SMALL + _BARS


@dataclass(frozen=True, slots=True)
class Distribution:
    """A population to draw.

    Parameters
    ----------
    about
        It stands behind the name: how many there are.
    """

    name: str
    about: str
    count: Count
    colour: str


def distributions(question: Question, found: Sequence[Distribution], label: str) -> h.Fragment:
    """Draw them, with median and 95th percentile. Each has a scale of its own upwards, which starts at zero."""
    group = group_of([each.count for each in found], question.width)
    ends = [
        lower_bound(edge * group)
        for each in found
        for place in grouped(each.count, group)
        for edge in (place, place + 1)
    ]
    axis = LogAxis.over([LEAST, MOST, *ends], question.room - 2)
    bottom = len(found) * _HEIGHT
    drawn = svg(
        question.room,
        bottom + _AXIS,
        label,
        [
            _grid(axis, bottom, question.language),
            [_distribution(question, each, axis, group, place * _HEIGHT) for place, each in enumerate(found)],
        ],
    )
    return with_sheet(drawn, label)


def grouped(count: Count, width: int) -> Mapping[int, int]:
    """Buckets put together, so many beside each other: how many durations are in each group.

    A group is named by its first bucket, divided by the width.
    """
    found: dict[int, int] = defaultdict(int)
    for bucket, times in count.buckets.items():
        found[(0 if bucket == INSTANT else bucket) // width] += times
    return dict(found)


def group_of(found: Sequence[Count], width: int) -> int:
    """How many buckets to put together, so that a bar is some ten pixels wide."""
    buckets = [bucket for each in found for bucket in each.buckets]
    spread = max(buckets, default=0) - min(buckets, default=0) + 1
    return max(1, round(spread / max(10, width / 10)))


def _grid(axis: LogAxis, bottom: int, language: Language) -> h.Node:
    def text(mark: float, x: float) -> h.Element:
        anchor = "start" if x < ROOM / 2 else "end" if x > axis.length - ROOM / 2 else "middle"
        return h.text(".quiet", x=px(x), y=bottom + 16, text_anchor=anchor)[mark_text(mark, language)]

    return [
        [line((x, x), (_TITLE, bottom), "line"), text(mark, x) if has_room else None]
        for mark, x, has_room in axis.marks(ROOM)
    ]


def _distribution(question: Question, found: Distribution, axis: LogAxis, group: int, top: int) -> h.Node:
    groups, language = grouped(found.count, group), question.language
    base, most, is_thin = top + _HEIGHT, max([*groups.values(), 1]), found.count.percentile(0.95) is None
    bars = []
    for place, count in sorted(groups.items()):
        low, high = lower_bound(place * group), lower_bound((place + 1) * group)
        x, tall = axis.at(low), count / most * (_BARS - 4)
        bars.append(
            block((x, base - tall), max(1.0, axis.at(high) - x - 0.5), tall, found.colour)[
                h.title[f"{duration(low, language)} … {duration(high, language)}: {number(count)}"]
            ]
        )
    return [
        bars,
        line((0, float(axis.length)), (base, base), "grey"),
        h.text(x="0", y=top + 14)[h.tspan(style="font-size:14px;font-weight:600")[found.name], " ", found.about],
        _mark(found.count.percentile(0.5), axis, (top + _TITLE, base), question.say("median"), language, is_big=True),
        _mark(
            found.count.percentile(1 if is_thin else 0.95),
            axis,
            (top + _TITLE + _BIG, base),
            question.say("longest") if is_thin else "p95",
            language,
        ),
    ]


def _mark(
    milliseconds: float | None,
    axis: LogAxis,
    span: tuple[int, int],
    name: str,
    language: Language,
    *,
    is_big: bool = False,
) -> h.Node:
    """A line at a duration, from its number down to the axis."""
    if milliseconds is None:
        return None
    x, (top, base) = axis.at(milliseconds), span
    said, size = duration(milliseconds, language), 28 if is_big else 14
    stroke = {"stroke_width": "2"} if is_big else {"stroke_width": "1", "stroke_dasharray": "4 3"}
    is_left = x + len(said) * size * 0.6 + len(name) * 7 + 12 > axis.length
    return [
        line((x, x), (top + 2, base), "ink", **stroke),
        h.text(
            ".halo",
            x=px(x - 6 if is_left else x + 6),
            y=top + (26 if is_big else 13),
            text_anchor="end" if is_left else "start",
        )[h.tspan(style=f"font-size:{size}px;font-weight:600")[said], " ", name],
    ]
