"""The limitation (limitation de puissance) and its life in our register.

The register is fed by billing's events, ordered by the time they happened rather than the time they came: an event
older than what is known changes nothing. The claim says which execution acts on a limitation (``domain/claim.py``);
nothing here touches it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, StrEnum, auto
from hashlib import sha256
from typing import Any

from restoration.clock import to_text


class LimitationStatus(StrEnum):
    """The stages of a limitation's life."""

    REQUESTED = "REQUESTED"
    LIMITED = "LIMITED"
    FLOOR_RAISED = "FLOOR_RAISED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"
    ENDED = "ENDED"


OPEN_STATUSES = frozenset({LimitationStatus.REQUESTED, LimitationStatus.LIMITED, LimitationStatus.FLOOR_RAISED})
REDUCED_STATUSES = frozenset({LimitationStatus.LIMITED, LimitationStatus.FLOOR_RAISED})
"""Power is reduced: to a floor, or to less."""
KEPT_AFTER_CLOSING = timedelta(days=430)
"""Thirteen months, in which a direct debit that was not authorised comes back, and a month for the news of it."""

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far billing's clock may be off ours."""

_HASH_LENGTH = 33
"""Of what follows the limitation's id in the name of an execution: a hyphen, and 32 hex digits."""


@dataclass(frozen=True, slots=True)
class LimitedPoint:
    """A limitation, at a point (PRM), under a contract: a restoration is started for one."""

    limitation_id: str
    point_id: str
    contract_id: str


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Some open limitations. ``after`` asks for the next page; it is None on the last."""

    limitations: tuple[LimitedPoint, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Limitation:
    """One limitation of one point, with the debt (euro) that it is for.

    ``registered_at`` is the moment of the fact that opened it, or opened it again after a cancellation: it names the
    check that follows. ``limited_since`` is the moment when Enedis reduced the power, as billing reports it.
    ``floor_raised_at`` and ``closed_at`` are the moments of the reads of the point that showed the raised limit, and
    the power: what billing reports from later is news.
    """

    limitation_id: str
    contract_id: str
    point_id: str
    customer_id: str
    status: LimitationStatus
    last_event_at: datetime
    debt: Decimal
    limited_power_kva: Decimal
    subscribed_power_kva: Decimal
    registered_at: datetime
    limited_since: datetime | None = None
    floor_raised_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def limited_point(self) -> LimitedPoint:
        return LimitedPoint(self.limitation_id, self.point_id, self.contract_id)

    def reported(self, report: "Limitation") -> "Limitation":
        """Take in billing's report that it was requested or carried out; the newest report wins, by event time.

        So a limitation that Enedis carried out although billing had cancelled it is open again. One whose contract
        ended stays as it is. A report that is newer than our raise to a floor, or than the closing, is of a new
        limitation, or of one that Enedis carried out after all: what was is of the past, and it is checked.

        Of one moment, the cancellation is the later fact: billing cancels what it has reported before. So it stays
        cancelled in whatever order the two come; that it was carried out is noted, for the advisors.
        """
        if self.status is LimitationStatus.CANCELLED and report.last_event_at <= self.last_event_at:
            return self._with_its_past(report)
        if report.last_event_at <= self.last_event_at or self.status is LimitationStatus.ENDED:
            return self
        if self.status is LimitationStatus.FLOOR_RAISED:
            is_new = self.floor_raised_at is None or report.last_event_at > self.floor_raised_at - CLOCKS_DIFFER_BY
            return report if is_new else self
        if self.status is LimitationStatus.CLOSED:
            return report if self.closed_at and report.last_event_at > self.closed_at - CLOCKS_DIFFER_BY else self
        if not self.is_open:
            return report
        held = report.status is LimitationStatus.LIMITED and self.limited_since and report.point_id == self.point_id
        return replace(
            report, registered_at=self.registered_at, limited_since=self.limited_since if held else report.limited_since
        )

    def _with_its_past(self, report: "Limitation") -> "Limitation":
        """Keep it cancelled, with what a report from before the cancellation says of it."""
        is_news = not self.point_id or (report.limited_since is not None and self.limited_since is None)
        return replace(
            report if is_news else self,
            status=self.status,
            last_event_at=self.last_event_at,
            registered_at=min(self.registered_at, report.registered_at),
            limited_since=self.limited_since or report.limited_since,
        )

    def ended(self, status: LimitationStatus, at: datetime) -> "Limitation":
        """Cancel it, or end it with its contract; unchanged when that is old news or it is closed."""
        if not self.is_open or at < self.last_event_at:
            return self
        return replace(self, status=status, last_event_at=at)

    @classmethod
    def cancelled_before_known(cls, limitation_id: str, contract_id: str, at: datetime) -> "Limitation":
        """A limitation whose cancellation came before its request: enough is kept to ignore the request."""
        return cls(
            limitation_id=limitation_id,
            contract_id=contract_id,
            point_id="",
            customer_id="",
            status=LimitationStatus.CANCELLED,
            last_event_at=at,
            debt=Decimal(0),
            limited_power_kva=Decimal(0),
            subscribed_power_kva=Decimal(0),
            registered_at=at,
        )


@dataclass(frozen=True, slots=True)
class Trigger:
    """The reason to look at a limitation: a payment, its registration, a plan, aid, a protection, the bank, an advisor.

    Parameters
    ----------
    type
        The event's detail type, or ``LimitationRegistered``.
    id
        Unique to the fact; a repeated event has the same.
    event_id
        Unique to the event. Since it is part of the execution's input, Step Functions meets a repeated fact with
        ``ExecutionAlreadyExists`` even while the first runs; a record that is delivered twice it takes silently.
    digest
        A digest of the event's content: a repeated fact has the same, a contradiction has another. Empty where there
        is nothing to compare.
    trace
        The X-Ray header that a fact was noted with, where it is acted on later.
    paid_at, told_at
        When the customer paid, where billing says it, and when the event came onto the bus. They are noted with the
        fact, for supervision, and are no part of an execution's input.
    """

    type: str
    id: str
    at: datetime
    event_id: str
    digest: str = ""
    trace: str | None = None
    paid_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def fact(self) -> str:
        """The fact that it brings, as it is noted on the limitation."""
        return f"{self.type}|{self.id}"


class Started(Enum):
    """The outcomes of a trigger."""

    STARTED = auto()
    RESUMED = auto()
    """The execution that holds the limitation waited, and was woken."""
    NOTED = auto()
    """The execution that holds the limitation sees the trigger before it waits or ends; or the sweep looks at it."""
    ABSORBED = auto()
    """An execution has looked at the same trigger or is about to, or nothing is limited any more."""
    INCIDENT = auto()
    """The same trigger's execution failed: an open incident, to be redriven."""
    OUTDATED = auto()
    """An advisor's decision is older than the one that is kept."""
    CONFLICT = auto()
    """The same trigger came before with other content: nobody knows which is right."""


