"""10,000 made cases, and how they are told: with lines lost, repeated and out of order.

A customer's case is made as a plain list of steps. What is recounted is read off those lists, with no code of ours;
what the screens say has gone through events, the fold, the counts and the figures.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import batched, groupby
from typing import Any, cast

from boto3.dynamodb.types import TypeSerializer

from record.adapters.dynamodb.courses import where_of
from record.adapters.dynamodb.record_table import open_case_of
from record.domain.counting import hour_of, outcome_of, tally_of
from record.domain.course import Course, Recorded
from record.domain.course_event import End, Event
from record.domain.promises import Terms
from record.domain.record import CaseFacts, OpenCase, Slice, added
from record.use_cases.record_execution import CourseRecorder
from restoration.domain.limitation import limitation_of
from tests.fakes.courses import Facts

WRITE = TypeSerializer().serialize
NUMBER = 10_000
DAY = datetime(2026, 11, 24, tzinfo=UTC)
NOW = DAY + timedelta(days=2)
LOOK = ["Begin", "TakeCharge", "IsItOurs", "SuspendReminders", "CheckPayment", "DecideCoverage", "MayPowerComeBack"]
ORDER = ["ReadPoint", "DecideAction", "WhatToOrder", "PrepareOrder", "OrderAtEnedis", "AnnounceOrder"]
ROUND = ["WaitForEnedis", "ReadCase", "DecideProgress", "IsPowerBack"]
ENEDIS = {"ReadPoint", "OrderAtEnedis", "WaitForEnedis", "ReadCase"}
CLOSE = ["CloseOrLetGo", "HowItEnded"]
TERMS = Terms(check=timedelta(seconds=12), remote=timedelta(minutes=20), answer=timedelta(hours=1))
"""So short that some of each are broken."""


@dataclass(frozen=True)
class Case:
    """One execution: its states with how long each took in milliseconds, and how it ended; None where it runs."""

    execution: str
    trigger: str
    began: int
    stays: Sequence[tuple[str, int]]
    outcome: str | None

    @property
    def customer(self) -> str:
        return self.execution.rsplit("-", 1)[0].rsplit(":", 1)[1]

    @property
    def path(self) -> list[str]:
        return [state for state, _ in self.stays]

    @property
    def certain(self) -> int | None:
        """Since when the rules give power back, in milliseconds: the state after their last step begins."""
        places = [place for place, state in enumerate(self.path) if state in {"DecidePriority", "ReadPoint"}]
        return self.began + sum(took for _, took in self.stays[: places[0]]) if places else None

    @property
    def failed(self) -> bool:
        return self.outcome == "FAILED"

    @property
    def pays(self) -> bool:
        """Whether somebody paid or spoke for the customer: a check counts where the rules gave power back."""
        return self.outcome != "JOINED" and (self.certain is not None or self.trigger == "PaymentReceived")

    @property
    def is_check(self) -> bool:
        return not self.pays and self.outcome not in {"JOINED", None} and not self.failed


def made(dice: random.Random) -> list[Case]:
    """Customers with one to three cases, one after the other; the last may run, or be held by an incident."""
    found: list[Case] = []
    while len(found) < NUMBER:
        name, began = f"LIM-{len(found):06d}", dice.randrange(86_000_000)
        if dice.random() < 0.5:
            found.append(case(dice, name, "LimitationRegistered", began, "BALANCE_DUE", [*LOOK, *CLOSE, "BalanceDue"]))
        for _ in range(dice.choice((0, 0, 1))):
            path = [*LOOK, *CLOSE, "BalanceDue"]
            found.append(case(dice, name, "PaymentReceived", began + 10_000_000, "BALANCE_DUE", path))
            found.append(case(dice, name, "PaymentReceived", began + 10_000_001, "JOINED", ["Begin", "TakeCharge"]))
        if dice.random() < 0.25:  # an incident that the next payment took over
            found.append(case(dice, name, "PaymentReceived", began + 15_000_000, "FAILED", LOOK[:5]))
        found.append(last(dice, name, began + 20_000_000))
    return found


def last(dice: random.Random, name: str, began: int) -> Case:
    rounds = ROUND * dice.randrange(1, 6)
    news = [ROUND[0], *LOOK[1:], "ReadPoint", "DecideAction", "WhatToOrder", "PrepareOrder"]
    urgent = ["DecidePriority"] if dice.random() < 0.2 else []
    whole = [*LOOK, *urgent, *ORDER, *(news if dice.random() < 0.2 else []), *rounds]
    kinds = ("restored", "runs", "advisor", "left", "failed before", "failed after")
    match dice.choices(kinds, (60, 8, 6, 6, 10, 10))[0]:
        case "restored":
            return case(dice, name, "PaymentReceived", began, "RESTORED", [*whole, *CLOSE, "Restored"])
        case "runs":
            return case(dice, name, "PaymentReceived", began, None, whole[: -dice.randrange(2, 5)])
        case "advisor":
            return case(dice, name, "PaymentReceived", began, None, [*LOOK, "SendQuestion", "WaitForAdvisor"])
        case "left":
            path = [*LOOK, "SendQuestion", "WaitForAdvisor", *LOOK[1:], *CLOSE, "LeftToAdvisor"]
            return case(dice, name, "PaymentReceived", began, "LEFT_TO_ADVISOR", path)
        case "failed before":
            trigger = dice.choice(("PaymentReceived", "NightlyCheck"))
            return case(dice, name, trigger, began, "FAILED", LOOK[:5])
    return case(dice, name, "PaymentReceived", began, "FAILED", [*LOOK, "ReadPoint"])


def case(dice: random.Random, name: str, trigger: str, began: int, outcome: str | None, path: Sequence[str]) -> Case:
    slow = {"WaitForEnedis": 900_000, "WaitForAdvisor": 7_000_000}
    stays = [(state, dice.randrange(1, slow.get(state, 3000))) for state in path]
    execution = f"arn:aws:states:eu-west-3:1:execution:r:{name}-{dice.getrandbits(128):032x}"
    return Case(execution, trigger, int(DAY.timestamp() * 1000) + began, stays, outcome)


def lines_of(told: Case) -> tuple[list[Event], list[End]]:
    """What Step Functions says of a case: its events, and its end."""
    now, said = told.began, [("ExecutionStarted", "", told.began)]
    for place, (state, took) in enumerate(told.stays):
        said.append(("TaskStateEntered", state, now))
        now += took
        if place < len(told.stays) - 1 or (told.outcome and not told.failed):
            said.append(("TaskStateExited", state, now))
    ends = []
    if told.outcome:
        status = "FAILED" if told.failed else "SUCCEEDED"
        said.append((f"Execution{status.title()}", "", now))
        why = {"error": "Broken", "cause": "billing said 7"} if told.failed else {"outcome": told.outcome}
        ends.append(End(0, status, told.began, now, trigger=f"{told.trigger}|1", **why))
    return [Event.of(number, kind, at, state) for number, (kind, state, at) in enumerate(said, 1)], ends


@dataclass
class Kept(Facts):
    """What is recorded, in memory: courses, and the ends that were counted."""

    courses: dict[str, Recorded] = field(default_factory=dict)
    where: dict[str, Mapping[str, object]] = field(default_factory=dict)
    claims: dict[tuple[str, str], str] = field(default_factory=dict)
    slices: list[Slice] = field(default_factory=list)
    triggers: Mapping[str, str] = field(default_factory=dict)
    released: Collection[str] = ()

    def origin(self, course: Course) -> str:
        return f"{self.triggers[course.execution]}|1"

    def paid_at(self, course: Course) -> None:
        assert course.visits

    def add(self, course: Course) -> Recorded:
        known = self.courses.get(course.execution, Recorded(Course(course.execution)))
        self.courses[course.execution] = replace(known, course=known.course.joined(course))
        return self.courses[course.execution]

    def say_where(self, recorded: Recorded) -> None:
        self.courses[recorded.course.execution] = recorded
        self.where[recorded.course.execution] = where_of(recorded)

    def first(self, execution: str, names: Collection[str]) -> Collection[str]:
        customer = limitation_of(execution)
        return {name for name in names if self.claims.setdefault((customer, name), execution) == execution}

    def name(self, *_: object) -> None:
        """Nobody looks for a customer here."""

    def count(self, course: Course, redrives: int, facts: CaseFacts) -> bool:
        start, outcome = hour_of(course, redrives), outcome_of(course, redrives)
        self.slices.append(Slice(start, timedelta(hours=1), outcome, "-", tally_of(course, redrives, facts)))
        return True

    def open_cases(self) -> Sequence[OpenCase]:
        """Those that run, and those that failed and that nobody took over."""
        items = (
            {"execution": execution, "limitationId": limitation_of(execution), **where}
            for execution, where in self.where.items()
            if where["standing"] is not None and execution not in self.released
        )
        written = ({name: WRITE(value) for name, value in item.items() if value is not None} for item in items)
        return [case for item in written if (case := open_case_of(item)) is not None]


@dataclass(frozen=True)
class Played:
    cases: Sequence[Case]
    kept: Kept
    slices: Sequence[Slice]
    open: Sequence[OpenCase]


def play(cases: Sequence[Case], kept: Kept, dice: random.Random) -> Played:
    """Report all of it: 5 % of the lines lost, 20 % repeated, out of order; then the histories of what lacks some."""
    recorder = CourseRecorder(cast("Any", kept), cast("Any", kept), kept, terms=TERMS)
    told = [(each.execution, lines_of(each)) for each in cases]
    lines = [(execution, line) for execution, (events, ends) in told for line in (*events, *ends)]
    lines = [each for each in lines if dice.random() >= 0.05]
    lines += dice.sample(lines, len(lines) // 5)
    # Batches of a log have lines of some minutes: near each other, and in no order.
    for some in batched(sorted(lines, key=lambda each: (each[0], dice.random())), 2000, strict=False):
        for execution, its in groupby(some, key=lambda each: each[0]):
            said = [line for _, line in its]
            events = [line for line in said if isinstance(line, Event)]
            recorder.record(Course.of(execution, events, [line for line in said if isinstance(line, End)]))
    for execution, (every, ended) in told:
        recorded = kept.courses.get(execution)
        if recorded is None or recorded.course.known < len(every) + len(ended):
            recorder.record(Course.of(execution, every, ended))
    return Played(cases, kept, added(kept.slices), kept.open_cases())
