"""The border between FEEL's temporal values and the standard library's, and the properties of the former."""

from __future__ import annotations

import datetime as dt
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from dmn.temporal.kinds import DAY, HOUR, MINUTE, SECOND, Date, DateTime, Months, Span, Temporal, Time, zone_info

if TYPE_CHECKING:
    from collections.abc import Callable

type Value = Any  # a value whose kind the caller has checked


def to_python(value: Temporal) -> dt.date | dt.time | dt.timedelta | Temporal:  # noqa: PLR0911 - a kind each
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
        zone = zone_info(time.zone)
    elif time.offset is not None:
        zone = dt.timezone(dt.timedelta(seconds=time.offset))
    second_time = time.zone is not None and time.offset is not None
    clock = dt.time(time.hour, time.minute, time.second, micros, zone, fold=int(second_time))
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
        offset = value.utcoffset() if value.fold else None
        repeated = offset is not None and offset != value.replace(fold=0).utcoffset()
        return Time(nanos, int(offset.total_seconds()) if offset is not None and repeated else None, key)
    offset = value.utcoffset()
    return Time(nanos, None if offset is None else int(offset.total_seconds()))


def _toward_zero(value: int, unit: int, modulus: int | None = None) -> int:
    whole = abs(value) // unit if modulus is None else abs(value) // unit % modulus
    return -whole if value < 0 else whole


def _offset_span(value: Time | DateTime) -> Span | None:
    offset = value.utc_offset
    return None if offset is None else Span(offset * SECOND)


_OF_DATE, _OF_TIME = ("year", "month", "day", "weekday"), ("hour", "minute", "second")
PROPERTIES: dict[tuple[type, str], Callable[[Value], object]] = {
    **{(Date, name): attrgetter(name) for name in _OF_DATE},
    **{(DateTime, name): attrgetter(f"date.{name}") for name in _OF_DATE},
    **{(DateTime, name): attrgetter(f"time.{name}") for name in _OF_TIME},
    **{(Time, name): attrgetter(name) for name in _OF_TIME},
    **dict.fromkeys(((Time, "time offset"), (DateTime, "time offset")), _offset_span),
    (Time, "timezone"): attrgetter("zone"),
    (DateTime, "timezone"): attrgetter("time.zone"),
    (Months, "years"): lambda value: _toward_zero(value.months, 12),
    (Months, "months"): lambda value: _toward_zero(value.months, 1, 12),
    (Span, "days"): lambda value: _toward_zero(value.nanoseconds, DAY),
    (Span, "hours"): lambda value: _toward_zero(value.nanoseconds, HOUR, 24),
    (Span, "minutes"): lambda value: _toward_zero(value.nanoseconds, MINUTE, 60),
    (Span, "seconds"): lambda value: _toward_zero(value.nanoseconds, SECOND, 60),
}
"""What reads each property, by the kind of its value and its name (DMN 1.5, table 65)."""
