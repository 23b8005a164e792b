"""The periods of reports and of *Valeur*: days and months of Paris."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from restoration.clock import PARIS
from restoration.domain.french import DAYS, MONTHS, day_in_words
from supervision.question import Range


class Kind(StrEnum):
    """The kinds of report."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report is about: a day, or the month that a day begins."""

    kind: Kind
    first: date

    @classmethod
    def of(cls, kind: Kind, day: date) -> "Reported":
        """The day itself, or the month that it is in."""
        return cls(kind, day if kind is Kind.DAY else day.replace(day=1))

    @property
    def before(self) -> "Reported":
        return Reported.of(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> "Reported":
        return Reported.of(self.kind, self.first + timedelta(days=1 if self.kind is Kind.DAY else 31))

    @property
    def range(self) -> Range:
        """From midnight to midnight in Paris: a day may have 23 or 25 hours."""
        return Range(_midnight(self.first), _midnight(self.after.first))

    @property
    def week_before(self) -> Range:
        """The seven days before it."""
        return Range(_midnight(self.first - timedelta(days=7)), _midnight(self.first))

    @property
    def name(self) -> str:
        """``2026-11-25``, or ``2026-11`` for a month."""
        return self.first.isoformat() if self.kind is Kind.DAY else f"{self.first:%Y-%m}"


def period_in_words(about: Reported) -> str:
    """``mercredi 25 novembre 2026``, or ``novembre 2026``."""
    if about.kind is Kind.DAY:
        return f"{DAYS[about.first.weekday()]} {day_in_words(about.first)}"
    return f"{MONTHS[about.first.month - 1]} {about.first.year}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS).astimezone(UTC)
