"""A logarithmic axis of durations. It has no zero, so its marks are labelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from record.formats import DAY, MINUTE, NO_BREAK, SECOND
from record.words import Language

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
