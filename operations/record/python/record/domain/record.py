"""What the record of executions says to those who look at many cases at once.

Three things: slices, which are counts of those that ended (:class:`Slice`); the cases that are open now
(:class:`OpenCase`); and the latest that ended, one by one (:class:`EndedCase`). A case is an execution of the
restoration machine. Screens, reports and exports read these, and nothing else of the record.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from record.domain.paid import Paid
from record.domain.promises import Promise, Terms
from record.domain.service_level import STANDS_STILL_FOR, CaseKind, Ended, due_at
from record.domain.states import Party
from record.domain.tally import Tally, sum_of

MOST_OPEN = 50_000
"""So many open cases are read at most, the oldest first."""
ACCEPTANCE = "SGT200"
"""Enedis' code of an order that it accepted; one that was found accepted later bears none."""


class Stage(StrEnum):
    """How far a case has come, in the order of the funnel. What billing received stands before the first."""

    CONCERNED = "concerned"
    """It found a customer whose power is limited: there was something to do."""
    CERTAIN = "certain"
    """The rules say that power may come back: the payment is certain, and enough; or a plan, an aid or a protection."""
    ORDERED = "ordered"
    """Enedis has accepted an order: ours, or one on the same point that is followed."""
    RESTORED = "restored"
    """Power is back after an order, as the point itself shows; where it was back before, none was needed."""


STAGES = tuple(Stage)


@dataclass(frozen=True, slots=True)
class Slice:
    """What was counted of the cases that ended in one span of time, with one outcome, on one version of the machine.

    Slices add up: a sum over spans, outcomes or versions is the sum of their tallies.

    Parameters
    ----------
    start
        The beginning of an hour (UTC); that of a day, where ``length`` is one.
    length
        One hour or one day.
    outcome
        The business outcome (``RESTORED``), or the status of one that failed (``FAILED``, ``TIMED_OUT``, ``ABORTED``).
    version
        The machine's revision on which they ran: a moment (ISO-8601, UTC) at which it was deployed; ``-`` if unknown.
    tally
        Its keys are those of :class:`record.domain.tally.Tally`.
    """

    start: datetime
    length: timedelta
    outcome: str
    version: str
    tally: Tally


