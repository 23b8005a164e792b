"""The claim of one execution on a limitation, with the triggers that came meanwhile.

Many executions may be started for one limitation. One holds it; the others leave a mark (they join) and end. This
module judges from the limitation's item, the status of its holder and the trigger, and is pure: the conditional writes
are the adapter's. These rules hold whatever is lost or late (an invocation can outlive its task, and its write come
later):

- A claim is conditional on the generation that was read, a join on the holder and the generation. A conflict is raised
  as :class:`~restoration.errors.ClaimContended`; only the state machine tries again, with a fresh read.
- An execution that holds the limitation already gets its stored generation, and nothing is written.
- An execution that ended can still be found as the holder: it is taken over.
- A limitation that was closed, but whose events were not published: the execution that finds it publishes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from restoration.domain.campaign import CAMPAIGN_TRIGGER
from restoration.domain.ground import Ground
from restoration.domain.limitation import OPEN_STATUSES, LimitationStatus, Trigger
from restoration.domain.order import OpenOrder
from restoration.domain.payment import PaymentStatus
from restoration.domain.social_notice import SocialNotice
from restoration.errors import ClaimContended

FORGOTTEN_AFTER = timedelta(minutes=5)
"""A holder that Step Functions does not know may have been started a moment ago; when its claim is old, it is dead."""

_ROLLOUT_BUCKETS = 100


class Mode(StrEnum):
    """The positions of the switch: ``off`` claims nothing, ``shadow`` decides and orders nothing, ``on`` restores."""

    OFF = "off"
    SHADOW = "shadow"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Switch:
    """The switch that operators turn, with the share of limitations (in percent) that is live when it is on."""

    mode: Mode
    rollout_percent: int

    def mode_of(self, limitation_id: str) -> Mode:
        """The mode for one limitation: with ``on``, those whose hash falls beyond the share run in shadow."""
        if self.mode is Mode.ON and rollout_bucket(limitation_id) >= self.rollout_percent:
            return Mode.SHADOW
        return self.mode


def rollout_bucket(limitation_id: str) -> int:
    """The bucket of a limitation, from 0 to 99; always the same."""
    return int(sha256(limitation_id.encode()).hexdigest()[:6], 16) % _ROLLOUT_BUCKETS


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
    ``ground`` is that of a restoration; ``rejected``: whether the bank returned a payment.
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
NIGHTLY_CHECK = "NightlyCheck"
_NO_NEWS = frozenset({NIGHTLY_CHECK, CAMPAIGN_TRIGGER, "AdvisorDecided"})
_KEPT_TRIGGERS = frozenset({"PaymentReceived", "PaymentCleared", "PaymentRejected", "AdvisorDecided"})


def _status(stated: str) -> PaymentStatus | None:
    return PaymentStatus(stated) if stated in PaymentStatus else None


def word_trigger(word: AdvisorWord) -> str:
    """The kept form of the trigger with which an advisor's decision starts an execution."""
    return f"AdvisorDecided|{word.id}"


def kept_trigger(trigger: Trigger) -> str | None:
    """The form in which the claim keeps a trigger; None for one that it need not know by name."""
    return f"{trigger.type}|{trigger.id}" if trigger.type in _KEPT_TRIGGERS else None


# ── Judging a claim ──


class Standing(StrEnum):
    """The standing of an execution towards the limitation that it wants to act on."""

    CLAIMED = "CLAIMED"
    """It is this execution's now."""
    HELD = "HELD"
    """It is this execution's still."""
    UNPUBLISHED = "UNPUBLISHED"
    """It is settled, and not all was published."""
    CANCELLED = "CANCELLED"
    """It is this execution's, and billing cancelled the limitation."""
    CONTRACT_ENDED = "CONTRACT_ENDED"
    """It is this execution's, and the contract ended."""
    JOINED = "JOINED"
    """Another execution holds it, and knows of this trigger."""
    NOT_LIMITED = "NOT_LIMITED"
    SUPERSEDED = "SUPERSEDED"
    """Another execution took it over from this one."""
    OFF = "OFF"


