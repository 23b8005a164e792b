"""Moments as they are typed: ``90m``, ``2h``, ``3d``, ``08:30`` (Paris, today or yesterday), or ISO 8601."""

import re
from datetime import datetime, time, timedelta

from ops.failures import WrongRequest
from record.formats import duration
from record.words import Language
from restoration.clock import PARIS, from_text

_AGO = re.compile(r"(?P<number>\d+)(?P<unit>[smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment_before(text: str, now: datetime) -> datetime:
    """The moment that a text names, at or before ``now``; one of the next 24 hours is ``now``, as for "until midnight".

    Raises
    ------
    WrongRequest
        When it is none of the forms, or lies further ahead.
    """
    try:
        if ago := _AGO.fullmatch(text):
            return now - timedelta(**{_UNITS[ago["unit"]]: int(ago["number"])})
        if re.fullmatch(r"\d{1,2}:\d{2}", text):
            hour, minute = map(int, text.split(":"))
            local = datetime.combine(now.astimezone(PARIS).date(), time(hour, minute), PARIS)
            return local if local <= now else local - timedelta(days=1)
        typed = from_text(text)
    except (ValueError, OverflowError):
        raise WrongRequest(f"{text!r} is no moment: write 90m, 2h, 3d, 08:30 (Paris) or 2026-11-26T08:30") from None
    typed = typed if typed.tzinfo else typed.replace(tzinfo=PARIS)
    if typed > now + timedelta(days=1):
        raise WrongRequest(f"{text} is still to come: write a moment that has been.")
    return min(typed, now)


def age(since: datetime, now: datetime) -> str:
    """How long ago something was."""
    return lasting(max(0.0, (now - since).total_seconds()))


def lasting(seconds: float) -> str:
    """A duration in words."""
    return duration(1000 * seconds, Language.ENGLISH)
