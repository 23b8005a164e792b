"""The course of an execution: what its events say, whichever way they came, and however often.

A course only grows: its events are kept by their ids, and two courses of one execution are joined by taking the events
of both. So order and repetition do not matter, and what is missing is known: Step Functions counts from 1 without a
gap. The restoration machine runs one state at a time, so the events in the order of their ids are its whole story.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from record.domain.course_event import End, Event, Kind
from record.domain.promises import Promise
from record.domain.states import Party, waits_for
from record.domain.visit import Visit, visits_of
from record.domain.waits import waits_of


@dataclass(frozen=True)
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

    @cached_property
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
        # The end after a redrive may be told before any event of it is: its own event has to be there, too.
        ended = sum(event.kind is Kind.ENDED for event in self.events.values())
        return is_whole and ended == self.redrives + 1 and all(each in self.ends for each in range(ended))

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
        return [self.events[each] for each in sorted(self.events)]

    @cached_property
    def visits(self) -> Sequence[Visit]:
        """The states that it was in, in order."""
        return list(visits_of(self.in_order))

    def visits_until(self, redrives: int) -> Sequence[Visit]:
        """The states that it was in before the end after so many redrives, as they stood then."""
        return [
            each if each.left_in is not None and each.left_in <= redrives else replace(each, left_at=None)
            for each in self.visits
            if each.entered_in <= redrives
        ]

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
            since=ended_at or (waits_of(visits)[-1].since if visits else started_at),
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
class Progress:
    """Where an execution stands.

    Parameters
    ----------
    state
        The state that it is in, or that it ended in; None where none is known.
    since
        When it ended; while it runs, since when it waits for whom it waits, through the loop and through looks after
        news. All moments are milliseconds since 1970.
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


def origin_of(course: Course) -> str:
    """What started an execution, ``type|id``, as its ends say it; empty where none does."""
    return next((end.trigger for end in course.ends.values() if end.trigger), "")


@dataclass(frozen=True, slots=True)
class Grant:
    """What the rules said, when a case went on to the point.

    Parameters
    ----------
    at
        When the case went on (milliseconds since 1970): for another look, another grant is to be looked up.
    outcome
        The outcome of ``coverage``; empty where it is not kept.
    """

    at: int
    outcome: str

    @property
    def gives_power_back(self) -> bool:
        """Whether full power may come back; a floor is raised without any payment, and a daily flow asks for a look."""
        return self.outcome in {"", "RESTORE", "RESTORE_PROVISIONALLY"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A course as it is kept.

    Parameters
    ----------
    counted
        After which redrives (0: the start) it was counted.
    grant
        What the rules said where power may come back, once somebody looked it up.
    origin
        What started it, ``type|id``; empty where nobody knows. ``|`` and a moment (milliseconds since 1970) follow
        where a payment came later, as news: since then it is known, checked or not.
    firsts
        For each milestone that was asked about, whether it is the first of its customer's executions there.
    technician_for
        For how many orders that Enedis accepted somebody looked up who comes, and whether a technician does.
    promises
        Those that were not counted yet.
    """

    course: Course
    counted: frozenset[int] = frozenset()
    grant: "Grant | None" = None
    origin: str = ""
    firsts: Mapping[str, bool] = field(default_factory=dict)
    technician_for: tuple[int, bool] = (0, False)
    promises: Sequence[Promise] = ()

    @property
    def to_count(self) -> Sequence[int]:
        """After which redrives it is to be counted."""
        return [each for each in self.course.countable if each not in self.counted]

    def with_counted(self, redrives: int) -> "Recorded":
        """The same, counted after one more redrive."""
        return replace(self, counted=self.counted | {redrives})


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
class Revision:
    """A revision of the state machine: its id, and when it was deployed."""

    id: str
    deployed_at: datetime
