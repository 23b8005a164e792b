"""The claim of one execution on a limitation, with the triggers that came meanwhile.

Many executions may be started for one limitation. One holds it; the others leave a mark (they join) and end
(``domain/claimant.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from restoration.domain.ground import Ground
from restoration.domain.limitation import OPEN_STATUSES, LimitationStatus, Trigger
from restoration.domain.order import OpenOrder
from restoration.domain.payment import RETURNED, PaymentStatus
from restoration.domain.social_notice import SocialNotice
from restoration.domain.switch import Mode


class HolderStatus(StrEnum):
    """The status, by Step Functions, of the execution that holds a limitation."""

    ALIVE = "ALIVE"
    """It runs, or is about to be redriven."""
    ENDED = "ENDED"
    UNKNOWN = "UNKNOWN"
    """Step Functions does not know it: forgotten after 90 days, or not yet visible."""


@dataclass(frozen=True, slots=True)
class AdvisorWord:
    """An advisor's newest decision. ``count`` is the trigger count that it came with: later triggers have more."""

    id: str
    decision: str
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the advisors that is still open."""

    number: int
    reason: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """The end of a claim, kept with the limitation until its events are published, and after.

    It is written together with the end itself, so an execution that finds it unpublished can make all its events. The
    ``ground`` is that of a restoration; ``rejected``: whether the last look saw a returned payment. The
    ``returned_payments`` and ``broken_plans`` may have come after that look.
    """

    execution: str
    generation: int
    mode: Mode
    outcome: str
    reason: str = ""
    reference: str | None = None
    floor_kva: Decimal | None = None
    balance: Decimal | None = None
    paid: bool = False
    rejected: bool = False
    ground: Ground | None = None
    communicating_meter: bool | None = None
    returned_payments: frozenset[str] = frozenset()
    broken_plans: frozenset[str] = frozenset()
    advisor_word: str | None = None
    question: Question | None = None
    published: bool = False

    def is_of(self, execution: str, generation: int | None) -> bool:
        return self.execution == execution and generation in {None, self.generation}


@dataclass(frozen=True, slots=True)
class DeadHolder:
    """An execution that ended without letting go, its status by Step Functions, and its mode."""

    execution: str
    status: HolderStatus
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A limitation's item as far as executions act on it.

    Parameters
    ----------
    generation
        Grows with each claim and take-over: an earlier holder acts no more.
    settled_count
        The trigger count when it was last let go: an older advisor's decision was about an earlier claim.
    trigger_count
        Grows with each trigger that comes.
    reversal_count
        The trigger count that the newest returned payment came with.
    flow_count
        The trigger count that the newest difference in Enedis' daily flow came with.
    triggers
        The triggers that the claim has to take into account, as ``type|id``: billing may show a payment late.
    asked_for
        The reason of the last question to the advisors, open or not.
    last_outcome
        The outcome of the last claim that let the limitation go.
    taken_over_from
        The dead execution that its holder took it over from.
    limited_since
        The moment when Enedis reduced the power, as far as billing reported it.
    social_notice
        The notice to the social services that was given about it.
    """

    limitation_id: str
    contract_id: str
    point_id: str
    status: LimitationStatus
    limited_power_kva: Decimal
    holder: str | None = None
    generation: int = 0
    mode: Mode | None = None
    claimed_at: datetime | None = None
    settled_count: int = 0
    trigger_count: int = 0
    reversal_count: int = 0
    flow_count: int = 0
    waiting_token: str | None = None
    triggers: frozenset[str] = field(default_factory=frozenset)
    word: AdvisorWord | None = None
    question: Question | None = None
    open_order: OpenOrder | None = None
    order_ordinal: int = 0
    settlement: Settlement | None = None
    asked_for: str | None = None
    last_outcome: str | None = None
    taken_over_from: DeadHolder | None = None
    registered_at: datetime | None = None
    closed_at: datetime | None = None
    limited_since: datetime | None = None
    social_notice: SocialNotice | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    def is_held_by(self, execution: str, generation: int | None) -> bool:
        """Whether an execution may act on it; without a generation, whether it holds it at all."""
        return self.holder == execution and generation in {None, self.generation}

    @property
    def paid(self) -> bool:
        """Whether a payment is among the triggers."""
        return any(trigger.startswith("PaymentReceived|") for trigger in self.triggers)

    @property
    def expected_payments(self) -> dict[str, PaymentStatus]:
        """The payments that events announced, each with its furthest status: billing's read side may lag behind."""
        found: dict[str, PaymentStatus] = {}
        for trigger in self.triggers:
            kind, _, name = trigger.partition("|")
            payment_id, _, stated = name.rpartition(":")
            status = _STATUS_BY_RESULT.get(kind) or _status(stated)
            if payment_id and status and (payment_id not in found or status.is_at_least(found[payment_id])):
                found[payment_id] = status
        return found

    @property
    def returned_payments(self) -> frozenset[str]:
        """The payments that came back, as far as the triggers say so."""
        return frozenset(name for name, status in self.expected_payments.items() if status in RETURNED)

    @property
    def broken_plans(self) -> frozenset[str]:
        """The payment plans that were broken, as far as the triggers say so."""
        return frozenset(name.removesuffix(f":{PLAN_BROKEN}") for name in self._named(PLAN_BROKEN))

    def payments_lost_to(self, seen: int) -> frozenset[str]:
        """The payments that came back, of which a look that knew ``seen`` triggers may have counted one.

        What came after the look, it did not know. What came before it may have been missing in billing's response,
        unless the payment was cleared as well: the bank presented it again, and billing's response is right.
        """
        cleared = {name.removesuffix(":PaymentCleared") for name in self._named("PaymentCleared")}
        return self.returned_payments if self.reversal_count > seen else self.returned_payments - cleared

    def plans_lost_to(self, seen: int) -> frozenset[str]:
        """The plans that were broken, of which a look that knew ``seen`` triggers may have believed one.

        Where another plan was agreed, the look believed that one.
        """
        known = self.reversal_count <= seen
        agreed_anew = frozenset(self._named(PLAN_AGREED)) - self.broken_plans
        return frozenset() if known and agreed_anew else self.broken_plans

    def _named(self, kind: str) -> list[str]:
        """The ids of the triggers of a type."""
        return [trigger.partition("|")[2] for trigger in self.triggers if trigger.startswith(f"{kind}|")]

    def has_counted(self, trigger: Trigger) -> bool:
        """Whether a trigger was counted when it came: an advisor's decision is, before it wakes an execution."""
        word = self.word
        if word is None or (trigger.type, trigger.id) != ("AdvisorDecided", word.id):
            return False
        return word.count > self.settled_count

    @property
    def is_refused(self) -> bool:
        """Whether an advisor refused to restore, and nothing has come since."""
        return self.word is not None and self.word.decision == "REFUSE" and self.word.count >= self.trigger_count

    def advisor_decision(self, *, unanswered: bool) -> str:
        """The advisor's decision about this claim, or ``NO_ANSWER``, or ``NONE``.

        RESTORE and SEND_TECHNICIAN hold for the claim; REFUSE only until something else comes.
        """
        word = self.word
        if word and (word.count > self.settled_count or word_trigger(word) in self.triggers):
            return word.decision if word.decision != "REFUSE" or self.is_refused else "NONE"
        return "NO_ANSWER" if unanswered else "NONE"


_STATUS_BY_RESULT: Mapping[str, PaymentStatus] = {
    "PaymentCleared": PaymentStatus.CLEARED,
    "PaymentRejected": PaymentStatus.REJECTED,
}
PLAN_AGREED, PLAN_BROKEN = "PaymentPlanAgreed", "PaymentPlanBroken"
_KEPT_TRIGGERS = frozenset(
    {"PaymentReceived", "PaymentCleared", "PaymentRejected", "AdvisorDecided", PLAN_AGREED, PLAN_BROKEN}
)


def _status(stated: str) -> PaymentStatus | None:
    return PaymentStatus(stated) if stated in PaymentStatus else None


def word_trigger(word: AdvisorWord) -> str:
    """The kept form of the trigger with which an advisor's decision starts an execution."""
    return f"AdvisorDecided|{word.id}"


def kept_trigger(trigger: Trigger) -> str | None:
    """The form in which the claim keeps a trigger; None for one that it need not know by name."""
    return f"{trigger.type}|{trigger.id}" if trigger.type in _KEPT_TRIGGERS else None