REPORTS = frozenset({"LimitationRegistered", "PowerLimitationRequested", "PowerLimited"})
"""What billing reports of the limitation itself."""
DECLARED = "PaymentDeclared"
"""Somebody says that they paid: billing shows it, or does not."""
POINT_RESTORED = "PointRestored"
"""Another limitation of the same point was closed, since Enedis showed its power: the point is to be read."""
LOOKS = REPORTS | {"EnedisFlow", "NightlyCheck", "ProtectionCampaign", POINT_RESTORED}
"""Types of triggers that are no word of the customer's, and no money: a look of ours."""
LOOK_FIRST = REPORTS | {DECLARED}
"""Facts that most often ask for nothing: the sweep looks whether an execution has something to do."""


def reported(kind: str, limitation_id: str, at: datetime, event_id: str) -> Trigger:
    """Build the trigger of what billing reports of a limitation; of another moment, it is another fact."""
    return Trigger(kind, f"{limitation_id}:{to_text(at)}", at, event_id)


def execution_name(limitation_id: str, fact: str) -> str:
    """Name the execution that a fact (``type|id``) starts: the limitation's id, then 32 hex digits of the fact's hash.

    At most 80 characters, of the set that StartExecution takes. A repeated fact has the same name, so Step Functions
    itself absorbs it, for 90 days.
    """
    return f"{limitation_id}-{sha256(fact.encode()).hexdigest()[:32]}"


def limitation_of(execution: str) -> str:
    """The limitation's id in the name of an execution, or in its ARN."""
    return execution.rpartition(":")[2][:-_HASH_LENGTH]


def execution_input(limited: LimitedPoint, trigger: Trigger) -> dict[str, Any]:
    """Build the input of a ``restoration`` execution: ids only, no personal data."""
    return {
        "limitationId": limited.limitation_id,
        "pointId": limited.point_id,
        "contractId": limited.contract_id,
        "trigger": {"type": trigger.type, "id": trigger.id, "at": trigger.at.isoformat(), "eventId": trigger.event_id},
    }
