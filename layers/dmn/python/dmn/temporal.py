"""Dates, times and durations of FEEL (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8).

Own types, because Python's stop at the year 9999 and at microseconds, and know neither a duration in months nor a
time that has a named zone. `to_python` hands out the standard library's types wherever they can hold the value.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from dmn.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable

type Value = Any  # a value whose kind the caller has checked

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MAX_YEAR = 999_999_999
_EPOCH_SHIFT = 719468  # days from 0000-03-01 to 1970-01-01
_CYCLE_YEARS = 400  # the Gregorian calendar repeats
_MAX_OFFSET = 18 * 3600
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
        """Days since 1970-01-01 (Hinnant's days_from_civil)."""
        year = self.year - (self.month <= _FEBRUARY)
        era, year_of_era = divmod(year, _CYCLE_YEARS)
        day_of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - _EPOCH_SHIFT

    @classmethod
    def of_epoch_day(cls, days: int) -> Date:
        era, day_of_era = divmod(days + _EPOCH_SHIFT, 146097)
        year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
        day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
        shifted = (5 * day_of_year + 2) // 153
        month = (shifted + 2) % 12 + 1
        year = year_of_era + era * _CYCLE_YEARS + (month <= _FEBRUARY)
        return cls.checked(year, month, day_of_year - (153 * shifted + 2) // 5 + 1)

    @classmethod
    def checked(cls, year: int, month: int, day: int) -> Date:
        if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):  # noqa: PLR2004
            raise InvalidError(f"there is no date {year}-{month}-{day}", "argument")
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
    """A time of day in nanoseconds, local or with an offset (seconds) or a named zone."""

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
        """Seconds east of UTC; a zone without a date answers its offset of 1 January 2000."""
        return self.offset if self.zone is None else zone_offset(self.zone, Date(2000, 1, 1), 0)

    def __str__(self) -> str:
        fraction = self.nanoseconds % SECOND
        tail = f".{fraction:09}".rstrip("0") if fraction else ""
        return f"{self.hour:02}:{self.minute:02}:{self.second:02}{tail}{_print_zone(self)}"


class DateTime(NamedTuple):
    """A date and a time; the zone is the time's."""

    date: Date
    time: Time

    @property
    def utc_offset(self) -> int | None:
        time = self.time
        return time.offset if time.zone is None else zone_offset(time.zone, self.date, time.nanoseconds)

    @property
    def local(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 on the wall clock."""
        return self.date.epoch_day * DAY + self.time.nanoseconds

    @property
    def instant(self) -> int:
        """Nanoseconds since the epoch; a local value counts as UTC."""
        return self.local - (self.utc_offset or 0) * SECOND

    def plus(self, nanoseconds: int) -> DateTime:
        days, rest = divmod(self.local + nanoseconds, DAY)
        return DateTime(Date.of_epoch_day(days), self.time._replace(nanoseconds=rest))

    def plus_months(self, months: int) -> DateTime:
        return DateTime(self.date.plus_months(months), self.time)

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

_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][\w/+-]*)?"
_TIME = rf"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d+))?{_ZONE}"
_DATE = r"(?P<year>-?(?:[1-9]\d{4,8}|\d{4}))-(?P<month>\d\d)-(?P<day>\d\d)"


@functools.cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


def parse_date(text: str) -> Date:
    found = _pattern(_DATE).fullmatch(text)
    if not found:
        raise InvalidError(f"'{text:.60}' is not a date (YYYY-MM-DD)", "argument")
    return Date.checked(int(found["year"]), int(found["month"]), int(found["day"]))


def parse_time(text: str) -> Time:
    found = _pattern(_TIME).fullmatch(text.removeprefix("T"))
    if not found:
        raise InvalidError(f"'{text:.60}' is not a time (hh:mm:ss)", "argument")
    return _read_time(found)


def parse_date_time(text: str) -> DateTime:
    """Parse an ISO date and time; a date alone is its midnight."""
    found = _pattern(f"{_DATE}T{_TIME}").fullmatch(text)
    if not found:
        if "T" in text:
            raise InvalidError(f"'{text:.60}' is not a date and time (YYYY-MM-DDThh:mm:ss)", "argument")
        return DateTime(parse_date(text), Time(0))
    time = _read_time(found)
    date = Date.checked(int(found["year"]), int(found["month"]), int(found["day"]))
    if found["hour"] == "24":
        date = Date.of_epoch_day(date.epoch_day + 1)
    return DateTime(date, time)


_DURATION = (
    r"(?P<sign>-?)P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?P<clock>T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.(?P<fraction>\d+))?S)?)?"
)
_MAX_DURATION_DIGITS = 18


def parse_duration(text: str) -> Months | Span:
    """Parse an ISO duration: years and months, or days and time, never both (10.3.4.1)."""
    found = _pattern(_DURATION).fullmatch(text)
    if not found or text.endswith(("P", "T")) or max(map(len, re.findall(r"\d+", text))) > _MAX_DURATION_DIGITS:
        raise InvalidError(f"'{text:.60}' is not a duration", "argument")
    sign = -1 if found["sign"] else 1
    calendar = found["years"] or found["months"]
    if calendar and (found["days"] or found["clock"]):
        raise InvalidError(f"'{text}' mixes months with days, which no FEEL duration does", "argument")
    if calendar:
        return Months(sign * (int(found["years"] or 0) * 12 + int(found["months"] or 0)))
    fraction = int((found["fraction"] or "0").ljust(9, "0")[:9])
    clock = int(found["hours"] or 0) * HOUR + int(found["minutes"] or 0) * MINUTE + int(found["seconds"] or 0) * SECOND
    return Span(sign * (int(found["days"] or 0) * DAY + clock + fraction))


def _read_time(found: re.Match[str]) -> Time:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"])
    nanos = int((found["fraction"] or "0").ljust(9, "0")[:9])
    if (hour, minute, second, nanos) == (24, 0, 0, 0):
        hour = 0
    zone = found["zone"] or ""
    if zone.startswith("@"):
        return make_time(hour, minute, second, nanos, zone=zone[1:])
    return make_time(hour, minute, second, nanos, offset=_read_offset(zone) if zone else None)


def _read_offset(text: str) -> int:
    if text == "Z":
        return 0
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if minutes >= 60 or (seconds and seconds[0] >= 60):  # noqa: PLR2004
        raise InvalidError(f"there is no offset {text}", "argument")
    total = hours * 3600 + minutes * 60 + (seconds[0] if seconds else 0)
    return -total if text[0] == "-" else total


def make_time(  # noqa: PLR0913 - the parts of a time
    hour: int, minute: int, second: int, nanos: int = 0, *, offset: int | None = None, zone: str | None = None
) -> Time:
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):  # noqa: PLR2004
        raise InvalidError(f"there is no time {hour:02}:{minute:02}:{second:02}", "argument")
    if offset is not None and abs(offset) > _MAX_OFFSET:
        raise InvalidError(f"an offset of {offset} s is beyond 18 hours", "argument")
    if zone is not None:
        _zone_info(zone)
    return Time(hour * HOUR + minute * MINUTE + second * SECOND + nanos, offset, zone)


@functools.cache
def _zone_info(name: str) -> dt.tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - it costs 5 ms, and most models name no zone

    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise InvalidError(f"there is no time zone '{name:.60}'", "argument") from None


def zone_offset(zone: str, date: Date, nanoseconds: int) -> int:
    """Seconds east of UTC in a zone at a local date and time; far years are read from the calendar's cycle."""
    year = date.year if dt.MINYEAR < date.year < dt.MAXYEAR else 2000 + date.year % _CYCLE_YEARS
    at = dt.datetime(year, date.month, date.day, tzinfo=_zone_info(zone)) + dt.timedelta(
        microseconds=nanoseconds // 1000
    )
    offset = at.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _print_zone(time: Time) -> str:
    if time.zone is not None:
        return f"@{time.zone}"
    if time.offset is None:
        return ""
    if time.offset == 0:
        return "Z"
    hours, rest = divmod(abs(time.offset), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{'-' if time.offset < 0 else '+'}{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def to_python(value: Temporal) -> dt.date | dt.time | dt.timedelta | Temporal:
    """Hand out the standard library's type where it holds the value exactly, else the value itself."""
    if isinstance(value, Span):
        micros, rest = divmod(value.nanoseconds, 1000)
        fits = rest == 0 and abs(micros) < 86_400_000_000 * 999_999_999
        return dt.timedelta(microseconds=micros) if fits else value
    if isinstance(value, Months):
        return value
    date = value.date if isinstance(value, DateTime) else value
    if isinstance(date, Date) and not dt.MINYEAR <= date.year <= dt.MAXYEAR:
        return value
    if isinstance(value, Date):
        return dt.date(value.year, value.month, value.day)
    time = value.time if isinstance(value, DateTime) else value
    micros, rest = divmod(time.nanoseconds % SECOND, 1000)
    if rest:
        return value
    zone: dt.tzinfo | None = None
    if time.zone is not None:
        zone = _zone_info(time.zone)
    elif time.offset is not None:
        zone = dt.timezone(dt.timedelta(seconds=time.offset))
    clock = dt.time(time.hour, time.minute, time.second, micros, zone)
    if isinstance(date, Date):
        return dt.datetime.combine(dt.date(date.year, date.month, date.day), clock)
    return clock


def from_python(value: dt.date | dt.time | dt.timedelta) -> Temporal:
    """Take a value of the standard library in; a subclass of `tzinfo` without a key counts by its offset."""
    if isinstance(value, dt.timedelta):
        return Span((value.days * 86400 + value.seconds) * SECOND + value.microseconds * 1000)
    if isinstance(value, dt.datetime):
        return DateTime(Date(value.year, value.month, value.day), _from_clock(value))
    if isinstance(value, dt.date):
        return Date(value.year, value.month, value.day)
    return _from_clock(value)


def _from_clock(value: dt.datetime | dt.time) -> Time:
    nanos = value.hour * HOUR + value.minute * MINUTE + value.second * SECOND + value.microsecond * 1000
    key = getattr(value.tzinfo, "key", None)
    if isinstance(key, str):
        return Time(nanos, None, key)
    offset = value.utcoffset()
    return Time(nanos, None if offset is None else int(offset.total_seconds()))


def read_property(value: Temporal, name: str) -> object:
    """Answer a property of a temporal value (DMN 1.5, table 65), as int, Span, Months, str or None.

    Raises
    ------
    InvalidError
        The value has no such property.
    """
    reader = _PROPERTIES.get((type(value), name))
    if reader is None:
        raise InvalidError(f"a {kind_of(value)} has no property '{name}'", "unknown-name")
    return reader(value)


def kind_of(value: Temporal) -> str:
    return _KINDS[type(value)]


_KINDS: dict[type, str] = {
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    Months: "years and months duration",
    Span: "days and time duration",
}


def _toward_zero(value: int, unit: int, modulus: int | None = None) -> int:
    whole = abs(value) // unit if modulus is None else abs(value) // unit % modulus
    return -whole if value < 0 else whole


def _offset_span(value: Time | DateTime) -> Span | None:
    offset = value.utc_offset
    return None if offset is None else Span(offset * SECOND)


def _date_properties(of: type, date: Callable[[Value], Date]) -> dict[tuple[type, str], Callable[[Value], object]]:
    return {
        (of, "year"): lambda value: date(value).year,
        (of, "month"): lambda value: date(value).month,
        (of, "day"): lambda value: date(value).day,
        (of, "weekday"): lambda value: date(value).weekday,
    }


def _time_properties(of: type, time: Callable[[Value], Time]) -> dict[tuple[type, str], Callable[[Value], object]]:
    return {
        (of, "hour"): lambda value: time(value).hour,
        (of, "minute"): lambda value: time(value).minute,
        (of, "second"): lambda value: time(value).second,
        (of, "time offset"): _offset_span,
        (of, "timezone"): lambda value: time(value).zone or (_print_zone(time(value)) or None),
    }


_PROPERTIES: dict[tuple[type, str], Callable[[Value], object]] = {
    **_date_properties(Date, lambda value: value),
    **_date_properties(DateTime, lambda value: value.date),
    **_time_properties(DateTime, lambda value: value.time),
    **_time_properties(Time, lambda value: value),
    (Months, "years"): lambda value: _toward_zero(value.months, 12),
    (Months, "months"): lambda value: _toward_zero(value.months, 1, 12),
    (Span, "days"): lambda value: _toward_zero(value.nanoseconds, DAY),
    (Span, "hours"): lambda value: _toward_zero(value.nanoseconds, HOUR, 24),
    (Span, "minutes"): lambda value: _toward_zero(value.nanoseconds, MINUTE, 60),
    (Span, "seconds"): lambda value: _toward_zero(value.nanoseconds, SECOND, 60),
}
PROPERTY_NAMES = frozenset(name for _, name in _PROPERTIES)


def zone_offset_at(zone: str, utc: DateTime) -> int:
    """Seconds east of UTC in a zone at an instant."""
    date = utc.date
    year = date.year if dt.MINYEAR < date.year < dt.MAXYEAR else 2000 + date.year % _CYCLE_YEARS
    moment = dt.datetime(year, date.month, date.day, tzinfo=dt.UTC) + dt.timedelta(
        microseconds=utc.time.nanoseconds // 1000
    )
    offset = moment.astimezone(_zone_info(zone)).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
