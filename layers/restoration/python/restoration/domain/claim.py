"""The claim of one execution on a limitation, with the facts that came meanwhile.

One execution holds a limitation; any other that was started for it ends with nothing to do (``domain/claimant.py``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter

from restoration.clock import paris_date
from restoration.domain.fact import PLAN_AGREED, PLAN_BROKEN, furthest, stated_plan, takes_ground
from restoration.domain.ground import Demand, Ground
from restoration.domain.limitation import LOOK_FIRST, POINT_RESTORED, REPORTS, Limitation, Trigger
from restoration.domain.order import OpenOrder
from restoration.domain.payment import RETURNED, PaymentStatus
from restoration.domain.question import Question
from restoration.domain.switch import Mode

WITH_ADVISORS = frozenset({"LEFT_TO_ADVISOR", "NO_ORDER"})
"""The outcomes with which a case is the advisors' own, without a question that runs out."""


def is_answer_overdue(since: datetime, now: datetime, term: timedelta) -> bool:
    """Whether the day has passed by which a customer, whose case went to the advisors, was told that one decides."""
    return paris_date(since + term) < paris_date(now)


class HolderStatus(StrEnum):
    """The status, by Step Functions, of the execution that holds a limitation."""

    ALIVE = "ALIVE"
    """It runs, or is about to be redriven."""
    ENDED = "ENDED"
    UNKNOWN = "UNKNOWN"
    """Step Functions does not know it: forgotten after 90 days, or not yet visible."""


@dataclass(frozen=True, slots=True)
class AdvisorWord:
    """An advisor's newest decision. ``count`` is its number among the facts: later ones have more."""

    id: str
    decision: str
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """The end of a claim, kept with the limitation until its events are published, and after.

    It is written together with the end itself, so an execution that finds it unpublished can make all its events, also
    where billing has reported another point or contract since. The mode, the point and the contract are the claim's.

    Parameters
    ----------
    reference
        The order that brought power back, if the execution knows one.
    counted
        Whether the last look saw a payment that counts, whenever it came.
    paid, rejected
        Whether one came since the limitation was last let go, and whether one was returned since: that is told.
    rejected_means
        The means of the payments that were returned.
    ground
        The ground on which the last look gave power back; None where it did not.
    demand
        What the last look asks of the customer.
    communicating_meter
        Whether Enedis showed a meter that is operated remotely; None when the point was not read.
    returned_payments, broken_plans
        They may have come after the last look.
    question
        The question to the advisors that was open.
    unclaimable, unclaimable_paid
        The part of the debt in euro that the law freezes, which nothing may ask for, and what was paid of it.
    """

    execution: str
    generation: int
    outcome: str
    reason: str = ""
    mode: Mode = Mode.SHADOW
    point_id: str = ""
    contract_id: str = ""
    reference: str | None = None
    floor_kva: Decimal | None = None
    balance: Decimal | None = None
    counted: bool = False
    paid: bool = False
    rejected: bool = False
    rejected_means: frozenset[str] = frozenset()
    ground: Ground | None = None
    demand: Demand | None = None
    communicating_meter: bool | None = None
    returned_payments: frozenset[str] = frozenset()
    broken_plans: frozenset[str] = frozenset()
    advisor_word: str | None = None
    question: Question | None = None
    unclaimable: Decimal = Decimal(0)
    unclaimable_paid: Decimal = Decimal(0)
    published: bool = False

    def is_of(self, execution: str, generation: int | None) -> bool:
        return self.execution == execution and generation in {None, self.generation}


