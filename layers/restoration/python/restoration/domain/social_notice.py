"""The notice to the social services (services sociaux) about a reduction that lasts.

Source: décret 2008-780, art. 6: a reduction that is held for five days is told to them on the first working day after.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from restoration.clock import paris_date
from restoration.domain.deadlines import add_working_days

HELD = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class SocialNotice:
    """The notice about a limitation, kept with it so that it is given once.

    Parameters
    ----------
    since
        The moment of the reduction that it is about: a limitation of a later season has a notice of its own.
    generation
        The claim's when the notice was first given: a repeat is the same event.
    """

    since: datetime
    generation: int
    published: bool = False


def notice_due_on(limited_since: datetime) -> date:
    """The day on which the social services have to be told, unless power comes back before."""
    return add_working_days(paris_date(limited_since) + HELD, 1)
