"""The advisors' list of work: what waits for a person, since when, and who has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from record.domain.kept import Kept, Moment
from restoration.clock import PARIS, to_text
from restoration.contracts.received_details import AdvisorDecision
from restoration.domain.deadlines import END_OF_WORKING_DAY, add_working_days

SET_ASIDE_DAYS = 3
"""Working days for which a question may be set aside at most."""


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
    DECLARATION = "DECLARATION"


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
    "PaymentDeclared": WorkKind.DECLARATION,
}
"""The events that may put work on the list."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A decision that the rules offer on a question: ``label`` and ``effect`` are business's French words."""

    decision: AdvisorDecision
    label: str
    effect: str


@dataclass(frozen=True, slots=True)
class Offer(Kept):
    """What may be decided on a question, the proposed first; ``proof``: who gives power back has seen a proof."""

    replies: Sequence[Reply] = ()
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Work(Kept):
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
        The subject of the advisor who has it, with their name, and since when they have had it.
    set_aside_until
        Until then nobody has to look at it.
    done
        How it ended; empty while it is open.
    health
        Whether it may say something of somebody's health: others than the group do not see it.
    offer
        What may be decided on a question; empty while the rules do not say.
    first
        Whether the customer had paid, or was protected, when it was asked.
    """

    id: str
    limitation_id: str
    kind: WorkKind
    asked_at: Moment
    due_by: Moment
    reason: str = ""
    number: int | None = None
    taken_by: str | None = None
    taken_name: str = ""
    taken_at: Moment | None = None
    set_aside_until: Moment | None = None
    done: str = ""
    health: bool = False
    offer: Offer = Offer()
    first: bool = False

    @property
    def place(self) -> str:
        """Its place on the list: paid and protected customers first, by the time that is left."""
        return f"{'0' if self.first else '1'} {to_text(self.due_by)} {self.limitation_id} {self.id}"

    def is_asleep(self, now: datetime) -> bool:
        return self.set_aside_until is not None and self.set_aside_until > now


class Whose(StrEnum):
    """The work that one wants to see; what is set aside is on a list of its own."""

    ALL = "ALL"
    MINE = "MINE"
    NOBODY = "NOBODY"
    ASIDE = "ASIDE"

    def has(self, work: Work, subject: str, now: datetime) -> bool:
        if work.is_asleep(now) or self is Whose.ASIDE:
            return work.is_asleep(now) and self is Whose.ASIDE
        return self is Whose.ALL or work.taken_by == (subject if self is Whose.MINE else None)


def end_of_working_day(moment: datetime, days: int) -> datetime:
    """The end of the so-many-th working day after a moment, in Paris."""
    last = add_working_days(moment.astimezone(PARIS).date(), days)
    return datetime.combine(last, END_OF_WORKING_DAY, tzinfo=PARIS)
