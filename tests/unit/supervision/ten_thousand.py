"""Made cases, and how they are told: 10,000 with lines lost, repeated and out of order.

A customer's case is made as a plain list of steps. What is recounted is read off those lists as off the histories of
the deployed stack, with no code of ours; what the screens say has gone through events, the fold, the counts and the
figures.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import batched, groupby
from typing import Any, cast

from record.adapters.dynamodb.record_table import read_as
from record.domain.counting import hour_of, outcome_of, problem_in, tally_of, took_after_paying, version_of
from record.domain.course import Course, Recorded
from record.domain.course_event import End, Event
from record.domain.paid import Paid
from record.domain.promises import Terms
from record.domain.record import (
    CaseFacts,
    EndedCase,
    EnedisReturn,
    OpenCase,
    RuleMatch,
    Signature,
    Slice,
    SlowCase,
    added,
)
from record.use_cases.record_execution import CourseRecorder
from restoration.clock import PARIS, moment_of
from restoration.domain.limitation import limitation_of
from tests.end_to_end.histories import Ended, Stay, Told
from tests.fakes.courses import Facts
from tests.unit.supervision.memory import item_of

NUMBER = 10_000
DAY = datetime(2026, 11, 24, tzinfo=UTC)
NOW = DAY + timedelta(days=2)
LOOK = ["Begin", "TakeCharge", "IsItOurs", "SuspendReminders", "CheckPayment", "DecideCoverage", "MayPowerComeBack"]
ORDER = ["ReadPoint", "DecideAction", "WhatToOrder", "PrepareOrder", "OrderAtEnedis", "AnnounceOrder"]
ROUND = ["WaitForEnedis", "ReadCase", "DecideProgress", "IsPowerBack"]
CLOSE = ["CloseOrLetGo", "HowItEnded"]
NOTHING = [*LOOK[:3], "NothingToDo"]
type Kind = tuple[str, str]
"""The type of a trigger, and what is ordered."""
PAID, LOOKED = ("PaymentReceived", "REMOTE"), ("LimitationRegistered", "REMOTE")
BANK = ["AnnouncePending", "WaitForBank"]
HOUR = timedelta(hours=1)
CAUSES = {
    "CheckPayment": ("BillingUnavailable", "billing does not answer: HTTP 503"),
    "ReadPoint": ("EnedisUnavailable", "Enedis did not respond in 10 s"),
}
"""Errors by the state in which a case failed."""
TERMS = Terms(check=timedelta(seconds=12), remote=timedelta(minutes=20), clearing=HOUR, answer=HOUR)
"""So short that some of each are broken."""


@dataclass(frozen=True)
class Case:
    """One execution: its states with how long each took in milliseconds, and how it ended; None where it runs.

    ``codes`` are Enedis' to its orders, ``rules`` those that matched, each with its decision; ``fails_first`` where it
    read the point, and was redriven; ``means`` are those of its payments.
    """

    execution: str
    trigger: str
    began: int
    stays: Sequence[tuple[str, int]]
    outcome: str | None
    codes: Sequence[str] = ()
    rules: Sequence[tuple[str, RuleMatch]] = ()
    intent: str = "REMOTE"
    fails_first: bool = False
    means: frozenset[str] = frozenset()

    @property
    def customer(self) -> str:
        return self.execution.rsplit("-", 1)[0].rsplit(":", 1)[1]

    @property
    def path(self) -> list[str]:
        return [state for state, _ in self.stays]

    @property
    def failed(self) -> bool:
        return self.outcome == "FAILED"


def made(dice: random.Random) -> list[Case]:
    """Customers with one to three cases, one after the other; the last may run, or be held by an incident."""
    found: list[Case] = []
    while len(found) < NUMBER:
        name, began = f"LIM-{len(found):06d}", dice.randrange(86_000_000)
        if dice.random() < 0.5:
            found.append(case(dice, name, LOOKED, began, "BALANCE_DUE", [*LOOK, *CLOSE, "BalanceDue"]))
        for _ in range(dice.choice((0, 0, 1))):
            path = [*LOOK, *CLOSE, "BalanceDue"]
            found.append(case(dice, name, PAID, began + 10_000_000, "BALANCE_DUE", path))
            found.append(case(dice, name, PAID, began + 10_000_001, "JOINED", NOTHING))
        if dice.random() < 0.25:  # an incident that the next payment took over
            found.append(case(dice, name, PAID, began + 15_000_000, "FAILED", LOOK[:5]))
        found.append(last(dice, name, began + 20_000_000))
    return found


type Payments = Mapping[str, tuple[int, int | None]]
"""Of executions: how long before the beginning billing told the payment, and the customer paid; in milliseconds."""


def payments(cases: Sequence[Case]) -> Payments:
    """Of each case that was restored; of one in five billing did not tell when the customer paid."""
    dice, found = random.Random(13), {}  # noqa: S311
    for each in cases:
        told = dice.randrange(90_000)
        if each.outcome == "RESTORED":
            found[each.execution] = told, None if dice.random() < 0.2 else told + dice.randrange(80_000_000)
    return found


def last(dice: random.Random, name: str, began: int) -> Case:
    rounds = ROUND * dice.randrange(1, 6)
    news = [ROUND[0], *LOOK[1:], "ReadPoint", "DecideAction", "WhatToOrder", "PrepareOrder"]
    urgent = ["DecidePriority"] if dice.random() < 0.2 else []
    bank = [*BANK, *LOOK[1:]] if dice.random() < 0.2 else []
    whole = [*LOOK, *bank, *urgent, *ORDER, *(news if dice.random() < 0.2 else []), *rounds]
    intent = dice.choices(("REMOTE", "TECHNICIAN"), (5, 1))[0]
    paid, floor = ("PaymentReceived", intent), ("LimitationRegistered", "RAISE_FLOOR")
    again = [*LOOK, "SendQuestion", "WaitForAdvisor", *LOOK[1:], *CLOSE, "LeftToAdvisor"]
    kinds: Sequence[tuple[int, str | None, Sequence[str], Kind]] = (
        (55, "RESTORED", [*whole, *CLOSE, "Restored"], paid),
        (6, None, whole[: -dice.randrange(2, 5)], paid),
        (3, "FLOOR_RAISED", [*whole, *CLOSE, "FloorRaised"], floor),
        (3, None, whole[:-3], floor),
        (4, None, [*LOOK, *BANK], paid),
        (5, None, [*LOOK, "SendQuestion", "WaitForAdvisor"], paid),
        (5, "LEFT_TO_ADVISOR", again, paid),
        (10, "FAILED", LOOK[:5], (dice.choice(("PaymentReceived", "NightlyCheck")), intent)),
        (9, "FAILED", [*LOOK, "ReadPoint"], paid),
    )
    _, outcome, path, kind = dice.choices(kinds, [each[0] for each in kinds])[0]
    told = case(dice, name, kind, began, outcome, path)
    return replace(told, fails_first=outcome == "RESTORED" and dice.random() < 0.1)


def case(dice: random.Random, name: str, kind: Kind, began: int, outcome: str | None, path: Sequence[str]) -> Case:
    slow = {"WaitForEnedis": 900_000, "WaitForAdvisor": 7_000_000, "WaitForBank": 7_000_000}
    stays = [(state, dice.randrange(1, slow.get(state, 3000))) for state in path]
    execution = f"arn:aws:states:eu-west-3:1:execution:r:{name}-{dice.getrandbits(128):032x}"
    codes = [*dice.choice(([], [], ["SGT4B8"], ["SGT500"])), "SGT200"] if "AnnounceOrder" in path else []
    rules = [("coverage", RuleMatch("coverage", "v1", f"r{dice.randrange(9)}"))]
    trigger, intent = kind
    return Case(execution, trigger, int(DAY.timestamp() * 1000) + began, stays, outcome, codes, rules, intent)


def told_of(case: Case) -> Told:
    """What the history of a case would say of it, by another way."""
    now, found = case.began, Told(case.execution, moment_of(case.began), case.trigger, runs=case.outcome is None)
    error, _ = CAUSES.get(case.path[-1], CAUSES["ReadPoint"])
    for place, (state, took) in enumerate(case.stays):
        stay = Stay(state, moment_of(now), found.redrives)
        if case.fails_first and state == "ReadPoint" and not found.redrives:
            found.ends.append(Ended(moment_of(now), 0, "FAILED", error, state))
            found.redrives = 1
        now += took
        if place < len(case.stays) - 1 or not (case.outcome is None or case.failed):
            stay.left, stay.left_in = moment_of(now), found.redrives
        if state == "MayPowerComeBack":
            full = "FLOOR" if case.intent == "RAISE_FLOOR" else "FULL"
            goes_on = place + 1 < len(case.stays) and case.path[place + 1] in {"DecidePriority", "ReadPoint"}
            stay.assigned = {"wanted": full if goes_on else "NONE"}
        found.stays.append(stay)
    if case.outcome:
        stopped = case.path[-1] if case.failed else ""
        found.ends.append(Ended(moment_of(now), found.redrives, case.outcome, error if stopped else "", stopped))
    return found


def orders_of(case: Case) -> Iterator[Mapping[str, str]]:
    """The orders of a case, as the register keeps them."""
    for code in case.codes:
        kept = {
            "limitationId": case.customer,
            "intent": case.intent,
            "tokenEnteredAt": moment_of(case.began).isoformat(),
        }
        yield {**kept, "status": "ACCEPTED" if code == "SGT200" else "REFUSED", "code": code}


def lines_of(told: Case) -> tuple[list[Event], list[End]]:
    """What Step Functions says of a case: its events, and its end."""
    now, said, ends = told.began, [("ExecutionStarted", "", told.began)], list[End]()
    error, cause = CAUSES.get(told.path[-1], CAUSES["ReadPoint"])
    broken = {"error": error, "cause": cause}
    for place, (state, took) in enumerate(told.stays):
        said.append(("TaskStateEntered", state, now))
        if told.fails_first and not ends and state == "ReadPoint":
            said += [("ExecutionFailed", "", now), ("ExecutionRedriven", "", now)]
            ends.append(End(0, "FAILED", told.began, now, trigger=f"{told.trigger}|1", **broken))
        said.append(("TaskScheduled", "", now))
        said += [("TaskFailed", "", now), ("TaskScheduled", "", now)] if took % 29 == 0 else []
        now += took
        said += [("TaskTimedOut", "", now)] if state == "WaitForEnedis" else []
        if place < len(told.stays) - 1 or (told.outcome and not told.failed):
            said.append(("TaskStateExited", state, now))
    if told.outcome:
        status = "FAILED" if told.failed else "SUCCEEDED"
        said.append((f"Execution{status.title()}", "", now))
        why = broken if told.failed else {"outcome": told.outcome}
        ends.append(End(len(ends), status, told.began, now, trigger=f"{told.trigger}|1", **why))
    return [Event.of(number, kind, at, state) for number, (kind, state, at) in enumerate(said, 1)], ends


@dataclass
class Kept(Facts):
    """What is recorded, in memory: courses, and the ends that were counted, with what is kept beside them."""

    courses: dict[str, Recorded] = field(default_factory=dict)
    claims: dict[tuple[str, str], str] = field(default_factory=dict)
    slices: list[Slice] = field(default_factory=list)
    cases: Mapping[str, Case] = field(default_factory=dict)
    released: Collection[str] = ()
    payments: Payments = field(default_factory=dict)
    versions: Sequence[datetime] = ()
    signatures: dict[str, Signature] = field(default_factory=dict)
    slowest: dict[str, list[SlowCase]] = field(default_factory=lambda: defaultdict(list))
    marks: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def origin(self, course: Course) -> str:
        return f"{self.cases[course.execution].trigger}|1"

    def of(self, course: Course) -> CaseFacts:
        redrives, told = course.redrives, self.cases[course.execution]
        returns = [EnedisReturn(told.intent, code, is_accepted=code == "SGT200") for code in told.codes]
        asked = ["coverage"] if "WaitForAdvisor" in told.path else []
        decisions, rules = [each for each, _ in told.rules], [match for _, match in told.rules]
        known = CaseFacts(rules=rules, decisions=decisions, manual=asked, means=told.means)
        first = known if not redrives else CaseFacts()
        return replace(first, returns=returns, paid=self.paid(told)) if redrives == told.fails_first else first

    def paid(self, told: Case) -> Paid | None:
        if told.execution not in self.payments:
            return None
        heard, at = self.payments[told.execution]
        return Paid(None if at is None else moment_of(told.began - at), moment_of(told.began - heard))

    def coverage(self, course: Course) -> str:
        return "RAISE_FLOOR" if self.cases[course.execution].intent == "RAISE_FLOOR" else "RESTORE"

    def is_by_technician(self, course: Course) -> bool:
        return self.cases[course.execution].intent == "TECHNICIAN"

    def paid_at(self, course: Course) -> None:
        assert course.visits

    def add(self, course: Course) -> Recorded:
        known = self.courses.get(course.execution, Recorded(Course(course.execution), moment_of(0)))
        events, ends = {**known.course.events, **course.events}, {**known.course.ends, **course.ends}
        told = replace(known.course, events=events, others=known.course.others | course.others, ends=ends)
        self.courses[course.execution] = replace(known, course=told)
        return self.courses[course.execution]

    def say_where(self, recorded: Recorded) -> None:
        self.courses[recorded.course.execution] = recorded

    def first(self, execution: str, names: Collection[str]) -> Collection[str]:
        customer = limitation_of(execution)
        return {name for name in names if self.claims.setdefault((customer, name), execution) == execution}

    def name(self, *_: object) -> None:
        """Nobody looks for a customer here."""

    def count(self, course: Course, facts: CaseFacts) -> bool:
        version, ended_at = version_of(course, self.versions), moment_of(course.ended_at or 0)
        self.slices.append(Slice(hour_of(course), HOUR, outcome_of(course), version, tally_of(course, facts)))
        if problem := problem_in(course):
            known = self.signatures.get(problem.id, problem)
            self.signatures[problem.id] = replace(
                max(known, problem, key=lambda each: each.last_seen),
                first_seen=min(known.first_seen, problem.first_seen),
                versions=known.versions | {version},
            )
        if facts.paid and facts.paid.at:
            slow = SlowCase(limitation_of(course.execution), ended_at, took_after_paying(course, facts.paid))
            self.slowest[f"{ended_at.astimezone(PARIS):%Y-%m}"].append(slow)
        codes, rules = {each.code for each in facts.returns}, {f"{each.decision}#{each.rule}" for each in facts.rules}
        told = {"means": set(facts.means) or None, "codes": codes or None, "rules": rules or None}
        self.marks[course.execution] = {**told, "version": version}
        return True

    def ended_cases(self) -> Sequence[EndedCase]:
        """Those that ended, and did something."""
        ended = ((self.courses[each], told) for each, told in self.marks.items())
        return [read_as(EndedCase, item_of(each, **told)) for each, told in ended if not each.course.end.did_nothing]

    def open_cases(self) -> Sequence[OpenCase]:
        """Those that run, and those that failed and that nobody took over."""
        items = (item_of(each) for execution, each in self.courses.items() if execution not in self.released)
        return [read_as(OpenCase, item) for item in items if "standing" in item]


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