@dataclass(frozen=True, slots=True)
class Claimant:
    """An execution that wants to act on a limitation, with its trigger.

    Parameters
    ----------
    generation
        The execution's own, when it looks again; None when it asks for the first time.
    seen
        The trigger count that its last look knew.
    """

    execution: str
    trigger: Trigger
    generation: int | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class WriteNothing:
    """Leave the claim as it is."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class LookUpHolder:
    """Look up first whether the holder is alive."""

    holder: str


@dataclass(frozen=True, slots=True)
class Take:
    """Claim it, or take it over from its dead holder."""


@dataclass(frozen=True, slots=True)
class Join:
    """Leave a mark for the holder."""


type Verdict = WriteNothing | LookUpHolder | Take | Join


def judge(claim: Claim | None, claimant: Claimant, holder: HolderStatus | None, now: datetime) -> Verdict:
    """Decide how an execution may act on a limitation, by its item as it was read.

    Parameters
    ----------
    claim
        None when the register does not know the limitation.
    holder
        The holder's status; None when it was not looked up.

    Raises
    ------
    ClaimContended
        When the holder is not visible yet: look again later.
    """
    if claim is None:
        return WriteNothing(Standing.NOT_LIMITED)
    if claim.holder == claimant.execution:
        # Its remembered generation does not count: a first call that came late may have claimed it once more.
        return WriteNothing(own_standing(claim, first=claimant.generation is None))
    settled = claim.settlement
    unpublished = settled is not None and not settled.published
    if unpublished and settled and settled.is_of(claimant.execution, claimant.generation):
        return WriteNothing(Standing.UNPUBLISHED)
    if claimant.generation is not None:
        return WriteNothing(Standing.SUPERSEDED)
    if claim.holder is not None:
        return _about_held(claim, claim.holder, holder, now)
    free = Standing.UNPUBLISHED if unpublished else Standing.NOT_LIMITED
    return Take() if claim.is_open else WriteNothing(free)


def _about_held(claim: Claim, execution: str, status: HolderStatus | None, now: datetime) -> Verdict:
    """Decide about a limitation that another execution holds."""
    if status is None:
        return LookUpHolder(execution)
    if status is HolderStatus.ALIVE:
        return Join()
    if status is HolderStatus.UNKNOWN and claim.claimed_at and now - claim.claimed_at < FORGOTTEN_AFTER:
        raise ClaimContended(f"{claim.limitation_id}: its holder {execution} is not visible yet, look again")
    return Take()


def own_standing(claim: Claim, *, first: bool) -> Standing:
    """The standing of a holder towards its own limitation."""
    if claim.status is LimitationStatus.CANCELLED:
        return Standing.CANCELLED
    if claim.status is LimitationStatus.ENDED:
        return Standing.CONTRACT_ENDED
    return Standing.CLAIMED if first else Standing.HELD


def taken(
    claim: Claim, claimant: Claimant, mode: Mode, now: datetime, dead_holder: HolderStatus | None = None
) -> Claim:
    """The claim after it was taken, by a fresh claim or from a dead holder.

    An execution that takes over from a dead holder keeps the triggers of that one, and its mode where an order may be
    under way. The new trigger counts, as one that joins does: an advisor's refusal holds until something comes after
    it. An advisor's decision was counted when it came, and the nightly check and the campaign are no news.
    """
    own = kept_trigger(claimant.trigger)
    counts = claimant.trigger.type not in _NO_NEWS
    dead = claim.holder is not None
    return replace(
        claim,
        holder=claimant.execution,
        generation=claim.generation + 1,
        mode=claim.mode if dead and claim.open_order and claim.mode else mode,
        claimed_at=now,
        trigger_count=claim.trigger_count + counts,
        waiting_token=None,
        triggers=(claim.triggers if dead else frozenset()) | (frozenset({own}) if own else frozenset()),
        taken_over_from=(
            DeadHolder(claim.holder, dead_holder or HolderStatus.UNKNOWN, claim.mode) if claim.holder else None
        ),
    )


def flow_asks(claim: Claim, claimant: Claimant) -> bool:
    """Whether a difference in Enedis' daily flow has not been looked at yet."""
    if claimant.generation is None:
        return claimant.trigger.type == "EnedisFlow"
    return claim.flow_count > (claimant.seen or 0)


def facts_without_claim() -> dict[str, Any]:
    """The facts for the state machine of a limitation that the register does not hold."""
    return {"standing": Standing.NOT_LIMITED.value, "mode": Mode.OFF.value, "holder": None}


def claim_facts(
    claim: Claim, standing: Standing, claimant: Claimant, *, unanswered: bool, ended_order: str | None
) -> dict[str, Any]:
    """The facts of a claim for the state machine. ``unanswered`` means that the time of a question is up.

    Parameters
    ----------
    ended_order
        The order that the execution knows to have ended: it need not be finished any more.
    """
    order = claim.open_order
    if order and str(order.reference) == ended_order:
        order = None
    return {
        "standing": standing.value,
        "generation": claim.generation,
        "mode": claim.mode.value if claim.mode else Mode.OFF.value,
        "seen": claim.trigger_count,
        "payments": {name: status.value for name, status in sorted(claim.expected_payments.items())},
        "paid": claim.paid,
        "flowAsks": flow_asks(claim, claimant),
        "advisorDecision": claim.advisor_decision(unanswered=unanswered),
        "answered": bool(claim.word and claimant.seen is not None and claim.word.count > claimant.seen),
        "openOrder": str(order.reference) if order else "",
        "ordinal": claim.order_ordinal,
        "limitedPowerKva": float(claim.limited_power_kva),
        "question": (
            {
                "number": claim.question.number,
                "reason": claim.question.reason,
                "askedAt": int(claim.question.asked_at.timestamp() * 1000),
            }
            if claim.question
            else None
        ),
        "holder": claim.holder,
    }
