"""The course of an execution: what its events say, whichever way they came, and however often.

A course only grows: its events are kept by their ids, and two courses of one execution are joined by taking the events
of both. So order and repetition do not matter, and what is missing is known: Step Functions counts events from 1
without a gap. The restoration machine runs one state at a time, so the events in the order of their ids are its whole
story.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from restoration.clock import moment_of
from restoration.domain.failure import signature_of
from restoration.domain.waiting import Party, waits_for

NOTHING_TO_DO = frozenset({"JOINED", "NOT_LIMITED", "OFF", "SUPERSEDED"})
"""The outcomes of an execution that only found that there is nothing to do."""


class Kind(StrEnum):
    """What an event says that the course is made of; all else is ``OTHER``, of which the id alone counts."""

    STARTED = "started"
    ENTERED = "entered"
    EXITED = "exited"
    ATTEMPTED = "attempted"
    """A task was scheduled: its first attempt, or a retry."""
    RESTS = "rests"
    """A task was handed over, and waits to be called back."""
    FAILED = "failed"
    """An attempt failed or timed out."""
    REDRIVEN = "redriven"
    ENDED = "ended"
    OTHER = "other"


_KINDS: Mapping[str, Kind] = {
    "ExecutionStarted": Kind.STARTED,
    "ExecutionRedriven": Kind.REDRIVEN,
    "TaskScheduled": Kind.ATTEMPTED,
    "LambdaFunctionScheduled": Kind.ATTEMPTED,
    "TaskSubmitted": Kind.RESTS,
    "TaskFailed": Kind.FAILED,
    "TaskTimedOut": Kind.FAILED,
    "TaskStartFailed": Kind.FAILED,
    "TaskSubmitFailed": Kind.FAILED,
    "LambdaFunctionFailed": Kind.FAILED,
    "LambdaFunctionTimedOut": Kind.FAILED,
    "LambdaFunctionScheduleFailed": Kind.FAILED,
    "LambdaFunctionStartFailed": Kind.FAILED,
}
_ENDS: Mapping[str, str] = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event of an execution.

    Parameters
    ----------
    id
        From 1, without a gap.
    at
        Milliseconds since 1970.
    name
        The state that was entered or exited, the error of a failed attempt, the status of an end; else empty.
    waits
        Whether the state that was entered is a Wait state.
    """

    id: int
    kind: Kind
    at: int
    name: str = ""
    waits: bool = False

    @classmethod
    def of(cls, event_id: int, event_type: str, at: int, state: str = "", error: str = "") -> "Event":
        """An event by its type, as Step Functions names it in a log and in a history alike."""
        if event_type.endswith("StateEntered"):
            return cls(event_id, Kind.ENTERED, at, state, event_type == "WaitStateEntered")
        if event_type.endswith("StateExited"):
            return cls(event_id, Kind.EXITED, at, state)
        if event_type in _ENDS:
            return cls(event_id, Kind.ENDED, at, _ENDS[event_type])
        kind = _KINDS.get(event_type, Kind.OTHER)
        if kind is Kind.FAILED:
            return cls(event_id, kind, at, error or ("States.Timeout" if event_type.endswith("TimedOut") else ""))
        return cls(event_id, kind, at)


