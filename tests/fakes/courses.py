"""Courses of executions that tests of counts and of the record share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, count

from hypothesis import strategies as st

from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.promises import Promise, Promised
from record.domain.record import NO_FACTS, CaseFacts, EnedisReturn, RuleMatch
from record.domain.service_level import CaseKind, Ended
from restoration.clock import PARIS, milliseconds_of

ARN = "arn:aws:states:eu-west-3:123456789012:execution:restoration:LIM-1-abc"


@dataclass
class Facts:
    """What our tables say: of each execution the same."""

    facts: CaseFacts = NO_FACTS
    covered: str = "RESTORE"
    started_by: str = "PaymentReceived|PAY-1"
    technician: bool = False
    looked_up: int = 0
    bank: Sequence[tuple[datetime, datetime]] = ()
    news: datetime | None = None

    def of(self, course: Course) -> CaseFacts:
        assert course.has_ended
        return self.facts

    def coverage(self, course: Course) -> str:
        assert course.visits
        self.looked_up += 1
        return self.covered

    def banks_times(self, course: Course) -> Sequence[tuple[datetime, datetime]]:
        assert course.visits
        return self.bank

    def origin(self, course: Course) -> str:
        assert course.visits
        return self.started_by

    def paid_at(self, course: Course) -> datetime | None:
        assert course.visits
        return self.news

    def names(self, course: Course) -> Sequence[str]:
        assert course.visits
        return ["PAY-1"]

    def is_by_technician(self, course: Course) -> bool:
        assert course.visits
        return self.technician


def events_of(words: str, moments: Iterable[int], first: int = 1) -> list[Event]:
    """Events by their kinds, each with the name of its state, or of its error, behind a colon."""
    said = (each.partition(":") for each in words.split())
    return [
        Event.of(number, kind, at, name, name)
        for number, (at, (kind, _, name)) in enumerate(zip(moments, said, strict=False), first)
    ]


TWICE = 2 * "TaskScheduled TaskStarted TaskFailed:EnedisUnavailable "
FAILED_AND_REDRIVEN = events_of(
    "ExecutionStarted TaskStateEntered:TakeCharge TaskScheduled TaskStarted TaskSucceeded TaskStateExited:TakeCharge"
    f" TaskStateEntered:ReadPoint {TWICE} ExecutionFailed ExecutionRedriven TaskScheduled TaskStarted TaskSucceeded"
    " TaskStateExited:ReadPoint SucceedStateEntered:Restored SucceedStateExited:Restored ExecutionSucceeded",
    [0, *range(10, 60, 10), *range(100, 260, 10)],
)
ENDS = [
    End(0, "FAILED", 0, 170, error="EnedisUnavailable", cause="Enedis could not be reached for point 12"),
    End(1, "SUCCEEDED", 0, 250, "RESTORED"),
]
WHOLE = Course.of(ARN, FAILED_AND_REDRIVEN, ENDS)


ASKED = ("TakeCharge", "IsItOurs", "SuspendReminders", "CheckPayment")
LOOK = (*ASKED, "DecideProtection", "DecidePayment", "DecideCoverage")
GRANTED = (*LOOK, "MayPowerComeBack", "ReadPoint", "DecideAction", "WhatToOrder")
ORDERED = (*GRANTED, "PrepareOrder", "IsThereAnOrder", "OrderAtEnedis", "DidEnedisAccept", "AnnounceOrder")
ROUND, CLOSE = ("WaitForEnedis", "ReadCase", "DecideProgress", "IsPowerBack"), ("CloseOrLetGo", "HowItEnded")
FOLLOWED = (*ORDERED, *ROUND)
RESTORED = (*FOLLOWED, *CLOSE, "Restored")


def course_of(path: Sequence[str], end: End | None = None) -> Course:
    """The course of an execution that was in each state of a path for 10 ms."""
    stays = (f"TaskStateEntered:{state} TaskStateExited:{state}" for state in path)
    words = " ".join(("ExecutionStarted", *stays, f"Execution{end.status.title()}" if end else ""))
    return Course.of(ARN, events_of(words, (each // 2 * 10 for each in count())), [end] if end else [])


MONDAY = datetime(2026, 11, 23, 9, tzinfo=PARIS)
PROMISES = [Promise(Promised.REMOTE, MONDAY, None)], [Promise(Promised.REMOTE, MONDAY, MONDAY)]
SERVED = Ended(CaseKind.EARLY, in_time=False), Ended(CaseKind.EARLY, in_time=True)
"""Of the ends of ``WHOLE``: the failure stopped a promise, and what the redrive promised again was kept, in time."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Stay = tuple[str, timedelta]


def course(*stays: Stay, outcome: str = "RESTORED", status: str = "SUCCEEDED", begins: datetime = MONDAY) -> Course:
    """A case that was so long in each of some states, and ended with the last."""
    parts = accumulate((stay for _, stay in stays), initial=timedelta())
    moments = [milliseconds_of(begins + part) for part in parts for _ in range(2)]
    words = " ".join(f"TaskStateEntered:{state} TaskStateExited:{state}" for state, _ in stays)
    end = End(0, status, moments[0], moments[-1], outcome if status == "SUCCEEDED" else "")
    return Course.of(ARN, events_of(f"ExecutionStarted {words} Execution{status.title()}", moments), [end])


def restored(after: timedelta, *before: Stay) -> Course:
    return course(*before, ("ReadPoint", MINUTE), ("OrderAtEnedis", MINUTE), ("WaitForEnedis", after - 2 * MINUTE))


durations = st.integers(0, 30 * 86_400_000)
FACTS = CaseFacts(
    rules=[RuleMatch("coverage", "v1", "r1")],
    decisions=["coverage"],
    returns=[EnedisReturn("REMOTE", "SGT200", is_accepted=True)],
    means=frozenset({"CARD"}),
)
"""The same facts of each execution."""
COUNTED = [replace(FACTS, promises=each, service=served) for each, served in zip(PROMISES, SERVED, strict=True)]
