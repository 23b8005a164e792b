"""The claim: which execution acts on a limitation, and what it knows of what came meanwhile.

Many executions may be started for one limitation; one holds it, the others leave a mark (they join) and end. What a
claim says is pure and here: from the limitation's item, the status of whoever holds it, and the trigger. The
conditional writes are the adapter's. Rules that hold whatever is lost or late (an invocation can outlive its task, and
its write come later):

- A claim is conditional on the generation that was read, a join on the holder and the generation. A conflict is raised
  as :class:`~restoration.errors.ClaimContended`; only the state machine tries again, with a fresh read.
- Whoever holds the limitation already gets its stored generation, and nothing is written.
- An execution that ended can still be found as the holder: it is taken over.
- A limitation that was closed, but whose events were not published, is published by whoever finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from restoration.domain.limitation import OPEN_STATUSES, LimitationStatus, Trigger
from restoration.domain.order import OpenOrder
from restoration.domain.payment import PaymentStatus
from restoration.errors import ClaimContended

FORGOTTEN_AFTER = timedelta(minutes=5)
"""A holder that Step Functions does not know may have been started a moment ago; when its claim is old, it is dead."""

_ROLLOUT_BUCKETS = 100


class Mode(StrEnum):
    """What the switch says: ``off`` claims nothing, ``shadow`` decides and orders nothing, ``on`` restores."""

    OFF = "off"
    SHADOW = "shadow"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Switch:
    """The switch that operations turn, with the share of limitations (in percent) that is live when it is on."""

    mode: Mode
    rollout_percent: int

    def mode_of(self, limitation_id: str) -> Mode:
        """The mode for one limitation: with ``on``, those whose hash falls beyond the share run in shadow."""
        if self.mode is Mode.ON and rollout_bucket(limitation_id) >= self.rollout_percent:
            return Mode.SHADOW
        return self.mode


def rollout_bucket(limitation_id: str) -> int:
    """Where a limitation falls, from 0 to 99; always the same."""
    return int(sha256(limitation_id.encode()).hexdigest()[:6], 16) % _ROLLOUT_BUCKETS


class HolderStatus(StrEnum):
    """What Step Functions says of the execution that holds a limitation."""

    ALIVE = "ALIVE"
    """It runs, or is about to be redriven."""
    ENDED = "ENDED"
    UNKNOWN = "UNKNOWN"
    """Step Functions does not know it: forgotten after 90 days, or not yet visible."""


@dataclass(frozen=True, slots=True)
class AdvisorWord:
    """An advisor's newest decision. ``count`` is the trigger count that it came with: what came later has more."""

    id: str
    decision: str
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was put to the advisors, and that none of them has answered yet."""

    number: int
    reason: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a claim ended, kept with the limitation until its events are published, and after.

    It is written together with the end itself, so whoever finds it unpublished knows all that the events say.
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
    advisor_word: str | None = None
    question: Question | None = None
    published: bool = False

    def is_of(self, execution: str, generation: int | None) -> bool:
        return self.execution == execution and generation in {None, self.generation}


@dataclass(frozen=True, slots=True)
class DeadHolder:
    """An execution that ended without letting go, what Step Functions said of it, and its mode."""

    execution: str
    status: HolderStatus
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A limitation's item as far as executions act on it.

    Parameters
    ----------
    generation
        Grows with each claim and take-over: whoever acted before acts no more.
    settled_count
        The trigger count when it was last let go: an advisor's word that is older decided an earlier claim.
    trigger_count
        Grows with everything that comes.
    flow_count
        The trigger count that the newest difference in Enedis' daily flow came with.
    triggers
        What the claim has to take into account, as ``type|id``: payments, whose booking billing may show late.
    asked_for
        The reason of the last question to the advisors, whatever came of it.
    last_outcome
        How the last claim ended that let the limitation go.
    taken_over_from
        The dead execution that its holder took it over from.
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

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    def is_held_by(self, execution: str, generation: int | None) -> bool:
        """Whether an execution may act on it; without a generation, whether it holds it at all."""
        return self.holder == execution and generation in {None, self.generation}

    @property
    def paid(self) -> bool:
        """Whether a payment is among what woke the claim."""
        return any(trigger.startswith("PaymentReceived|") for trigger in self.triggers)

    @property
    def expected_payments(self) -> dict[str, PaymentStatus]:
        """The payments that billing told of, each with the furthest status told: its read side may lag behind."""
        found: dict[str, PaymentStatus] = {}
        for trigger in self.triggers:
            kind, _, name = trigger.partition("|")
            payment_id, _, told = name.rpartition(":")
            status = _TOLD_STATUS.get(kind) or _status(told)
            if payment_id and status and (payment_id not in found or status.is_at_least(found[payment_id])):
                found[payment_id] = status
        return found

    def has_counted(self, trigger: Trigger) -> bool:
        """Whether a trigger was counted for this claim when it came: an advisor's word is, before it wakes anybody."""
        word = self.word
        if word is None or (trigger.type, trigger.id) != ("AdvisorDecided", word.id):
            return False
        return word.count > self.settled_count

    @property
    def is_refused(self) -> bool:
        """Whether an advisor refused to restore, and nothing has come since."""
        return self.word is not None and self.word.decision == "REFUSE" and self.word.count >= self.trigger_count

    def advisor_decision(self, *, unanswered: bool) -> str:
        """What an advisor decided about this claim: a decision, ``NO_ANSWER`` or ``NONE``.

        RESTORE and SEND_TECHNICIAN hold for the claim; REFUSE only until something else comes.
        """
        word = self.word
        if word and (word.count > self.settled_count or word_trigger(word) in self.triggers):
            return word.decision if word.decision != "REFUSE" or self.is_refused else "NONE"
        return "NO_ANSWER" if unanswered else "NONE"