@dataclass(frozen=True, slots=True)
class End:
    """How an execution ended, as its status event and the end of its history both say it.

    Parameters
    ----------
    redrives
        How often it had been redriven.
    outcome, reason
        The business outcome of one that succeeded.
    """

    redrives: int
    status: str
    started_at: int
    ended_at: int
    outcome: str = ""
    reason: str = ""
    error: str = ""
    cause: str = ""

    @property
    def did_nothing(self) -> bool:
        """Whether it only found that there is nothing to do."""
        return self.status == "SUCCEEDED" and self.outcome in NOTHING_TO_DO


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a state.

    Parameters
    ----------
    entered_at, left_at
        Milliseconds since 1970; ``left_at`` is None while it stays there, or where it ended there.
    attempts
        How often its task was tried, redrives included.
    retries
        How often its task was tried again by itself.
    failures
        The errors of its failed attempts.
    entered_in, left_in
        After how many redrives.
    """

    state: str
    entered_at: int
    left_at: int | None
    attempts: int
    retries: int
    failures: tuple[str, ...]
    entered_in: int
    left_in: int | None

    @property
    def party(self) -> Party:
        """For whom it waited."""
        return waits_for("RUNNING", self.state) or Party.US

    @property
    def took(self) -> int | None:
        """Milliseconds from its entry to its exit; None while it stays there."""
        return None if self.left_at is None else self.left_at - self.entered_at


@dataclass(slots=True)
class _Stay:
    """A visit while it is read."""

    state: str
    entered_at: int
    entered_in: int
    attempts: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def visit(self, left_at: int | None, left_in: int | None) -> Visit:
        retries = len(self.attempts) - len(set(self.attempts))
        entered = self.state, self.entered_at, left_at
        return Visit(*entered, len(self.attempts), retries, tuple(self.failures), self.entered_in, left_in)


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of an execution.

    Parameters
    ----------
    execution
        Its ARN.
    events
        By id. One of ``OTHER`` kind may be here, or in ``others``.
    others
        The ids of events of which nothing else counts.
    ends
        By the number of redrives before it.
    """

    execution: str
    events: Mapping[int, Event] = field(default_factory=dict)
    others: frozenset[int] = frozenset()
    ends: Mapping[int, End] = field(default_factory=dict)

    @classmethod
    def of(cls, execution: str, events: Iterable[Event] = (), ends: Iterable[End] = ()) -> "Course":
        """A course of events in any order, with repetitions."""
        kept = list(events)
        return cls(
            execution,
            {event.id: event for event in kept if event.kind is not Kind.OTHER},
            frozenset(event.id for event in kept if event.kind is Kind.OTHER),
            {end.redrives: end for end in ends},
        )

    def joined(self, other: "Course") -> "Course":
        """Join what two courses of the same execution know."""
        return Course(
            self.execution, {**self.events, **other.events}, self.others | other.others, {**self.ends, **other.ends}
        )

    # ── What is known ──

    @property
    def known(self) -> int:
        """How many events and ends are known: it only grows."""
        return len(self.events) + len(self.others) + len(self.ends)

    @property
    def last_id(self) -> int:
        """The highest id that is known; 0 where there is none."""
        return max((*self.events, *self.others), default=0)

    @property
    def missing(self) -> Sequence[int]:
        """The ids below the highest that are not known, in order."""
        return [each for each in range(1, self.last_id) if each not in self.events and each not in self.others]

    @property
    def redrives(self) -> int:
        """How often it was redriven, as far as is known."""
        counted = sum(event.kind is Kind.REDRIVEN for event in self.events.values())
        return max(counted, *self.ends, 0)

    @property
    def has_ended(self) -> bool:
        """Whether it has ended, and was not redriven since."""
        last = self.events.get(self.last_id)
        if last is not None and last.kind is Kind.ENDED:
            return True
        # Its last events may be missing. Once the event of its end is known, what comes after belongs to a redrive.
        ended = sum(event.kind is Kind.ENDED for event in self.events.values())
        return self.redrives in self.ends and ended <= self.redrives

    @property
    def is_complete(self) -> bool:
        """Whether it has ended and all of it is known: each event, and how it ended."""
        last = self.events.get(self.last_id)
        is_whole = last is not None and last.kind is Kind.ENDED and not self.missing
        return is_whole and all(each in self.ends for each in range(self.redrives + 1))

    @property
    def countable(self) -> Sequence[int]:
        """The redrives (0: the start) after which it ended, where nothing that is counted can change any more.

        One that found nothing to do is counted by its end alone.
        """
        return sorted(each for each, end in self.ends.items() if self.is_complete or end.did_nothing)

    @property
    def rests(self) -> bool:
        """Whether it does nothing but wait: in a Wait state, for a call back, or for its next attempt.

        In an outage thousands wait for their next attempt, and no history has more to say about them.
        """
        last = self.events.get(self.last_id)
        return last is not None and (last.kind in {Kind.RESTS, Kind.FAILED} or last.waits)

    # ── What it says ──

    @property
    def in_order(self) -> Sequence[Event]:
        """The events in the order of their ids."""
        return [self.events[each] for each in sorted(self.events)]

    @property
    def visits(self) -> Sequence[Visit]:
        """The states that it was in, in order."""
        return list(self._read_visits())

    def _read_visits(self) -> Iterator[Visit]:
        redrives, stay = 0, None
        for event in self.in_order:
            if event.kind is Kind.REDRIVEN:
                redrives += 1
            elif event.kind is Kind.ENTERED:
                if stay:
                    yield stay.visit(None, None)
                stay = _Stay(event.name, event.at, redrives)
            elif stay and event.kind is Kind.ATTEMPTED:
                stay.attempts.append(redrives)
            elif stay and event.kind is Kind.FAILED:
                stay.failures.append(event.name)
            elif stay and event.kind is Kind.EXITED and event.name == stay.state:
                yield stay.visit(event.at, redrives)
                stay = None
        if stay:
            yield stay.visit(None, None)

    def progress(self) -> "Progress":
        """Where it stands, by all that is known."""
        visits, end = self.visits, self.ends.get(self.redrives) if self.has_ended else None
        last = self.events.get(self.last_id)
        ended_at = last.at if last and last.kind is Kind.ENDED else end.ended_at if end else None
        status = end.status if end else last.name if last and last.kind is Kind.ENDED else "RUNNING"
        first = self.events.get(1)
        started_at = first.at if first else min((each.started_at for each in self.ends.values()), default=None)
        if started_at is None:
            started_at = min((event.at for event in self.events.values()), default=0)
        state = visits[-1].state if visits else None
        return Progress(
            execution=self.execution,
            status=status,
            state=state,
            since=ended_at or (visits[-1].entered_at if visits else started_at),
            started_at=started_at,
            ended_at=ended_at,
            waits_for=waits_for(status, state),
            visits=visits,
            redrives=self.redrives,
            outcome=end.outcome if end else "",
            reason=end.reason if end else "",
            error=end.error if end else "",
            cause=end.cause if end else "",
        )


