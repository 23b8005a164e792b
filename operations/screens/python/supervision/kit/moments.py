"""The axis of time of all charts, with its moments: seconds, minutes, whole hours of Paris, or days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import htpy as h

from record.words import Language
from restoration.clock import PARIS
from supervision.kit.charts import px
from supervision.question import Range

LABEL = 76
"""Pixels for each label."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY = tuple(timedelta(seconds=each) for each in (1, 5, 15, 60, 300, 900, *(3600 * each for each in (1, 2, 3, 6, 12))))
"""What may lie between two labels; else it is a day."""


def moment_text(moment: datetime, step: timedelta, language: Language) -> str:
    """The time of day in Paris; the day at midnight, and where the steps are days."""
    local = moment.astimezone(PARIS)
    if step < MINUTE:
        return f"{local:%H:%M:%S}"
    day = f"{local:%d/%m}" if language is Language.FRENCH else f"{local:%d %b}"
    return day if step >= DAY or (local.hour, local.minute) == (0, 0) else f"{local:%H:%M}"


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """A range of time over some pixels, from ``left`` on."""

    span: Range
    left: float
    width: float

    def at(self, moment: datetime) -> float:
        """The place of a moment; those beyond an end are at that end."""
        return self.left + max(0.0, min(1.0, (moment - self.span.since) / self.span.length)) * self.width

    def moments(self, y: float, language: Language) -> Sequence[h.Element]:
        """The labels, as many as have room, at a height."""
        most, span = max(2, int(self.width) // LABEL), self.span
        every = next((each for each in EVERY if span.length / each <= most), DAY) if span.is_by_hour else DAY
        unit = min(every, HOUR)
        midnight = span.since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        first = midnight + ((span.since - midnight) // unit + 1) * unit
        units = [first + unit * place for place in range((span.until - first) // unit + 1)]
        if span.is_by_hour:
            step, shown = unit, [each for each in units if _of_day(each) % every == timedelta()]
        else:
            days = [each for each in units if each.hour == 0]
            step, shown = DAY, days[:: -(-len(days) // most) or 1]
        end = self.left + self.width - LABEL / 3
        return [
            h.text(".quiet", x=px(x), y=px(y), text_anchor="end" if x > end else "middle")[
                moment_text(each, step, language)
            ]
            for each in shown
            for x in [self.at(each)]
        ]

    @property
    def ends(self) -> dict[str, str]:
        """What a picture says of it, so that one can drag over it."""
        since, until = (each.timestamp() * 1000 for each in (self.span.since, self.span.until))
        ends = {"data_since": since, "data_until": until, "data_left": self.left, "data_right": self.left + self.width}
        return {name: f"{value:.0f}" for name, value in ends.items()}


def _of_day(moment: datetime) -> timedelta:
    """The time of day in Paris."""
    local = moment.astimezone(PARIS)
    return timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
