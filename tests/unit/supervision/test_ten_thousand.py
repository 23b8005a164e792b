"""10,000 made cases, told with lines lost, repeated and out of order: each word equals a recount by another way.

A customer's case is made as a plain list of steps. What is recounted is read off those lists, with no code of ours;
what the screens say has gone through events, the fold, the counts and the figures.
"""

import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, batched, groupby, pairwise
from typing import Any, cast

import pytest
from boto3.dynamodb.types import TypeSerializer

from record.adapters.dynamodb.courses import where_of
from record.adapters.dynamodb.record_table import ended_case_of, open_case_of
from record.domain.counting import hour_of, outcome_of, problem_at, tally_of
from record.domain.course import Course, Recorded
from record.domain.course_event import NOTHING_TO_DO, End, Event
from record.domain.incidents import Counted, Steps, incidents
from record.domain.promises import Terms
from record.domain.record import CaseFacts, OpenCase, Signature, Slice, added
from record.domain.steps import STEP_OF, pairs_in
from record.domain.tally import WIDTH
from record.use_cases.record_execution import CourseRecorder
from restoration.domain.limitation import limitation_of
from supervision.figures.branches import flow_of
from supervision.figures.customers import came, now_of, promises, waited_at, without_advisor
from supervision.figures.durations import Population, durations, times_of
from supervision.figures.enedis import waits
from supervision.figures.report import Objectives, Period, indicators
from supervision.figures.running import awaited
from supervision.sources import TARGETS
from tests.fakes.courses import Facts

WRITE = TypeSerializer().serialize
pytestmark = pytest.mark.explored
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
    def certain(self) -> bool:
        return "ReadPoint" in self.path

    @property
    def failed(self) -> bool:
        return self.outcome == "FAILED"

    @property
    def pays(self) -> bool:
        """Whether somebody paid or spoke for the customer: a check counts where the rules gave power back."""
        return self.outcome != "JOINED" and (self.certain or self.trigger == "PaymentReceived")

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
    whole = [*LOOK, *ORDER, *(news if dice.random() < 0.2 else []), *rounds]
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


@pytest.fixture(scope="module")
def played() -> Played:
    """Report all of it: 5 % of the lines lost, 20 % repeated, out of order; then the histories of what lacks some."""
    dice = random.Random(29)  # noqa: S311
    cases = made(dice)
    newest = {each.customer: each.execution for each in cases}.values()
    kept = Kept(
        triggers={each.execution: each.trigger for each in cases},
        released={each.execution for each in cases} - set(newest),
    )
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


def customers(cases: Sequence[Case]) -> int:
    return len({each.customer for each in cases})


def test_each_word_equals_a_recount_and_is_the_same_on_every_screen_and_in_the_report(played: Played) -> None:
    found, cases = came(played.slices, played.open), played.cases
    payers = [each for each in cases if each.pays]
    recounted = {
        "concerned": customers(payers),
        "certain": customers([each for each in payers if each.certain]),
        "ordered": customers([each for each in payers if "AnnounceOrder" in each.path]),
        "restored": customers([each for each in cases if each.outcome == "RESTORED"]),
        "balance_due": customers([each for each in payers if each.outcome == "BALANCE_DUE"]),
        "left": customers([each for each in cases if each.outcome == "LEFT_TO_ADVISOR"]),
        "failed": customers([each for each in cases if each.failed]),
        "checked": sum(each.is_check for each in cases),
    }
    assert all(recounted.values())
    assert {word: getattr(found, word) for word in recounted} == recounted
    period = Period(played.slices, {})
    lines = {each.name: each.value for each in indicators(period, period, None, Objectives(TARGETS, {}), None)}
    ended = came(played.slices)
    assert {word: lines[word] for word in recounted} == {word: getattr(ended, word) for word in recounted}
    drawn = durations(played.slices)
    flow = flow_of(played.slices, {})
    assert flow.visits("Restored") == drawn.populations[Population.RESTORED].number == recounted["restored"]