@dataclass(frozen=True, slots=True)
class Recorded:
    """A course as it is kept.

    Parameters
    ----------
    counted
        After which redrives (0: the start) it was counted.
    """

    course: Course
    counted: frozenset[int] = frozenset()

    @property
    def to_count(self) -> Sequence[int]:
        """After which redrives it is to be counted."""
        return [each for each in self.course.countable if each not in self.counted]

    def with_counted(self, redrives: int) -> "Recorded":
        """The same, counted after one more redrive."""
        return Recorded(self.course, self.counted | {redrives})


@dataclass(frozen=True, slots=True)
class OpenCourse:
    """An execution that runs, or that ended and is not counted yet, as far as is known.

    Parameters
    ----------
    is_settled
        Whether no event is missing below the last that is known, and the execution waits for something since.
    """

    execution: str
    runs: bool
    is_settled: bool
    redrives: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an execution stands.

    Parameters
    ----------
    state
        The state that it is in, or that it ended in; None where none is known.
    since
        When it ended; when it entered its state, while it runs. All moments are milliseconds since 1970.
    waits_for
        None when it has ended well.
    """

    execution: str
    status: str
    state: str | None
    since: int
    started_at: int
    ended_at: int | None
    waits_for: Party | None
    visits: Sequence[Visit]
    redrives: int
    outcome: str
    reason: str
    error: str
    cause: str

    @property
    def signature(self) -> str:
        """What the failure says, without what differs by customer."""
        return signature_of(self.cause) if self.cause else ""

    @property
    def path(self) -> Sequence[str]:
        """The states in order."""
        return [visit.state for visit in self.visits]

    @property
    def since_moment(self) -> datetime:
        return moment_of(self.since)
