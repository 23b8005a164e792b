"""Reads temporal values from text (DMN 1.5, 10.3.4.1; XML Schema part 2, 3.3), and makes checked times."""

from __future__ import annotations

import functools
import re

from dmn.errors import InvalidError
from dmn.temporal.kinds import DAY, HOUR, MINUTE, SECOND, Date, DateTime, Months, Span, Time, zone_info

_MAX_OFFSET = 18 * 3600

_ZONE = r"(?P<zone>[Zz]|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][\w/+-]*)?"
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


def add_seconds(text: str) -> str:
    """Complete the time in a text that ends with its minutes."""
    return _pattern(r"((?:^|T)\d\d:\d\d)(?!\d|:)").sub(r"\1:00", text)


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
    r"(?P<clock>T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.(?P<fraction>\d*))?S)?)?"
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
    if text in ("Z", "z"):
        return 0
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if minutes >= 60 or (seconds and seconds[0] >= 60):  # noqa: PLR2004
        raise InvalidError(f"there is no offset {text}", "argument")
    total = hours * 3600 + minutes * 60 + (seconds[0] if seconds else 0)
    return -total if text[0] == "-" else total


def make_time(
    hour: int, minute: int, second: int, nanos: int, *, offset: int | None = None, zone: str | None = None
) -> Time:
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):  # noqa: PLR2004
        raise InvalidError(f"there is no time {hour:02}:{minute:02}:{second:02}", "argument")
    if offset is not None and abs(offset) > _MAX_OFFSET:
        raise InvalidError(f"an offset of {offset} s is beyond 18 hours", "argument")
    if zone is not None:
        zone_info(zone)
    return Time(hour * HOUR + minute * MINUTE + second * SECOND + nanos, offset, zone)
