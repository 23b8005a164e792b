"""The one clock. All stored times are UTC; business days are those of Europe/Paris."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
"""A day outside is taken for a null date: no meter that we know of is older, and no plan reaches further."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def paris_date(moment: datetime) -> date:
    """The calendar day in Paris at an aware moment."""
    return moment.astimezone(PARIS).date()


def is_plausible(day: date) -> bool:
    """Whether a day can be a real one; partners write 0001-01-01 or 9999-12-31 where they have none."""
    return FIRST_DAY <= day <= LAST_DAY


def to_text(moment: datetime) -> str:
    """An aware moment as ISO-8601 UTC text with milliseconds, so that texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """The aware moment of an ISO-8601 text."""
    return datetime.fromisoformat(text)


def moment_of(milliseconds: int) -> datetime:
    """The aware moment of a number of milliseconds since 1970, as a state machine's ``$millis()`` counts them."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def milliseconds_of(moment: datetime) -> int:
    """The whole milliseconds from 1970 to an aware moment."""
    return (moment - moment_of(0)) // timedelta(milliseconds=1)
