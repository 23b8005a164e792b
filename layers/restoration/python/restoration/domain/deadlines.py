"""The deadlines of restorations.

Remote orders are due after elapsed hours, technicians' orders after working days of France: Monday to Friday,
Europe/Paris, without public holidays. Alsace-Moselle has two more of these: 26 December, and Good Friday, which we keep
in all of its communes although the law has it only where there is a Protestant church (code du travail, L3134-13).
The durations are parameters; Enedis publishes none as a guarantee for the restoration after a payment (docs/trade.md).
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

from restoration.clock import PARIS, paris_date
from restoration.domain.order import Intent

if TYPE_CHECKING:
    from holidays import HolidayBase

CHECKED_WITHIN = timedelta(minutes=30)
"""Within this time from a word of the customer's we promise to have looked at it; then we say that it takes longer."""
HELD = timedelta(days=5)
END_OF_WORKING_DAY = time(21, 0)
ALSACE_MOSELLE = frozenset({"57", "67", "68"})


@cache
def _public_holidays(region: str | None) -> "HolidayBase":
    # Most functions that load this module never ask for a holiday, and the library takes a tenth of a cold start.
    from holidays import country_holidays  # noqa: PLC0415

    return country_holidays("FR", subdiv=region)


def is_public_holiday(day: date, department: str | None = None) -> bool:
    """Whether ``day`` is a public holiday in a department of mainland France; an unknown one has those of most."""
    return day in _public_holidays("57" if department in ALSACE_MOSELLE else None)


def is_working_day(day: date, department: str | None = None) -> bool:
    """Whether technicians work on ``day`` in a department: Monday to Friday, not a public holiday there."""
    return day.weekday() < 5 and not is_public_holiday(day, department)  # noqa: PLR2004 - Saturday is 5


def add_working_days(day: date, count: int, department: str | None = None) -> date:
    """The ``count``-th working day after ``day`` in a department."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, department):
            count -= 1
    return day


def notice_due_on(limited_since: datetime, department: str | None = None) -> date:
    """The day by which the social services hear about a reduction that lasts, unless power comes back before.

    Source: décret 2008-780, art. 6: one that is held for five days is told to them on the first working day after.
    """
    return add_working_days(paris_date(limited_since) + HELD, 1, department)


def due_at(
    intent: Intent, accepted_at: datetime, department: str | None = None, *, remote: timedelta, technician_days: int
) -> datetime:
    """The moment, in UTC, by which an order accepted at ``accepted_at`` (aware) should be carried out."""
    if intent is not Intent.RESTORE_BY_TECHNICIAN:
        return accepted_at.astimezone(UTC) + remote
    last_day = add_working_days(accepted_at.astimezone(PARIS).date(), technician_days, department)
    return datetime.combine(last_day, END_OF_WORKING_DAY, tzinfo=PARIS).astimezone(UTC)
