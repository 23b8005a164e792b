"""The advisors' list of work: what waits for a person, since when, and who has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from restoration.clock import PARIS
from restoration.domain.deadlines import END_OF_WORKING_DAY, add_working_days

SET_ASIDE_DAYS = 3
"""Working days for which a question may be set aside at most."""
REVIEW_DAYS = 2
"""Working days within which somebody looks at what a customer asked."""


class WorkKind(StrEnum):
    """The reasons why a person is needed; a question of the process is decided, the rest is done."""

    QUESTION = "QUESTION"
    LEFT_TO_ADVISOR = "LEFT_TO_ADVISOR"
    CARRIED_OUT_AFTER_CANCELLATION = "CARRIED_OUT_AFTER_CANCELLATION"
    PAYMENT_REVERSED = "PAYMENT_REVERSED"
    PLAN_BROKEN = "PLAN_BROKEN"
    REVIEW = "REVIEW"
    POWER_MISSING = "POWER_MISSING"
    PLAN = "PLAN"
    DISPUTE = "DISPUTE"
    PROTECTION = "PROTECTION"


OF_EVENT = {
    "AdvisorDecisionRequested": WorkKind.QUESTION,
    "RestorationLeftToAdvisor": WorkKind.LEFT_TO_ADVISOR,
    "CancelledLimitationCarriedOut": WorkKind.CARRIED_OUT_AFTER_CANCELLATION,
    "RestoredPaymentReversed": WorkKind.PAYMENT_REVERSED,
    "RestoredPlanBroken": WorkKind.PLAN_BROKEN,
    "ReviewAsked": WorkKind.REVIEW,
    "PowerMissing": WorkKind.POWER_MISSING,
    "PlanAsked": WorkKind.PLAN,
    "DebtDisputed": WorkKind.DISPUTE,
    "ProtectionClaimed": WorkKind.PROTECTION,
}
"""The events that put work on the list."""

WITHOUT_POWER = frozenset(
    {WorkKind.QUESTION, WorkKind.LEFT_TO_ADVISOR, WorkKind.CARRIED_OUT_AFTER_CANCELLATION, WorkKind.POWER_MISSING}
)
"""Kinds in which a customer may sit without power meanwhile."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing on the list.

    Parameters
    ----------
    id
        Of the event that asked for it: one that comes twice is one thing.
    due_by
        By when the customer was told that somebody looks.
    number
        Of the process' question.
    taken_by
        The subject of the advisor who has it, with their name.
    set_aside_until
        Until then nobody has to look at it.
    done
        How it ended; empty while it is open.
    """

    id: str
    limitation_id: str
    kind: WorkKind
    reason: str
    asked_at: datetime
    due_by: datetime
    number: int | None = None
    taken_by: str | None = None
    taken_name: str = ""
    set_aside_until: datetime | None = None
    done: str = ""

    def is_asleep(self, now: datetime) -> bool:
        return self.set_aside_until is not None and self.set_aside_until > now


def due_by(kind: WorkKind, asked_at: datetime, question_lasts: timedelta) -> datetime:
    """By when a person looks at it."""
    if kind is WorkKind.QUESTION:
        return asked_at + question_lasts
    return end_of_working_day(asked_at, REVIEW_DAYS)


def end_of_working_day(moment: datetime, days: int) -> datetime:
    """The end of the so-many-th working day after a moment, in Paris."""
    last = add_working_days(moment.astimezone(PARIS).date(), days)
    return datetime.combine(last, END_OF_WORKING_DAY, tzinfo=PARIS)