def promised(each: Case) -> Iterator[tuple[str, int, int | None]]:
    """What was promised in a case, since when, and when that came: read off its steps, in milliseconds."""
    ends = list(accumulate((took for _, took in each.stays), initial=each.began))
    last = None if each.failed or each.outcome is None else ends[-1]
    waits = [place for place, state in enumerate(each.path) if state in {*ENEDIS, "WaitForAdvisor"}]
    yield "check", each.began, ends[waits[0]] if waits else last
    if waits:
        is_advisor, over = "WaitForAdvisor" in each.path, ends[waits[-1] + 1]
        yield "advisor" if is_advisor else "remote", ends[waits[0]], None if last is None else over
        if is_advisor and each.outcome:
            yield "check", over, last


def test_promises_made_kept_and_broken(played: Played) -> None:
    now, terms = DAY + timedelta(hours=20), {"check": TERMS.check, "remote": TERMS.remote, "advisor": TERMS.answer}
    expected: Counter[tuple[str, str]] = Counter()
    for each in played.cases:
        for what, since, ended in promised(each) if each.outcome != "JOINED" else ():
            due = since + terms[what] // timedelta(milliseconds=1)
            is_open = ended is None and not each.failed and due >= now.timestamp() * 1000
            expected[what, "kept" if ended and ended <= due else "open" if is_open else "broken"] += 1
    assert len(expected) == 8, "each of three kinds may be kept, broken and open, but that no check is open"
    found = promises(played.slices, played.open, now)
    assert {(what, word): value for what, count in found.items() for word, value in count.sums.items()} == expected
    assert {what: count.number for what, count in found.items()} == {
        what: sum(value for (name, _), value in expected.items() if name == what) for what in terms
    }


def test_cases_that_ended_without_an_advisor(played: Played) -> None:
    ended = [each for each in played.cases if each.pays and each.outcome not in {None, "FAILED"}]
    alone = sum("WaitForAdvisor" not in each.path for each in ended)
    assert without_advisor(played.slices) == (alone, len(ended))
    assert 0 < alone < len(ended)


def test_who_waits_now_and_for_whom(played: Played) -> None:
    found, running = now_of(played.open, NOW, TARGETS), [each for each in played.cases if each.outcome is None]
    held = [each for each in played.cases if each.failed and each.execution not in played.kept.released]
    assert len(found.waiting) == sum(each.certain for each in [*running, *held])
    assert len(found.unchecked) == sum(not each.certain and each.trigger == "PaymentReceived" for each in held)
    assert (len(found.stopped), found.paid) == (len(held), len(found.waiting) + len(found.unchecked))
    advised = sum(each.path[-1] == "WaitForAdvisor" for each in running)
    by_party = {each.party.value: each.all.number for each in awaited(played.open, NOW)}
    assert len(found.advised) == by_party["advisor"] == advised
    since = {each.execution: each.since.timestamp() * 1000 for each in played.open if each.waits_for == "enedis"}
    assert since
    for each in running:
        if each.execution in since:
            begun = each.began + sum(took for _, took in each.stays[: each.path.index("ReadPoint")])
            assert since[each.execution] == begun, "the wait began with the first word to Enedis, not at this look"


def test_who_waited_at_a_moment_of_the_day_before(played: Played) -> None:
    moment, ended = DAY + timedelta(hours=9), []
    for execution, where in played.kept.where.items():
        if (where["endedAt"] and execution in played.kept.released) or where["status"] == "SUCCEEDED":
            item = {"execution": execution, "limitationId": limitation_of(execution), **where}
            ended.append(ended_case_of({name: WRITE(value) for name, value in item.items() if value is not None}))
    at = moment.timestamp() * 1000
    waited = set()
    for each in played.cases:
        if each.certain and each.outcome != "JOINED":
            certain = each.began + sum(took for _, took in each.stays[: each.path.index("ReadPoint")])
            end = each.began + sum(took for _, took in each.stays)
            is_open = each.outcome is None or (each.failed and each.execution not in played.kept.released)
            if certain <= at and (is_open or end > at):
                waited.add(each.customer)
    assert waited_at(moment, ended, played.open) == len(waited) > 0


