"""The course of an execution: what its events say, whichever way they came, and however often.

A course only grows: its events are kept by their ids. So order and repetition do not matter, and what is missing is
known: Step Functions counts from 1 without a gap. The restoration machine runs one state at a time, so the events in
the order of their ids are its whole story.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    trigger
        What started it, ``type|id``, where its history was read or somebody looked it up; its ends say it, too.
    """

    execution: str
    events: Mapping[int, Event] = field(default_factory=dict)
    others: frozenset[int] = frozenset()
    ends: Mapping[int, End] = field(default_factory=dict)
    trigger: str = field(default="", compare=False)

    @classmethod
    def of(cls, execution: str, events: Iterable[Event] = (), ends: Iterable[End] = (), trigger: str = "") -> "Course":
        """A course of events in any order, with repetitions."""
        kept = list(events)
        return cls(
            execution,
            {event.id: event for event in kept if event.kind is not Kind.OTHER},
            frozenset(event.id for event in kept if event.kind is Kind.OTHER),
            {end.redrives: end for end in ends},
            trigger,
        )

    # ── What is known ──

    @property
    def known(self) -> int:
        """How many events and ends are known: it only grows."""
        return len(self.events) + len(self.others) + len(self.ends)

    @cached_property
    def last_id(self) -> int:
        """The highest id that is known; 0 where there is none."""
        return max((*self.events, *self.others), default=0)

    @cached_property
    def missing(self) -> Sequence[int]:
        """The ids below the highest that are not known, in order."""
        return [each for each in range(1, self.last_id) if each not in self.events and each not in self.others]

    @cached_property
    def redrives(self) -> int:
        """How often it was redriven, as far as is known."""
        return max(len(self._of_kind(Kind.REDRIVEN)), *self.ends, 0)

    @property
    def last(self) -> Event | None:
        """The last event that is known, where something counts of it."""
        return self.events.get(self.last_id)

    @property
    def _end(self) -> Event | None:
        """The event of its end, where it is the last that is known."""
        return self.last if self.last is not None and self.last.kind is Kind.ENDED else None

    @property
    def has_ended(self) -> bool:
        """Whether it has ended, and was not redriven since."""
        if self._end:
            return True
        # Its last events may be missing. Once the event of its end is known, what comes after belongs to a redrive.
        return self.redrives in self.ends and len(self._of_kind(Kind.ENDED)) <= self.redrives

    @property
    def is_complete(self) -> bool:
        """Whether it has ended and all of it is known: each event, and how it ended."""
        is_whole = self._end is not None and not self.missing
        # The end after a redrive may be told before any event of it is: its own event has to be there, too.
        ended = len(self._of_kind(Kind.ENDED))
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
        return self.last is not None and (self.last.kind in {Kind.RESTS, Kind.FAILED} or self.last.waits)

    # ── What it says ──

    @property
    def in_order(self) -> Sequence[Event]:
        return [self.events[each] for each in sorted(self.events)]

    @cached_property
    def visits(self) -> Sequence[Visit]:
        """The states that it was in, in order."""
        return list(visits_of(self.in_order))

    def at(self, redrives: int) -> "Course":
        """The course as it was when it ended after so many redrives; as it is, after as many as it had."""
        if redrives == self.redrives:
            return self
        ended, redriven = self._of_kind(Kind.ENDED), self._of_kind(Kind.REDRIVEN)
        last = min([*ended[redrives:][:1], *(each - 1 for each in redriven[redrives:][:1])], default=self.last_id)
        return Course(
            self.execution,
            {each: event for each, event in self.events.items() if each <= last},
            frozenset(each for each in self.others if each <= last),
            {each: end for each, end in self.ends.items() if each <= redrives},
            self.origin,
        )

    @cached_property
    def end(self) -> End:
        """How it ended; while it runs, or before that is told, what is known of it."""
        if self.has_ended and self.redrives in self.ends:
            return self.ends[self.redrives]
        return End(self.redrives, self._end.name if self._end else "RUNNING", self.started_at, 0)

    @property
    def name(self) -> str:
        return self.execution.rpartition(":")[2]

    @property
    def runs(self) -> bool:
        return self.end.status == "RUNNING"

    @property
    def started_at(self) -> int:
        """When it began, by all that is known. All moments are milliseconds since 1970."""
        if first := self.events.get(1):
            return first.at
        told = [each.started_at for each in self.ends.values()] or [each.at for each in self.events.values()]
        return min(told, default=0)

    @property
    def ended_at(self) -> int | None:
        """When it ended: by its own event, or by what is told about the end; None while it runs."""
        return self._end.at if self._end and not self.end.did_nothing else self.end.ended_at or None

    @property
    def state(self) -> str | None:
        """The state that it is in, or that it ended in; None where none is known."""
        return self.visits[-1].state if self.visits else None

    @property
    def since(self) -> int:
        """When it ended; while it runs, since when it waits for one party, through the loop and looks after news."""
        return self.ended_at or (waits_of(self.visits)[-1].since if self.visits else self.started_at)

    @property
    def waits_for(self) -> Party | None:
        """For whom it waits; None when it has ended well."""
        return waits_for(self.end.status, self.state)

    @property
    def origin(self) -> str:
        """What started it, ``type|id``; empty where nothing says it."""
        return self.trigger or next((end.trigger for end in self.ends.values() if end.trigger), "")

    def _of_kind(self, kind: Kind) -> Sequence[int]:
        """The ids of the events of a kind, in order."""
        return sorted(each for each, event in self.events.items() if event.kind is kind)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A course as it is kept.

    Parameters
    ----------
    changed_at
        When something was added to it last.
    counted
        After which redrives (0: the start) it was counted.
    grant
        For which going on to the point (milliseconds since 1970) somebody looked up what the rules had said, and
        whether full power may come back.
    firsts
        For each milestone that was asked about, whether it is the first of its customer's executions there.
    technician_for
        For how many orders that Enedis accepted somebody looked up who comes, and whether a technician does.
    promises
        Those that were not counted yet.
    paid_at
        Since when it knows of a payment, checked or not (milliseconds since 1970): since its start, or since one came
        as news. None where it knows of none.
    """

    course: Course
    changed_at: datetime
    counted: frozenset[int] = frozenset()
    grant: tuple[int, bool] | None = None
    firsts: Mapping[str, bool] = field(default_factory=dict)
    technician_for: tuple[int, bool] = (0, False)
    promises: Sequence[Promise] = ()
    paid_at: int | None = None
