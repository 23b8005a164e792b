"""Durations as charts on a logarithmic axis: distributions below each other, and percentiles over time.

The axis has no zero, so its marks are labelled.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

import htpy as h

from record.domain.tally import INSTANT, Count, lower_bound
from record.formats import DAY, MINUTE, NO_BREAK, SECOND, day_and_time, duration, number
from record.words import Language
from supervision.kit.charts import block, line, px, svg
from supervision.kit.moments import TimeAxis, moment_text
from supervision.kit.sheet import with_sheet
from supervision.question import Question

HOUR = 60 * MINUTE
MARKS = (1, 10, 100, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY)
"""Durations that are labelled, in milliseconds."""
_UNITS = ((DAY, "j", "d"), (HOUR, "h", "h"), (MINUTE, "min", "min"), (SECOND, "s", "s"), (1, "ms", "ms"))


def mark_text(mark: float, language: Language) -> str:
    """A mark in its largest whole unit: 1 min, where a figure would be 60 s."""
    size, french, english = next(each for each in _UNITS if mark >= each[0])
    return f"{mark / size:.0f}{NO_BREAK}{french if language is Language.FRENCH else english}"


@dataclass(frozen=True, slots=True)
class LogAxis:
    """A logarithmic axis of durations (milliseconds) over some pixels."""

    least: float
    most: float
    length: float

    @classmethod
    def over(cls, durations: Sequence[float], length: float) -> "LogAxis":
        """The axis that has room for durations, from mark to mark."""
        low, high = max(min(durations), MARKS[0]), min(max(durations), MARKS[-1])
        least = max(mark for mark in MARKS[:-1] if mark <= low)
        return cls(least, min(mark for mark in MARKS if mark >= high and mark > least), length)

    def at(self, milliseconds: float) -> float:
        """The place of a duration; those beyond an end are at that end."""
        shown = min(max(milliseconds, self.least), self.most)
        return log(shown / self.least) / log(self.most / self.least) * self.length

    def marks(self, room: float) -> Sequence[tuple[float, float, bool]]:
        """Each mark: its duration, its place, and whether its label has so much room (pixels) after the one before."""
        found, last = [], -room
        for mark in MARKS:
            if self.least <= mark <= self.most:
                place = self.at(mark)
                found.append((float(mark), place, has_room := place - last >= room))
                last = place if has_room else last
        return found


# ── Distributions ──


LEAST, MOST = SECOND, HOUR
"""Each axis reaches from one to the other at least, so that two ranges look alike."""
ROOM = 52
"""Pixels that a label of the axis needs."""
_TITLE, _BIG, _SMALL, _BARS, _AXIS = 20, 34, 18, 84, 26
"""Heights of the parts: a title, the large number, the other number, the bars; and the axis beneath all."""
_HEIGHT = _TITLE + _BIG + _SMALL + _BARS


type Distribution = tuple[str, str, Count, str]
"""A population to draw: its name, how many there are in words, how long they took, and its colour."""


def distributions(question: Question, found: Sequence[Distribution], label: str) -> h.Fragment:
    """Draw them, with median and 95th percentile. Each has a scale of its own upwards, which starts at zero."""
    counts = [count for *_, count, _ in found]
    group = group_of(counts, question.width)
    ends = [
        lower_bound(edge * group) for count in counts for place in grouped(count, group) for edge in (place, place + 1)
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
    (name, about, its, colour), language = found, question.language
    groups = grouped(its, group)
    base, most, is_thin = top + _HEIGHT, max([*groups.values(), 1]), its.percentile(0.95) is None
    bars = []
    for place, count in sorted(groups.items()):
        low, high = lower_bound(place * group), lower_bound((place + 1) * group)
        x, tall = axis.at(low), count / most * (_BARS - 4)
        bars.append(
            block((x, base - tall), max(1.0, axis.at(high) - x - 0.5), tall, colour)[
                h.title[f"{duration(low, language)} … {duration(high, language)}: {number(count)}"]
            ]
        )

    def mark(part: float, word: str, below: int, size: int, **stroke: str) -> h.Node:
        """A line at a percentile, from its number down to the axis."""
        if (milliseconds := its.percentile(part)) is None:
            return None
        x, said = axis.at(milliseconds), duration(milliseconds, language)
        is_left = x + len(said) * size * 0.6 + len(word) * 7 + 12 > axis.length
        beside, anchor = (-6, "end") if is_left else (6, "start")
        text = h.tspan(style=f"font-size:{size}px;font-weight:600")[said]
        return [
            line((x, x), (top + below + 2, base), "ink", **stroke),
            h.text(".halo", x=px(x + beside), y=top + below + 13 * size // 14, text_anchor=anchor)[text, " ", word],
        ]

    high, its_name = (1.0, question.say("longest")) if is_thin else (0.95, "p95")
    return [
        bars,
        line((0, float(axis.length)), (base, base), "grey"),
        h.text(x="0", y=top + 14)[h.tspan(style="font-size:14px;font-weight:600")[name], " ", about],
        mark(0.5, question.say("median"), _TITLE, 28, stroke_width="2"),
        mark(high, its_name, _TITLE + _BIG, 14, stroke_width="1", stroke_dasharray="4 3"),
    ]


# ── Over time ──


_LEFT, _RIGHT, _TOP, _TALL = 64, 68, 20, 150
_LINE = 14
"""Pixels between two lines of text."""


def trend(question: Question, counts: Sequence[tuple[datetime, Count]], label: str) -> h.Fragment:
    """Draw the median of each hour or day as a line and the 95th percentile dashed, of one of them at least.

    So few may be behind one that the higher is only the longest: its mark is hollow.
    """
    say, step = question.say, question.range.step
    found = [
        (start + step / 2, count.percentile(0.5) or 0.0, count.percentile(0.95) or count.percentile(1) or 0.0)
        for start, count in counts
    ]
    scale = LogAxis.over([value for _, *both in found for value in both], _TALL)
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
    last, median, p95 = found[-1]
    end, low, high = x(last) + 8, y(median) + 4, y(p95) + 4
    names = [
        h.text(".halo", x=px(end), y=px(low))[say("median")],
        h.text(".halo", x=px(end), y=px(min(high, low - _LINE)))["p95"],
    ]

    def dots(count: Count, start: datetime, at: datetime, low: float, high: float) -> h.Node:
        title = say(
            "moment",
            time=moment_text(start, step, say.language),
            cases=say.counted("about", count.times, number(count.times), title=""),
            median=duration(low, say.language),
            high=duration(high, say.language),
        )
        is_thin = count.percentile(0.95) is None
        return [_dot(x(at), y(high), title, is_hollow=is_thin), _dot(x(at), y(low), title)]

    heads = [say("moment_at"), say("cases"), f"{say('median')} (ms)", "p95 (ms)", f"{say('longest')} (ms)"]
    rows = (
        [day_and_time(start, say.language), str(count.times)]
        + ["" if each is None else f"{each:.0f}" for each in map(count.percentile, (0.5, 0.95, 1))]
        for start, count in counts
    )
    drawn = svg(
        question.room,
        bottom + 26,
        label,
        [
            grid,
            axis.moments(bottom + 18, question.language),
            _line([(x(at), y(high)) for at, _, high in found], is_dashed=True),
            _line([(x(at), y(low)) for at, low, _ in found]),
            [dots(count, start, *each) for (start, count), each in zip(counts, found, strict=True)],
            names,
        ],
        **axis.ends,
    )
    return with_sheet(drawn, label, [heads, *rows])


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