def test_times_of_states_and_waits_are_those_of_whole_cases(played: Played) -> None:
    took: dict[str, list[int]] = {}
    for each in played.cases:
        if each.outcome not in {None, *NOTHING_TO_DO}:
            stays = each.stays[:-1] if each.failed else each.stays
            by_state: Counter[str] = Counter()
            for state, milliseconds in stays:
                by_state[state] += milliseconds
            for state, milliseconds in by_state.items():
                took.setdefault(state, []).append(milliseconds)
            places = [place for place, (state, _) in enumerate(stays) if state in ENEDIS]
            if places:
                span = sum(milliseconds for _, milliseconds in stays[places[0] : places[-1] + 1])
                took.setdefault("wait#enedis", []).append(span)
    whole = [sum(took for _, took in each.stays) for each in played.cases if each.outcome == "RESTORED"]
    mean = durations(played.slices).populations[Population.RESTORED].mean
    assert mean == pytest.approx(sum(whole) / len(whole), rel=0.01)
    found = [*durations(played.slices).states, ("wait#enedis", times_of(waits(played.slices)["wait#enedis"]))]
    assert {state for state, _ in found} == set(took)
    for state, times in found:
        exact = sorted(took[state])
        assert times.number == len(exact), state
        for value, share in ((times.median, 0.5), (times.p95, 0.95)):
            right = exact[-int(-share * len(exact) // 1) - 1]
            assert value is not None
            assert right / WIDTH - 1 <= value <= right * WIDTH + 1, state


def test_steps_and_ways_are_those_of_the_cases(played: Played) -> None:
    """How often, how long, and which cases each way opens."""
    flow = flow_of(played.slices, {})
    took: dict[str, list[int]] = {}
    stays: Counter[str] = Counter()
    ways: Counter[tuple[str, str]] = Counter()
    for each in played.cases:
        kept = str(played.kept.where[each.execution]["ways"] or "")
        assert set(pairs_in(kept)) == {">".join(way) for way in pairwise(each.path)}, "an open case has its ways, too"
        if each.outcome in {None, *NOTHING_TO_DO}:
            continue
        ways.update(pairwise(each.path))
        groups = [[took for _, took in its] for _, its in groupby(each.stays, key=lambda stay: STEP_OF[stay[0]])]
        names = [step for step, _ in groupby(each.path, key=STEP_OF.__getitem__)]
        left = list(zip(names, groups, strict=True))[: -1 if each.failed else None]
        stays.update(step for step, _ in left)
        for step in {step for step, _ in left}:
            took.setdefault(step, []).append(sum(sum(its) for name, its in left if name == step))
    assert flow.ways == ways
    assert {step: count.number for step, count in flow.steps.items()} == stays
    for step, count in flow.steps.items():
        right = sorted(took[step])[-int(-0.95 * len(took[step]) // 1) - 1]
        assert right / WIDTH - 1 <= (count.percentile(0.95) or 0) <= right * WIDTH + 1


def test_failures_count_customers_each_once(played: Played) -> None:
    steps = Steps.over(DAY, NOW, timedelta(hours=1))
    problems: dict[str, Signature] = {}
    for each in played.kept.courses.values():
        if problem := problem_at(each.course, 0):
            problems[problem.id] = Signature(problem.id, problem.state, problem.error, problem.words, DAY, NOW)
    found = incidents(Counted(played.slices, ()), problems, played.open, (), steps)
    failed = [each for each in played.cases if each.failed]
    for state in ("CheckPayment", "ReadPoint"):
        mine = [each for each in failed if each.path[-1] == state]
        [one] = [each for each in found if each.signature.state == state]
        held = [each for each in mine if each.execution not in played.kept.released]
        assert (one.times, one.customers, one.holds) == (len(mine), customers(mine), customers(held))
