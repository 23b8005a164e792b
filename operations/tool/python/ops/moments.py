"""Moments as they are typed: ``90m``, ``2h``, ``3d``, ``08:30`` (Paris, today or yesterday), or ISO 8601."""

import re
from datetime import datetime, time, timedelta

from ops.failures import WrongRequest
from restoration.clock import PARIS, from_text

_AGO = re.compile(r"(?P<number>\d+)(?P<unit>[smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment_before(text: str, now: datetime) -> datetime:
    """The moment that a text names, at or before ``now``.

    Raises
    ------
    WrongRequest
        When it is none of the forms.
    """
    if ago := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[ago["unit"]]: int(ago["number"])})
    if re.fullmatch(r"\d{1,2}:\d{2}", text):
        try:
            hour, minute = text.split(":")
            of_day = time(int(hour), int(minute))
        except ValueError:
            raise _unknown(text) from None
        local = datetime.combine(now.astimezone(PARIS).date(), of_day, PARIS)
        return local if local <= now else local - timedelta(days=1)
    try:
        typed = from_text(text)
    except ValueError:
        raise _unknown(text) from None
    return typed if typed.tzinfo else typed.replace(tzinfo=PARIS)


def age(since: datetime, now: datetime) -> str:
    """How long ago something was, in its largest unit: ``12 s``, ``47 min``, ``26 h``, ``9 d``."""
    seconds = max(0, int((now - since).total_seconds()))
    for unit, size, up_to in (("s", 1, 120), ("min", 60, 120 * 60), ("h", 3600, 72 * 3600)):
        if seconds < up_to:
            return f"{seconds // size} {unit}"
    return f"{seconds // 86400} d"


def lasting(seconds: float) -> str:
    """A duration in words: ``40 s``, ``12 min``, ``3 h 20 min``."""
    whole = round(seconds)
    if whole < 120:  # noqa: PLR2004 - two minutes
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 - two hours


def _unknown(text: str) -> WrongRequest:
    return WrongRequest(f"{text!r} is no moment: write 90m, 2h, 3d, 08:30 (Paris) or 2026-11-26T08:30")
