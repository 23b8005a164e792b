"""The notice to the social services (services sociaux) about a reduction that lasts.

Source: décret 2008-780, art. 6: a reduction that is held for five days is told to them on the first working day after.
"""

from datetime import date, datetime, timedelta

from restoration.clock import paris_date
from restoration.domain.deadlines import add_working_days

HELD = timedelta(days=5)


def notice_due_on(limited_since: datetime, department: str | None = None) -> date:
    """The day on which the social services have to be told, unless power comes back before."""
    return add_working_days(paris_date(limited_since) + HELD, 1, department)
