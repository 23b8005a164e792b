"""Heals the record of executions: log lines and status events may be lost, lists and histories are not.

A history is read only where something is missing, because an account may read 20 a second.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from record.domain.course import Recorded
from record.domain.record import Record
from record.ports import Counters, Courses, Histories
from record.use_cases.record_execution import CourseRecorder
from restoration.domain.limitation import limitation_of
from restoration.ports import ManyClaims

FIRST_LOOK = timedelta(hours=1)
"""How far back the first reconciliation looks."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a reconciliation found.

    Parameters
    ----------
    complete_to
        Up to when all is recorded, but for the unreconciled.
    healed
        How many histories were read and recorded.
    lag
        For how long the oldest unreconciled execution has been so.
    """

    complete_to: datetime
    unreconciled: int
    healed: int
    lag: timedelta


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Compares the record with Step Functions.

    Parameters
    ----------
    grace
        How long the log may take to tell what happened, before a history is read.
    most_histories
        How many histories one reconciliation reads at most; the others follow with the next.
    """

    record: Record
    courses: Courses
    counters: Counters
    histories: Histories
    claims: ManyClaims
    recorder: CourseRecorder
    clock: Callable[[], datetime]
    grace: timedelta
    most_histories: int = 300

    def reconcile(self) -> Reconciled:
        """Heal what is missing, and say up to when all is recorded."""
        now = self.clock()
        # A version is noted once an execution has begun on it: none needs it before. Again, it is the same.
        if deployed_at := self.histories.deployed_at():
            self.counters.note_version(deployed_at)
        known = self.record.completeness()
        since = known.to if known else now - FIRST_LOOK
        wanting = dict(self._wanting(now, since - self.grace))
        healed = sorted(wanting, key=lambda each: wanting[each])[: self.most_histories]
        for execution in healed:
            if course := self.histories.course(execution):
                self.recorder.record(course)
            else:
                self.courses.forget(execution)
        complete_to, left = now - self.grace, wanting.keys() - set(healed)
        self.counters.say_complete_to(complete_to, len(left))
        self._release()
        lag = max((now - wanting[each] for each in left), default=timedelta())
        return Reconciled(complete_to, len(left), len(healed), lag)

    def _release(self) -> None:
        """Let those that failed stand no more whose limitation was taken over, closed or let go."""
        stopped = list(self.courses.stopped())
        known = self.claims.many({limitation_of(each) for each in stopped} - {""})
        for execution in set(stopped) - {each.holder for each in known.values() if each.is_open}:
            self.courses.release(execution)

    def _wanting(self, now: datetime, since: datetime) -> Iterator[tuple[str, datetime]]:
        """The executions of which something is missing, each with the moment of which it is not recorded."""
        running = self.histories.running()
        seen: set[str] = set()
        for execution, changed_at, redrives in self.courses.open():
            seen.add(execution)
            is_known = redrives is not None and running.get(execution) == redrives
            if now - changed_at >= self.grace and not is_known:
                yield execution, changed_at
        for execution in {*running, *self.histories.started_since(since)} - seen:
            found = self.courses.find(execution)
            if found is None:
                self.courses.note(execution)
                yield execution, since
            elif _was_left_halfway(found, runs=execution in running):
                yield execution, since


def _was_left_halfway(found: Recorded, *, runs: bool) -> bool:
    """Whether an execution that is not listed as open should be: a redrive was missed, or its recorder was lost."""
    return found.course.has_ended if runs else found.course.redrives not in found.counted
