"""What the channels keep of one case, and what somebody sees of it: on the page, at the desk and by the API.

That is what was done, and the advisors' work: what waits for a person, since when, and who has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from record.cases.standing import Standing
from record.domain.kept import Kept, Moment
from restoration.clock import PARIS, from_text, paris_date, to_text
from restoration.contracts.received_details import AdvisorDecision
from restoration.contracts.visits import VisitReply
from restoration.domain.deadlines import END_OF_WORKING_DAY, add_working_days
from restoration.domain.point import Visit

SET_ASIDE_DAYS = 3
"""Working days for which a question may be set aside at most."""


class WorkKind(StrEnum):
    """The reasons why a person is needed; a question of the process is decided, the rest is done."""

    QUESTION = "QUESTION", "AdvisorDecisionRequested"
    LEFT_TO_ADVISOR = "LEFT_TO_ADVISOR", "RestorationLeftToAdvisor"
    CARRIED_OUT_AFTER_CANCELLATION = "CARRIED_OUT_AFTER_CANCELLATION", "CancelledLimitationCarriedOut"
    PAYMENT_REVERSED = "PAYMENT_REVERSED", "RestoredPaymentReversed"
    PLAN_BROKEN = "PLAN_BROKEN", "RestoredPlanBroken"
    REVIEW = "REVIEW", "ReviewAsked"
    POWER_MISSING = "POWER_MISSING", "PowerMissing"
    PLAN = "PLAN", "PlanAsked"
    DISPUTE = "DISPUTE", "DebtDisputed"
    PROTECTION = "PROTECTION", "ProtectionClaimed"
    DECLARATION = "DECLARATION", "PaymentDeclared"

    def __new__(cls, value: str, event: str = "") -> Self:
        kind = str.__new__(cls, value)
        kind._value_, kind.event = value, event
        return kind

    event: str


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


KEPT_FOR = timedelta(days=430)
"""As long as the register keeps a closed limitation."""
DRAFTS_KEPT_FOR = timedelta(days=3)
KEPT = ("paiement", "echeancier", "contestation", "personne")
"""The acts whose forms stay with the case half-filled: they have no health fact, and no name."""
VISIT = "VISIT"
"""The name under which a visit's slots are kept."""


@dataclass(frozen=True, slots=True)
class Act(Kept):
    """What somebody did: ``key`` is of the form that they sent, ``content`` what they filled in.

    Of missing power, ``shown`` is what Enedis showed then (:class:`~restoration.contracts.visits.PowerShown`).
    """

    key: str
    kind: str
    at: Moment
    channel: str
    role: str
    by: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)

    def repeats(self, other: Self) -> bool:
        """Whether both are one form that was sent twice; the rules may say another thing of it by then."""
        of_rules = {"person": "", "paused": ""}
        mine, theirs = ((each.kind, each.role, each.by, {**each.content, **of_rules}) for each in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class OfCase:
    """The acts, oldest first, the work, and by name what is kept for a while: half-filled forms, a visit's slots."""

    acts: Sequence[Act]
    work: Sequence[Work]
    for_a_while: Mapping[str, Mapping[str, Any]]

    def lasting(self, name: str, now: datetime) -> Mapping[str, Any] | None:
        """What is kept for a while under a name; None once its time is over."""
        return if_kept(self.for_a_while.get(name), now)

    def half_filled(self, now: datetime) -> Mapping[str, Mapping[str, str]]:
        """What was typed, by the act of the form, which customer and advisors share: the newest that was begun."""
        return {act: kept["fields"] for act in KEPT if (kept := self.lasting(draft_of(act), now))}

    def slots(self, now: datetime) -> VisitReply | None:
        """A visit's slots that somebody asked for a moment ago; None where nobody did. Enedis is not asked."""
        kept = self.lasting(VISIT, now)
        return VisitReply.model_validate_json(kept["reply"]) if kept else None

    def agreed_visit(self, now: datetime) -> Visit | None:
        """The newest appointment that was agreed with Enedis; None once its day is over."""
        visits = [Visit.read(each.content["visit"]) for each in self.acts if each.kind == "VisitAgreed"]
        return visits[-1] if visits and visits[-1].on >= paris_date(now) else None

    def work_of(self, work_id: str) -> Work | None:
        return next((each for each in self.work if each.id == work_id), None)

    def shown(self, hidden_acts: frozenset[str], *, health: bool) -> Self:
        """With the work that is open, and the acts, of which somebody learns who may see health facts, or may not.

        Of appointments one counts; the others have another kind.
        """
        counts = {each.kind: each.content for each in self.acts}.get("VisitAgreed")
        hidden = {each.id for each in self.work if each.health and not health}
        kinds = hidden_acts if health else hidden_acts | {"ProtectionClaimed"}
        acts = [it for it in self.acts if it.kind not in kinds and it.content.get("work") not in hidden]
        replaced = {it.key for it in acts if it.kind == "VisitAgreed" and it.content != counts}
        return replace(
            self,
            work=[each for each in self.work if not each.done and each.id not in hidden],
            acts=[replace(it, kind="VisitReplaced") if it.key in replaced else it for it in acts],
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """A case at a moment: where it stands, the sentence, and what is kept of it that its reader may see."""

    standing: Standing
    said: str
    at: datetime
    case: OfCase


def draft_of(act: str) -> str:
    """The name under which the half-filled form of an act is kept."""
    return f"DRAFT#{act}"


def if_kept(found: Mapping[str, Any] | None, now: datetime) -> Mapping[str, Any] | None:
    """What is kept for a while; None where there is nothing, or its time is over."""
    return found if found and from_text(str(found["until"])) > now else None
