"""Dates, times and durations: conversion and calendar functions (DMN 1.5, 10.3.4.1, 10.3.4.7, 10.3.4.8)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from dmn.feel.library.numbers import as_integer, floor
from dmn.feel.library.registry import builtin
from dmn.feel.values import NUMBERS, Value, equals
from dmn.temporal import kinds, standard, texts
from dmn.temporal.kinds import SECOND, Date, DateTime, Months, Span, Time

MOMENTS = frozenset({"date", "time", "date and time", "duration"})  # functions of which each reads a text
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def parse_at_literal(text: str) -> Value:
    """Read the text of an at-literal: whichever temporal value it writes (rule 62). Raises InvalidError."""
    if text.startswith(("P", "-P")):
        return texts.parse_duration(text)
    clock, _, _ = text.partition("@")  # a zone may hold a T, as Asia/Tokyo does
    if "T" in clock.removeprefix("T"):
        return texts.parse_date_time(text)
    return texts.parse_time(text) if ":" in clock else texts.parse_date(text)


@builtin("date", "from: string|date|date and time")
def date(from_: str | Date | DateTime) -> Date:
    if isinstance(from_, str):
        return texts.parse_date(from_)
    return from_.date if isinstance(from_, DateTime) else from_


@builtin("date", "year: number, month: number, day: number")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> Date:
    return Date.checked(as_integer(year, "year"), as_integer(month, "month"), as_integer(day, "day"))


@builtin("time", "from: string|time|date and time|date")
def time(from_: str | Time | DateTime | Date) -> Time:
    if isinstance(from_, str):
        return texts.parse_time(from_)
    if isinstance(from_, DateTime):
        return from_.time
    return Time(0, 0) if isinstance(from_, Date) else from_


@builtin("time", "hour: number, minute: number, second: number, offset?: days and time duration?")
def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: Span | None = None) -> Time:
    whole = as_integer(floor(second), "second")
    nanos = int(NUMBERS.multiply(second - whole, Decimal(SECOND)))
    shift = None if offset is None else offset.nanoseconds // SECOND
    return texts.make_time(as_integer(hour, "hour"), as_integer(minute, "minute"), whole, nanos, offset=shift)


@builtin("date and time", "from: string|date and time|date")
def date_and_time(from_: str | DateTime | Date) -> DateTime:
    if isinstance(from_, str):
        return texts.parse_date_time(from_)
    return DateTime(from_, Time(0, 0)) if isinstance(from_, Date) else from_


@builtin("date and time", "date: date|date and time, time: time")
def date_and_time_of(day: Date | DateTime, clock: Time) -> DateTime:
    return DateTime(day.date if isinstance(day, DateTime) else day, clock)


@builtin("date and time", "date and time: date and time, timezone: string")
def date_and_time_in(moment: DateTime, timezone: str) -> DateTime:
    """Return the same instant on the clocks of another zone."""
    zone = texts.parse_time(f"00:00:00{timezone}" if timezone[:1] in "Z+-" else f"00:00:00@{timezone}")
    if moment.utc_offset is None:
        return DateTime(moment.date, zone._replace(nanoseconds=moment.time.nanoseconds))
    if zone.zone is not None:
        return DateTime.of_instant(moment.instant, zone.zone)
    return DateTime(moment.date, moment.time._replace(offset=zone.offset, zone=None)).plus(
        ((zone.offset or 0) - moment.utc_offset) * SECOND
    )


@builtin(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, "
    "offset?: days and time duration|string?",
)
def date_and_time_from_parts(*parts: Value) -> DateTime:
    hour, minute, second, offset = (*parts[3:], None)[:4]
    if not isinstance(offset, str):
        return DateTime(date_of(*parts[:3]), time_of(hour, minute, second, offset))
    texts.parse_time(f"00:00:00@{offset}")
    return DateTime(date_of(*parts[:3]), time_of(hour, minute, second)._replace(zone=offset))


@builtin("duration", "from: string|years and months duration|days and time duration")
def duration(from_: str | Months | Span) -> Months | Span:
    return texts.parse_duration(from_) if isinstance(from_, str) else from_


@builtin("years and months duration", "from: date|date and time, to: date|date and time")
def years_and_months_duration(start: Date | DateTime, end: Date | DateTime) -> Months:
    """Count the whole months between two dates; the time of day does not count."""
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return Months(months)


@builtin("now", "")
def now() -> DateTime:
    return standard.from_python(dt.datetime.now(dt.UTC))  # type: ignore[return-value] # a datetime gives a DateTime


@builtin("today", "")
def today() -> Date:
    return now().date


@builtin("day of year", "date: date|date and time")
def day_of_year(day: Date | DateTime) -> Decimal:
    when = date(day)
    return NUMBERS.create_decimal(when.epoch_day - Date(when.year, 1, 1).epoch_day + 1)


@builtin("day of week", "date: date|date and time")
def day_of_week(day: Date | DateTime) -> str:
    return _DAYS[date(day).weekday - 1]


@builtin("month of year", "date: date|date and time")
def month_of_year(day: Date | DateTime) -> str:
    return _MONTHS[date(day).month - 1]


@builtin("week of year", "date: date|date and time")
def week_of_year(day: Date | DateTime) -> Decimal:
    """Return the week by ISO 8601: week 1 holds the year's first Thursday."""
    when = date(day)
    thursday = Date.of_epoch_day(when.epoch_day + 4 - when.weekday)
    return NUMBERS.create_decimal((thursday.epoch_day - Date(thursday.year, 1, 1).epoch_day) // 7 + 1)


@builtin("last day of month", "date: date|date and time")
def last_day_of_month(day: Date | DateTime) -> Date:
    when = date(day)
    return when._replace(day=kinds.days_in_month(when.year, when.month))


@builtin("is", "value1: any, value2: any")
def is_(value1: Value, value2: Value) -> bool:
    """Tell whether two values are the same: temporal ones in each component, not only in instant.

    The zone is one: Paris and Berlin differ though their clocks agree, and so do a zone and an offset (table 75).
    """
    if type(value1) is not type(value2):
        return False
    return bool(value1 == value2) if isinstance(value1, (Time, DateTime)) else equals(value1, value2) is True