@dataclass(frozen=True, slots=True)
class DeadHolder:
    """An execution that ended without letting go, its status by Step Functions, and its mode."""

    holder: str
    status: HolderStatus
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class Claim(Limitation):
    """A limitation with all that executions act on.

    Parameters
    ----------
    generation
        Grows with each claim and take-over: an earlier holder acts no more.
    seen
        The number of the newest fact that was known when it was last let go, or closed.
    trigger_count
        The number of the newest fact (*news*). It grows with each.
    unseen_since
        The moment of the first fact that was noted since an execution took charge of it last, or let it go.
    facts
        All facts that were noted about it, as ``type|id``, each with its number.
    digests
        The digests of their contents; empty where there is nothing to compare.
    noted_at
        The moments when they were noted.
    traces
        The X-Ray headers of the events that brought them, as far as there were any.
    decided_question
        The last question that an advisor decided.
    asked_for
        The reason of the last question to the advisors, open or not.
    last_outcome
        The outcome of the last claim that let the limitation go.
    taken_over_from
        The dead execution that its holder took it over from.
    told_since
        The moment of the reduction that the social services were told about last.
    left_since
        Since when the advisors have had the case: it was theirs at the end of each claim since.
    """

    holder: str | None = None
    generation: int = 0
    mode: Mode | None = None
    claimed_at: datetime | None = None
    seen: int = 0
    trigger_count: int = 0
    unseen_since: datetime | None = None
    facts: Mapping[str, int] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    noted_at: Mapping[str, datetime] = field(default_factory=dict)
    traces: Mapping[str, str] = field(default_factory=dict)
    waiting_token: str | None = None
    word: AdvisorWord | None = None
    question: Question | None = None
    decided_question: Question | None = None
    open_order: OpenOrder | None = None
    order_ordinal: int = 0
    settlement: Settlement | None = None
    asked_for: str | None = None
    last_outcome: str | None = None
    taken_over_from: DeadHolder | None = None
    told_since: datetime | None = None
    left_since: datetime | None = None

    @property
    def waits_for_advisors_since(self) -> datetime | None:
        """Since when the advisors have it, where they have it at the end of this claim, too."""
        is_of_before = self.left_since is None or self.left_since < self.registered_at
        return self.claimed_at if is_of_before else self.left_since

    @property
    def is_left_to_advisors(self) -> bool:
        """Whether its case is the advisors' own, so that they may decide at any time, whatever they were asked."""
        return self.holder is None and self.last_outcome in WITH_ADVISORS

    def may_have_asked(self, number: int, decided_at: datetime) -> bool:
        """Whether a decision may be on a question of this claim that is not noted yet: it is sent before that."""
        if self.holder is None or self.claimed_at is None or decided_at < self.claimed_at:
            return False
        last = self.question or self.decided_question
        return last is None or last.asked_at < self.claimed_at or last.number < number

    @property
    def ended_because(self) -> str:
        """Why the last claim let it go: the reason, else the outcome; empty before the first end."""
        return (self.settlement.reason or self.settlement.outcome) if self.settlement else ""

    @property
    def open_reference(self) -> str | None:
        """The reference of its open order."""
        return str(self.open_order.reference) if self.open_order else None

    @property
    def has_moved(self) -> bool:
        """Whether billing reports it at another point, or under another contract, than its open order is for."""
        order = self.open_order
        return order is not None and (order.point_id, order.contract_id) != (self.point_id, self.contract_id)

    def is_held_by(self, execution: str, generation: int | None) -> bool:
        """Whether an execution may act on it; without a generation, whether it holds it at all."""
        return self.holder == execution and generation in {None, self.generation}

    @property
    def triggers(self) -> Sequence[str]:
        """The facts that the claim has to take into account, in their order: those since it was last let go."""
        return [fact for fact, number in sorted(self.facts.items(), key=itemgetter(1)) if number > self.seen]

    @property
    def paid(self) -> bool:
        """Whether a payment is among the triggers, or may have come before the registration."""
        return any(trigger.startswith(("PaymentReceived|", "LimitationRegistered|")) for trigger in self.triggers)

    @property
    def expected_payments(self) -> dict[str, PaymentStatus]:
        """The payments that facts announced, each with its furthest status: billing's read side may lag behind.

        Of the bank's results for a payment the newest counts, by the bank's time: it may present one again.
        """
        return furthest(self.triggers)

    def stated_payments(self, since: datetime) -> dict[str, PaymentStatus]:
        """The payments that are expected, and those that an earlier claim knew to have come back since a moment.

        An announcement that comes late does not hide that its payment came back.
        """
        lately = (fact for fact, at in self.noted_at.items() if at >= since)
        stated = furthest({*self.triggers, *lately})
        expected = self.expected_payments
        return {name: status for name, status in stated.items() if name in expected or status in RETURNED}

    def announced_since(self, since: datetime) -> dict[str, str]:
        """The newest fact since a moment on each of plan, aid and protections: billing's read side may lag behind."""
        lately = (fact.partition("|")[0] for fact in self.triggers if self.noted_at.get(fact, since) >= since)
        return {_SUBJECTS[kind]: kind for kind in lately if kind in _SUBJECTS}

    @property
    def returned_payments(self) -> frozenset[str]:
        """The payments that came back, as far as the triggers say so, and were not presented again since."""
        return frozenset(name for name, status in self.expected_payments.items() if status in RETURNED)

    @property
    def broken_plans(self) -> frozenset[str]:
        """The payment plans that were broken, as far as the triggers say so, and were not resumed since."""
        return frozenset(name for name, is_broken in self._plans().items() if is_broken)

    def _plans(self) -> dict[str, bool]:
        """Whether each plan of the triggers is broken; billing may resume one under its own id: its newest fact says.

        Of one moment, the break counts.
        """
        stated = sorted((each for each in map(stated_plan, self.triggers) if each), key=itemgetter(1, 2))
        return {plan_id: is_broken for plan_id, _, is_broken in stated}

    def plans_lost_to(self, seen: int) -> frozenset[str]:
        """The plans that were broken, of which a look that knew ``seen`` facts may have believed one.

        Where a plan was agreed since, the look believed that one.
        """
        agreed_anew = not all(self._plans().values())
        return frozenset() if agreed_anew and not self.has_lost_since(seen) else self.broken_plans

    def has_seen(self, fact: str) -> bool:
        """Whether the look that let it go last knew a fact."""
        return 0 < self.facts.get(fact, 0) <= self.seen

    def contradicts(self, trigger: Trigger) -> bool:
        """Whether a fact was noted with other content than it comes with now."""
        known = self.digests.get(trigger.fact)
        return bool(known and trigger.digest and known != trigger.digest)

    def has_lost_since(self, seen: int) -> bool:
        """Whether a payment came back, or a plan was broken, after the fact of that number."""
        return any(takes_ground(fact) for fact in self._since(seen))

    def may_be_forbidden_since(self, seen: int) -> bool:
        """Whether a fact after that of a number may forbid what was allowed by then.

        Any other can only help: a paid customer's order does not wait for it.
        """
        is_refused = self.word is not None and self.word.count > seen and self.word.decision == "REFUSE"
        return is_refused or self.has_lost_since(seen) or self._has_come_since(seen, _MAY_FORBID)

    def is_point_doubted_since(self, seen: int) -> bool:
        """Whether a fact after that number says that the point may differ from what we know: it is to be read."""
        return self._has_come_since(seen, _DOUBTS)

    def was_reported_since(self, seen: int) -> bool:
        """Whether billing reported the limitation itself after the fact of that number."""
        return self._has_come_since(seen, REPORTS)

    def _has_come_since(self, seen: int, kinds: frozenset[str]) -> bool:
        return any(fact.partition("|")[0] in kinds for fact in self._since(seen))

    def _since(self, seen: int) -> Iterator[str]:
        return (fact for fact, number in self.facts.items() if number > seen)

    @property
    def is_refused(self) -> bool:
        """Whether an advisor refused to restore, and nothing has come since that asks for an execution."""
        if self.word is None or self.word.decision != "REFUSE":
            return False
        return all(fact.partition("|")[0] in LOOK_FIRST for fact in self._since(self.word.count))

    def advisor_decision(self, *, unanswered: bool) -> str:
        """The advisor's decision about this claim, or ``NO_ANSWER``, or ``NONE``.

        RESTORE and SEND_TECHNICIAN hold for the claim; REFUSE only until something else comes.
        """
        word = self.word
        if word and word.count > self.seen:
            return word.decision if word.decision != "REFUSE" or self.is_refused else "NONE"
        return "NO_ANSWER" if unanswered else "NONE"


_SUBJECTS = {
    **dict.fromkeys((PLAN_AGREED, PLAN_BROKEN), "plan"),
    **dict.fromkeys(("HousingAidFiled", "HousingAidGranted", "HousingAidRefused"), "housingAid"),
    "ProtectionGranted": "protections",
}
_DOUBTS = frozenset({"EnedisFlow", "PowerMissing", POINT_RESTORED})
_MAY_FORBID = frozenset({"HousingAidRefused", "EnedisFlow", POINT_RESTORED})
