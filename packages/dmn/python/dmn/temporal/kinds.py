"""Dates, times and durations of FEEL (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8).

Own types, because Python's stop at the year 9999 and at microseconds, and know neither a duration in months nor a
time that has a named zone. `texts` reads them; `standard` hands out the standard library's wherever those hold them.
"""

from __future__ import annotations

import datetime as dt
import functools
from typing import NamedTuple

from dmn.errors import InvalidError

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MAX_YEAR = 999_999_999
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097  # the Gregorian calendar repeats
_SECOND_CYCLE = dt.date(_CYCLE_YEARS, 1, 1).toordinal()
_EPOCH = dt.date(1970, 1, 1).toordinal() + _CYCLE_DAYS
_FEBRUARY = 2
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % _CYCLE_YEARS == 0)


def days_in_month(year: int, month: int) -> int:
    return 29 if month == _FEBRUARY and is_leap(year) else _MONTH_DAYS[month - 1]


class Date(NamedTuple):
    """A calendar date in the proleptic Gregorian calendar, any year within nine digits."""

    year: int
    month: int
    day: int

    @property
    def epoch_day(self) -> int:
        """Days since 1970-01-01, by the same day of the calendar's second cycle."""
        cycle, year = divmod(self.year, _CYCLE_YEARS)
        shown = dt.date(_CYCLE_YEARS + year, self.month, self.day)
        return cycle * _CYCLE_DAYS + shown.toordinal() - _EPOCH

    @classmethod
    def of_epoch_day(cls, days: int) -> Date:
        cycle, day = divmod(days + _EPOCH - _SECOND_CYCLE, _CYCLE_DAYS)
        shown = dt.date.fromordinal(_SECOND_CYCLE + day)
        return cls.checked(shown.year + (cycle - 1) * _CYCLE_YEARS, shown.month, shown.day)

    @classmethod
    def checked(cls, year: int, month: int, day: int) -> Date:
        if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):  # noqa: PLR2004
            raise InvalidError(f"there is no date {year:04}-{month:02}-{day:02}", "argument")
        return cls(year, month, day)

    def plus_months(self, months: int) -> Date:
        """Add months; a day past the end of the month becomes its last one."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Date.checked(year, month + 1, min(self.day, days_in_month(year, month + 1)))

    @property
    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return (self.epoch_day + 3) % 7 + 1

    def __str__(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04}-{self.month:02}-{self.day:02}"


class Time(NamedTuple):
    """A time of day in nanoseconds, local or with an offset (seconds) or a named zone.

    Both are there in the hour that a zone's clocks show twice: the offset says that it is the second time.
    """

    nanoseconds: int
    offset: int | None = None
    zone: str | None = None

    @property
    def hour(self) -> int:
        return self.nanoseconds // HOUR

    @property
    def minute(self) -> int:
        return self.nanoseconds % HOUR // MINUTE

    @property
    def second(self) -> int:
        return self.nanoseconds % MINUTE // SECOND

    @property
    def utc_offset(self) -> int | None:
        """Seconds east of UTC; a zone without a date has its offset of 1 January 2000."""
        if self.zone is None or self.offset is not None:
            return self.offset
        return zone_offset(self.zone, Date(2000, 1, 1), 0)

    @property
    def instant(self) -> int:
        """Nanoseconds since midnight in UTC; a local time counts as UTC."""
        return self.nanoseconds - (self.utc_offset or 0) * SECOND

    def __str__(self) -> str:
        fraction = self.nanoseconds % SECOND
        tail = f".{fraction:09}".rstrip("0") if fraction else ""
        return f"{self.hour:02}:{self.minute:02}:{self.second:02}{tail}{print_zone(self)}"


class DateTime(NamedTuple):
    """A date and a time; the zone is the time's."""

    date: Date
    time: Time

    @property
    def utc_offset(self) -> int | None:
        time = self.time
        if time.zone is None or time.offset is not None:
            return time.offset
        return zone_offset(time.zone, self.date, time.nanoseconds)

    @property
    def local(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 on the wall clock."""
        return self.date.epoch_day * DAY + self.time.nanoseconds

    @property
    def instant(self) -> int:
        """Nanoseconds since the epoch; a local value counts as UTC."""
        return self.local - (self.utc_offset or 0) * SECOND

    @classmethod
    def of_instant(cls, instant: int, zone: str) -> DateTime:
        """Show an instant, in nanoseconds since the epoch, on the clocks of a named zone."""
        days, rest = divmod(instant, DAY)
        offset = zone_offset(zone, Date.of_epoch_day(days), rest, dt.UTC)
        days, rest = divmod(instant + offset * SECOND, DAY)
        first = cls(Date.of_epoch_day(days), Time(rest, None, zone))
        return first if first.utc_offset == offset else cls(first.date, first.time._replace(offset=offset))

    def plus(self, nanoseconds: int) -> DateTime:
        """Add a duration of time, which passes at the same speed when a zone changes its clocks."""
        if self.time.zone is not None:
            return DateTime.of_instant(self.instant + nanoseconds, self.time.zone)
        days, rest = divmod(self.local + nanoseconds, DAY)
        return DateTime(Date.of_epoch_day(days), self.time._replace(nanoseconds=rest))

    def plus_months(self, months: int) -> DateTime:
        """Add months to the date; a time that the clocks leave out on that day moves on by what they leave out."""
        date, zone = self.date.plus_months(months), self.time.zone
        if zone is None:
            return DateTime(date, self.time)
        return DateTime.of_instant(DateTime(date, self.time._replace(offset=None)).instant, zone)

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


class Months(NamedTuple):
    """A years and months duration."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{text}"


class Span(NamedTuple):
    """A days and time duration, in nanoseconds."""

    nanoseconds: int

    def __str__(self) -> str:
        total = abs(self.nanoseconds)
        days, rest = divmod(total, DAY)
        hours, rest = divmod(rest, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        seconds, fraction = divmod(rest, SECOND)
        second_text = f"{seconds}" + (f".{fraction:09}".rstrip("0") if fraction else "")
        parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{second_text}S" if rest else ""]
        clock = "".join(parts)
        if not total:
            return "PT0S"
        day_text = f"{days}D" if days else ""
        return f"{'-' if self.nanoseconds < 0 else ''}P{day_text}{'T' + clock if clock else ''}"


type Temporal = Date | Time | DateTime | Months | Span


@functools.cache
def zone_info(name: str) -> dt.tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - it costs 5 ms, and most models name no zone

    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise InvalidError(f"there is no time zone '{name:.60}'", "argument") from None


def zone_offset(zone: str, date: Date, nanoseconds: int, clocks: dt.tzinfo | None = None) -> int:
    """Seconds east of UTC in a zone when its clocks, or those given, show a date and time.

    Far years are read from the calendar's cycle.
    """
    year = date.year if dt.MINYEAR < date.year < dt.MAXYEAR else 2000 + date.year % _CYCLE_YEARS
    shown = dt.datetime(year, date.month, date.day, tzinfo=clocks or zone_info(zone))
    at = shown + dt.timedelta(microseconds=nanoseconds // 1000)
    offset = at.astimezone(zone_info(zone)).utcoffset() if clocks else at.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def print_zone(time: Time) -> str:
    if time.zone is not None:
        return f"@{time.zone}"
    if time.offset is None:
        return ""
    if time.offset == 0:
        return "Z"
    hours, rest = divmod(abs(time.offset), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{'+' if time.offset > 0 else '-'}{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
