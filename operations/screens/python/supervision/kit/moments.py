"""Moments below an axis of time: whole hours of Paris, or days, as many as have room."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import htpy as h

from record.words import Language
from restoration.clock import PARIS
from supervision.kit.charts import px
from supervision.question import Range

LABEL = 76
"""Pixels for each label."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERY = (1, 2, 3, 6, 12, 24)
"""Hours between two labels."""


def moment_text(moment: datetime, step: timedelta, language: Language) -> str:
    """The time of day in Paris; the day at midnight, and where the steps are days."""
    local = moment.astimezone(PARIS)
    day = f"{local:%d/%m}" if language is Language.FRENCH else f"{local:%d %b}"
    return day if step >= DAY or local.hour == 0 else f"{local:%H:%M}"


def moments(span: Range, left: float, width: float, y: float, language: Language) -> Sequence[h.Element]:
    """The labels of an axis that begins at ``left`` and is so wide, at a height ``y``; all in pixels."""
    most = max(2, int(width) // LABEL)
    first = span.since.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    hours = [first + HOUR * place for place in range(int((span.until - first) / HOUR) + 1)]
    if span.is_by_hour:
        every = next((each for each in EVERY if span.length / HOUR / each <= most), EVERY[-1])
        step, shown = HOUR, [each for each in hours if each.astimezone(PARIS).hour % every == 0]
    else:
        days = [each for each in hours if each.hour == 0]
        step, shown = DAY, days[:: -(-len(days) // most) or 1]
    places = [(left + (each - span.since) / span.length * width, moment_text(each, step, language)) for each in shown]
    return [
        h.text(".quiet", x=px(x), y=px(y), text_anchor="end" if x > left + width - LABEL / 3 else "middle")[text]
        for x, text in places
    ]
