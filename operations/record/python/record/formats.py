"""Numbers, durations and moments as people write them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from record.words import Language
from restoration.clock import PARIS
from restoration.domain.french import comma

NOTHING = "\N{EN DASH}"
"""Where there is no figure."""
THIN = "\N{NARROW NO-BREAK SPACE}"
SECOND, MINUTE, DAY = 1000, 60_000, 86_400_000
"""In milliseconds."""
MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


def number(value: float | Decimal, digits: int = 0) -> str:
    """A number with thin spaces between thousands."""
    return f"{value:,.{digits}f}".replace(",", THIN)


def counted(count: int, noun: str) -> str:
    """A number and its noun, in the plural from two on, as French has it."""
    return f"{count} {noun}{'s' if count > 1 else ''}"


def share(part: float, whole: float, language: Language = Language.FRENCH) -> str:
    """A part of a whole in percent; a dash where there is no whole."""
    if not whole:
        return NOTHING
    percent = 100 * part / whole
    text = f"{percent:.1f}" if 0 < percent < 10 else f"{percent:.0f}"  # noqa: PLR2004 - two figures are enough
    return f"{decimal(text, language)}{NO_BREAK}%"


def change(part: float) -> str:
    """A difference as a part of what it was, in percent with its sign; how many times as much from ten times on."""
    if part >= 9:  # noqa: PLR2004 - ten times as much: who reads +1,250 %?
        return f"\N{MULTIPLICATION SIGN}{number(part + 1)}"
    percent = round(100 * part)
    sign = "+" if percent > 0 else MINUS if percent < 0 else "±"
    return f"{sign}{number(abs(percent))}{NO_BREAK}%"


def decimal(text: str, language: Language) -> str:
    """A number's text with the language's decimal sign."""
    return comma(text) if language is Language.FRENCH else text


def duration(milliseconds: float | None, language: Language = Language.FRENCH) -> str:
    """A duration as people say it: 781 ms, 3 s, 14 min, 2 h, 2 h 05, 6 j."""
    if milliseconds is None:
        return NOTHING
    seconds, minutes = milliseconds / SECOND, round(milliseconds / MINUTE)
    if milliseconds < SECOND:
        text = f"{milliseconds:.0f}{NO_BREAK}ms"
    elif seconds < 9.95:  # noqa: PLR2004 - two figures are enough
        text = decimal(f"{seconds:.1f}", language) + f"{NO_BREAK}s"
    elif seconds < 99.5:  # noqa: PLR2004
        text = f"{seconds:.0f}{NO_BREAK}s"
    elif minutes < 100:  # noqa: PLR2004
        text = f"{minutes}{NO_BREAK}min"
    elif milliseconds < 2 * DAY:
        text = f"{minutes // 60}{NO_BREAK}h" + (f"{NO_BREAK}{minutes % 60:02d}" if minutes % 60 else "")
    else:
        text = f"{round(milliseconds / DAY)}{NO_BREAK}{'j' if language is Language.FRENCH else 'd'}"
    return text


def lasting(span: timedelta, language: Language = Language.FRENCH) -> str:
    """A span of time as people say it."""
    return duration(span.total_seconds() * 1000, language)


def clock_time(moment: datetime) -> str:
    """The time of day in Paris."""
    return f"{moment.astimezone(PARIS):%H:%M:%S}"


def day_of(moment: date, language: Language = Language.FRENCH) -> str:
    """A date, ``04/05/2026`` or ``4 May 2026``: in English the figures may be read the other way round."""
    return f"{moment:%d/%m/%Y}" if language is Language.FRENCH else f"{moment.day} {moment:%B %Y}"


def day_and_time(moment: datetime, language: Language = Language.FRENCH, now: datetime | None = None) -> str:
    """The day and time in Paris; with the year where it is not that of ``now``."""
    local, is_french = moment.astimezone(PARIS), language is Language.FRENCH
    if now is not None and local.year != now.astimezone(PARIS).year:
        return f"{local:%d/%m/%Y %H:%M}" if is_french else f"{local:%d %b %Y %H:%M}"
    return f"{local:%d/%m %H:%M}" if is_french else f"{local:%d %b %H:%M}"