_TOLD_STATUS: Mapping[str, PaymentStatus] = {
    "PaymentCleared": PaymentStatus.CLEARED,
    "PaymentRejected": PaymentStatus.REJECTED,
}
NIGHTLY_CHECK = "NightlyCheck"
_KEPT_TRIGGERS = frozenset({"PaymentReceived", "PaymentCleared", "PaymentRejected", "AdvisorDecided"})


def _status(told: str) -> PaymentStatus | None:
    return PaymentStatus(told) if told in PaymentStatus else None


def word_trigger(word: AdvisorWord) -> str:
    """How the trigger of the execution that a word starts is kept."""
    return f"AdvisorDecided|{word.id}"


def kept_trigger(trigger: Trigger) -> str | None:
    """How a trigger is kept with the claim; only those are kept that the claim needs to know by name."""
    return f"{trigger.type}|{trigger.id}" if trigger.type in _KEPT_TRIGGERS else None


# ── What a claim says ──


class Standing(StrEnum):
    """What an execution is told about the limitation that it wants to act on."""

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
    """Another execution holds it, and has been told of this trigger."""
    NOT_LIMITED = "NOT_LIMITED"
    SUPERSEDED = "SUPERSEDED"
    """Another execution took it over from this one."""
    OFF = "OFF"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a claim, and why.

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
class Say:
    """Nothing is to be written."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class AskHolder:
    """Whether the holder is alive has to be known first."""

    holder: str


@dataclass(frozen=True, slots=True)
class Take:
    """Claim it, or take it over from its dead holder."""


@dataclass(frozen=True, slots=True)
class Join:
    """Leave a mark for the holder."""


type Verdict = Say | AskHolder | Take | Join


def judge(claim: Claim | None, asked: Asked, holder: HolderStatus | None, now: datetime) -> Verdict:
    """What an execution may do about a limitation, by its item as it was read.

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
        return Say(Standing.NOT_LIMITED)
    if claim.holder == asked.execution:
        # Whatever generation it remembers: a first call that came late may have claimed it once more.
        return Say(own_standing(claim, first=asked.generation is None))
    settled = claim.settlement
    unpublished = settled is not None and not settled.published
    if unpublished and settled and settled.is_of(asked.execution, asked.generation):
        return Say(Standing.UNPUBLISHED)
    if asked.generation is not None:
        return Say(Standing.SUPERSEDED)
    if claim.holder is not None:
        return _about_held(claim, claim.holder, holder, now)
    free = Standing.UNPUBLISHED if unpublished else Standing.NOT_LIMITED
    return Take() if claim.is_open else Say(free)


def _about_held(claim: Claim, execution: str, status: HolderStatus | None, now: datetime) -> Verdict:
    """What to do about a limitation that another execution holds."""
    if status is None:
        return AskHolder(execution)
    if status is HolderStatus.ALIVE:
        return Join()
    if status is HolderStatus.UNKNOWN and claim.claimed_at and now - claim.claimed_at < FORGOTTEN_AFTER:
        raise ClaimContended(f"{claim.limitation_id}: its holder {execution} is not visible yet, look again")
    return Take()


def own_standing(claim: Claim, *, first: bool) -> Standing:
    """What a holder is told of its own limitation."""
    if claim.status is LimitationStatus.CANCELLED:
        return Standing.CANCELLED
    if claim.status is LimitationStatus.ENDED:
        return Standing.CONTRACT_ENDED
    return Standing.CLAIMED if first else Standing.HELD


def taken(claim: Claim, asked: Asked, mode: Mode, now: datetime, dead_holder: HolderStatus | None = None) -> Claim:
    """The claim after it was taken, by a fresh claim or from a dead holder.

    An execution that takes over from a dead holder goes on with what that one had to take into account, and with its
    mode where an order may be under way. The trigger counts, as one that joins does: an advisor's refusal holds until
    something comes after it. An advisor's word was counted when it came, and the nightly check is no news.
    """
    own = kept_trigger(asked.trigger)
    counts = asked.trigger.type not in {NIGHTLY_CHECK, "AdvisorDecided"}
    dead = claim.holder is not None
    return replace(
        claim,
        holder=asked.execution,
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


def flow_asks(claim: Claim, asked: Asked) -> bool:
    """Whether Enedis' daily flow is among what has not been looked at yet."""
    if asked.generation is None:
        return asked.trigger.type == "EnedisFlow"
    return claim.flow_count > (asked.seen or 0)


def not_known() -> dict[str, Any]:
    """What ``claim_limitation`` tells of a limitation that the register does not hold."""
    return {"standing": Standing.NOT_LIMITED.value, "mode": Mode.OFF.value, "holder": None}


def told(
    claim: Claim, standing: Standing, asked: Asked, *, unanswered: bool, ended_order: str | None
) -> dict[str, Any]:
    """What ``claim_limitation`` tells the state machine.

    Parameters
    ----------
    unanswered
        Whether a question went unanswered until its time was up.
    ended_order
        The order of which the execution knows that it ended: it is not to be finished any more.
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
        "flowAsks": flow_asks(claim, asked),
        "advisorDecision": claim.advisor_decision(unanswered=unanswered),
        "answered": bool(claim.word and asked.seen is not None and claim.word.count > asked.seen),
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
