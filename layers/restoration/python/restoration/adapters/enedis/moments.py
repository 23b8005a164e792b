"""Enedis' dates and moments, as its services and its flows write them."""

import re
from datetime import UTC, datetime

from restoration.clock import PARIS, is_plausible

_DATE_WITH_ZONE = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?P<zone>Z|[+-]\d{2}:\d{2})?", re.ASCII)


def read_moment(text: str) -> datetime | None:
    """Read a date or a moment, in UTC; without a zone it is Paris time.

    Returns None for a text that is neither, and for the null dates that Enedis writes (``0001-01-01``, ``9999-12-31``):
    a case's date is never worth a failed read.
    """
    plain = _DATE_WITH_ZONE.fullmatch(text)
    try:
        moment = datetime.fromisoformat(f"{plain['date']}T00:00{plain['zone'] or ''}" if plain else text)
    except ValueError:
        return None
    if not is_plausible(moment.date()):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)
