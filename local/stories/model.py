"""What a story is made of: what is done, what is waited for, and how it is to end.

Business writes stories in French (``stories/*.feature``); :mod:`local.stories.reading` makes them of their sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from local.customers import Put
from local.partners.billing import FaultKind as BillingFaultKind
from local.partners.enedis import Ending, Fault

SUMMER = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
DEBT = 120.00

# ── What is done ──


class Do(Enum):
    """Something is done."""

    SWEEP = "the sweep looks at facts that no execution has looked at, as it does every minute"
    LET_GO = "what was held goes on"
    ABORT_HOLDER = "somebody stops the execution that holds the limitation"
    REDRIVE = "operations redrive the execution that failed or was aborted: it resumes where it stopped"
    LOSE_CLAIM = (
        "the claim passes to an execution that nobody knows any more, as if an old one had been redriven and forgotten"
    )
    HICCUPS = "each state's call fails once for this limitation, before it is made"
    OUTAGE_ENDS = "Enedis can be reached again"
    LONG_AFTER = "days pass between the acceptance of the next order and the moment when the execution hears of it"
    SOMEBODY_ELSES_ORDER = "a restoration that is not ours begins on the point"
    FLOW_DIFFERS = "Enedis' daily flow differs from our register, and has the limitation looked at"
    NIGHT = "the nightly check looks at the limitation, as at every open one"


@dataclass(frozen=True, slots=True)
class Hold:
    """The next invocations of a function for this limitation wait, while ``field`` of their payload is ``value``."""

    function: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Outage:
    """Nobody reaches Enedis for that many seconds; None: until the outage ends."""

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class PauseOrders:
    """Orders wait in their queue, until they are resumed."""

    paused: bool = True


@dataclass(frozen=True, slots=True)
class PointChanges:
    """Somebody else changes the point at Enedis."""

    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Billing:
    """Billing misbehaves, for questions about the story's contract or its customer's contact."""

    kind: BillingFaultKind
    contact: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class ContractChanges:
    """Billing changes the contract and sends no event."""

    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Switch:
    """Operations turn the switch (off, shadow, on)."""

    mode: str


# ── What is waited for ──


class Until(Enum):
    """Something is waited for."""

    HELD = "something is held"
    UNREACHED = "somebody has tried to reach Enedis in vain, since the outage began"
    RECEIVED = "no event waits to be received"
    AT_REST = "nothing goes on: each of the story's executions has settled, or waits for somebody else"
    QUIET = "no event waits to be received, and all the story's executions have settled"


@dataclass(frozen=True, slots=True)
class Ended:
    """An execution has ended with an outcome."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Entered:
    """So many executions under way have entered a state, each as often as that."""

    state: str
    times: int = 1
    executions: int = 1


@dataclass(frozen=True, slots=True)
class Passed:
    """So much time has passed, and what waited for less has gone on. The clock is made to move, nobody waits."""

    time: timedelta


@dataclass(frozen=True, slots=True)
class Heard:
    """An event of that type about the story's limitation was published."""

    detail_type: str


type Action = (
    Do | Put | Hold | Fault | Outage | PauseOrders | PointChanges | Ending | Billing | ContractChanges | Switch
)
"""A fault of Enedis is narrowed to the story's point; an ending is what becomes of the case under way there."""
type Wait = Until | Ended | Entered | Heard | Passed
type Step = Action | Wait

WAITS = (Until, Ended, Entered, Heard, Passed)


@dataclass(frozen=True, slots=True)
class Limited:
    """One limited customer of a story, and how it is to end for them. What is not named must not happen.

    Parameters
    ----------
    outcomes
        Those of all its executions, in any order but for the last: that is the case's.
    orders
        What Enedis is to have accepted, as intent letter and ordinal (``R/1``).
    point
        Changes to :class:`~local.partners.enedis.PointSetup`; None when Enedis does not know the point.
    messages
        The kinds that the customer gets, each as often as it stands here.
    passing
        The kinds that the customer may get or not, once: the moment decides.
    dunning
        What billing is told to do with its reminders, in order (:data:`local.stories.ending.DUNNING`).
    balances
        In euro, what is left to pay each time that it is told.
    questions
        What an advisor is asked, each time: the reason in French, as :func:`record.codes.codes` has it.
    events
        Other events that are published, each as often as it stands here, beside those that follow from the rest.
    status
        Of the limitation in the register; empty: the one that goes with its outcome.
    power_kva
        To which the register says that the power is limited.
    """

    outcomes: tuple[str, ...]
    orders: tuple[str, ...] = ()
    point: Mapping[str, Any] | None = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    passing: frozenset[str] = frozenset()
    dunning: tuple[str, ...] = ()
    balances: tuple[Decimal, ...] = ()
    questions: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    status: str = ""
    power_kva: int | float = 1

    @property
    def outcome(self) -> str:
        return self.outcomes[-1]


PAID = Limited(("RESTORED",), ("R/1",), messages=("ORDER_PLACED", "POWER_RESTORED"), dunning=("Requested", "Stopped"))
"""A customer who paid in full: one order, two messages, no reminders any more."""


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to one customer, or to two that one payment is for, and how it is to end. ``debt`` is in euro."""

    name: str
    title: str
    limited: tuple[Limited, ...]
    steps: tuple[Step, ...]
    english: str = ""
    """Its title in English."""
    sentences: tuple[str, ...] = ()
    """Of each step, the sentence that it is of; empty where nobody wrote any."""
    begins: datetime = SUMMER
    debt: float = DEBT
    in_shadow: bool = False
    """Its limitation falls outside the rollout percentage."""
    one_point: bool = False
    """Its limitations are of one point and one contract."""
    alone: bool = False
    """It turns a switch that is everybody's: played after all others."""


# ── The usual events ──


def limited(*customers: int) -> Put:
    """Billing announces that the power is limited."""
    return Put("PowerLimited", customers=customers or (0,))


def paid(amount: float | None = None, means: str = "CARD", status: str = "CAPTURED", key: str = "") -> Put:
    """The customer pays, in euro; None is the whole debt."""
    return Put("PaymentReceived", {"means": means, "status": status}, key=key, amount=amount)


def cheque(key: str = "") -> Put:
    """A cheque for the whole debt comes: money that may still bounce."""
    return paid(means="CHEQUE", status="RECEIVED", key=key)


def advised(decision: str) -> Put:
    """An advisor decides."""
    fields = {"decision": decision, "reason": "Vérifié au téléphone"}
    return Put("AdvisorDecided", fields, source="advisors")


def protected(kind: str) -> Put:
    """A protection is granted, or a dispute opened."""
    return Put("ProtectionGranted", {"kind": kind})


BEFORE = (limited(), Until.RECEIVED, Do.SWEEP)
"""How most stories begin: the limitation is registered, and the sweep looks at it."""