def added(slices: Iterable[Slice]) -> Sequence[Slice]:
    """Slices with those of the same beginning, outcome and version added up."""
    found: dict[tuple[datetime, str, str], list[Slice]] = {}
    for each in slices:
        found.setdefault((each.start, each.outcome, each.version), []).append(each)
    return [replace(its[0], tally=sum_of(each.tally for each in its)) for its in found.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of any case.

    Parameters
    ----------
    execution
        Its ARN.
    status
        ``RUNNING``, or how it ended.
    state
        The last state that it was in: the one that it is in, or in which it failed; empty where none is known.
    certain_at
        Since when the rules say that power may come back; None before, and once they say otherwise (a payment that the
        bank returned).
    signature
        The id of its failure's signature; empty where it did not fail.
    ways
        The ways that it took (:func:`record.domain.steps.ways_of`).
    """

    execution: str
    limitation_id: str
    status: str
    state: str
    started_at: datetime
    redrives: int
    certain_at: datetime | None = None
    error: str = ""
    signature: str = ""
    ways: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Case):
    """A case that nobody has ended: it runs, or it failed and holds its limitation until somebody redrives it.

    Parameters
    ----------
    since
        Since when it waits for whom it waits; when it failed.
    stage
        How far it has come.
    newly
        The stages to which it is the first of its customer to come, and that no slice has counted yet.
    paid_at
        Since when it knows that the customer has paid, checked or not; None where it knows of no payment.
    kind
        As far as is known: remote from the moment when the rules give power back.
    stood_still
        For how long its clock stood still before its present state.
    promises
        Those that no slice has counted yet.
    """

    since: datetime
    stage: Stage
    waits_for: Party | None = None
    newly: frozenset[Stage] = frozenset()
    paid_at: datetime | None = None
    kind: CaseKind = CaseKind.REMOTE
    stood_still: timedelta = timedelta()
    promises: Sequence[Promise] = ()

    @property
    def runs(self) -> bool:
        return self.status == "RUNNING"

    def is_overdue(self, terms: Terms, now: datetime) -> bool:
        """Whether it runs and should have ended by now; not while its clock stands still."""
        is_ours = self.runs and self.waits_for not in STANDS_STILL_FOR
        return is_ours and now > due_at(self.kind, self.started_at + self.stood_still, terms)

    @property
    def has_paid_and_waits(self) -> bool:
        """Whether the customer has paid and sits without power."""
        return self.certain_at is not None and self.stage is not Stage.RESTORED

    @property
    def is_unchecked(self) -> bool:
        """Whether the customer has paid, and billing or an incident keeps us from knowing whether it suffices."""
        is_kept = not self.runs or self.waits_for is Party.BILLING
        return is_kept and self.paid_at is not None and not self.has_paid_and_waits


def overdue(cases: Iterable[OpenCase], terms: Terms, now: datetime) -> Mapping[CaseKind, int]:
    """How many cases of each kind run, and should have ended by now."""
    late = Counter(each.kind for each in cases if each.is_overdue(terms, now))
    return {kind: late[kind] for kind in CaseKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedCase(Case):
    """A case that ended, with what tells one from another.

    Parameters
    ----------
    outcome
        As of :class:`Slice`.
    means
        The means of payment, as billing names them (``CARD``, ``SEPA_DIRECT_DEBIT``).
    codes
        The codes with which Enedis returned our orders (``SGT200``).
    rules
        The rules that matched, as ``decision#rule``.
    """

    outcome: str
    ended_at: datetime
    version: str
    means: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()

    @property
    def took(self) -> timedelta:
        return self.ended_at - self.started_at


@dataclass(frozen=True, slots=True)
class Signature:
    """Failures that are one problem: the same state, error and words (:func:`record.domain.failure.signature_of`).

    Parameters
    ----------
    id
        Short, made of state, error and words; tallies name it in ``failure#<id>``.
    first_seen, last_seen
        When the first and the last execution failed so, as far as the record reaches.
    versions
        The machine's revisions on which it was seen.
    execution
        The ARN of the last one.
    """

    id: str
    state: str
    error: str
    words: str
    first_seen: datetime
    last_seen: datetime
    versions: frozenset[str] = frozenset()
    execution: str = ""


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule that matched in a decision: once, however often it did.

    Parameters
    ----------
    decision
        The table: a decision that was asked for (``action``), or one that it requires (``certaintyRule``).
    version
        Of the file in which the table is.
    rule
        The id of the rule.
    """

    decision: str
    version: str
    rule: str


@dataclass(frozen=True, slots=True)
class EnedisReturn:
    """What Enedis returned to one of our orders.

    Parameters
    ----------
    intent
        Of :class:`restoration.domain.order.Intent`, its value.
    code
        Enedis' code (``SGT200``), or our status where none came (``UNKNOWN``, ``NOT_SENT``, ``WITHDRAWN``).
    """

    intent: str
    code: str
    is_accepted: bool


type Firsts = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What our own tables say of an execution, to be counted with it.

    Parameters
    ----------
    decisions
        The decisions that were taken and kept; one that equals the last of its limitation is not kept again.
    manual
        Those of them whose value sends the case to an advisor.
    means
        The means of the payments that were looked at.
    firsts
        The stages, endings and failures (``failure#<id>``) at which no other execution of its customer was before;
        None where nobody has asked: then each execution counts as a customer of its own.
    promises
        Those whose wait ended in that part, or was stopped by its end.
    paid
        The payment on which power came back by an order; None for another end, and where billing told none.
    service
        The kind of the case, and whether it ended in time; None where it owed nothing.
    """

    rules: Sequence[RuleMatch] = ()
    manual: Sequence[str] = ()
    returns: Sequence[EnedisReturn] = ()
    means: frozenset[str] = frozenset()
    decisions: Sequence[str] = ()
    firsts: Firsts = None
    promises: Sequence[Promise] = ()
    paid: Paid | None = None
    service: Ended | None = None


NO_FACTS = CaseFacts()


@dataclass(frozen=True, slots=True)
class SlowCase:
    """A customer who was limited for long after paying; ``took`` is who took how much of it, in milliseconds."""

    limitation_id: str
    restored_at: datetime
    took: Mapping[Party, int]


@dataclass(frozen=True, slots=True)
class Completeness:
    """Up to when all is recorded, but for how many executions."""

    to: datetime
    unreconciled: int


class Record(Protocol):
    """Reads the record. Times are aware; ranges include their beginning and not their end."""

    def slices(self, since: datetime, until: datetime) -> Sequence[Slice]:
        """The slices that begin within a range.

        They are of hours where the range is at most two days long, else of whole days and, at its ends, of hours. So
        how many are read does not depend on how many executions there were.
        """

    def open_cases(self, most: int = MOST_OPEN) -> Sequence[OpenCase]:
        """The cases that nobody has ended, the oldest first."""

    def ended_cases(self, since: datetime, until: datetime, most: int = 5000) -> Sequence[EndedCase]:
        """The cases that ended within a range, the latest first; those that found nothing to do are left out."""

    def slowest(self, month: date, most: int = 10) -> Sequence[SlowCase]:
        """The customers restored in a month (of Paris) who were limited for longest after paying, the longest first."""

    def reminders(self, month: date) -> Mapping[str, int]:
        """The reminders that billing did not send in a month (of Paris) since we asked for it, by means."""

    def signatures(self) -> Mapping[str, Signature]:
        """The signatures of failures, by id."""

    def versions(self) -> Sequence[datetime]:
        """When the machine was deployed, the earliest first."""

    def completeness(self) -> Completeness | None:
        """Up to when the record is complete; None before the first reconciliation."""
