"""Lost lines and lost status events are healed from histories, and from as few of them as can be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest

from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.record import CaseFacts, Completeness
from record.use_cases.reconcile_executions import Reconciled, Reconciler
from restoration.domain.claim import Claim
from restoration.domain.limitation import LimitationStatus
from tests.fakes.claims import free
from tests.fakes.courses import ARN, ENDS, FAILED_AND_REDRIVEN, FOLLOWED, GRANTED, ORDERED, WHOLE, Facts, course_of
from tests.integration.adapters.dynamodb.conftest import NOW, RecordWorld

GRACE, HOUR = timedelta(seconds=60), timedelta(hours=1)


@dataclass
class StepFunctions:
    """What Step Functions knows."""

    runs: dict[str, int] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    courses: dict[str, Course] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    looked_back_to: datetime | None = None
    deployed: datetime | None = None

    def running(self) -> Mapping[str, int]:
        return self.runs

    def started_since(self, moment: datetime) -> Iterable[str]:
        self.looked_back_to = moment
        return self.ended

    def course(self, execution: str) -> Course | None:
        self.read.append(execution)
        return self.courses.get(execution)

    def deployed_at(self) -> datetime | None:
        return self.deployed


@dataclass
class Tables(Facts):
    """What our tables say, and the limitations that are registered."""

    known: dict[str, Claim] = field(default_factory=dict)

    def many(self, limitation_ids: Iterable[str]) -> Mapping[str, Claim]:
        asked = list(limitation_ids)
        assert all(asked), "DynamoDB refuses an empty key"
        return {each: self.known[each] for each in asked if each in self.known}


class World(RecordWorld):
    """The record's tables, Step Functions, and what our other tables say. What is told is told an hour ago."""

    def __init__(self) -> None:
        self.states, self.tables = StepFunctions(), Tables()
        super().__init__(self.tables, NOW - HOUR)
        self.counters = self.noted = Mock(wraps=self.counters)

    @property
    def counted(self) -> Sequence[tuple[str, int, CaseFacts]]:
        told = (each.args for each in self.noted.count.call_args_list)
        return [(course.execution, course.redrives, facts) for course, facts in told]

    def tell(self, events: Iterable[Event] = (), ends: Iterable[End] = (), execution: str = ARN) -> None:
        self.recorder.record(Course.of(execution, events, ends))

    def reconcile(self, most: int = 300) -> Reconciled:
        parts = (self.record, self.courses, self.counters, self.states, self.tables, self.recorder)
        return Reconciler(*parts, lambda: NOW, GRACE, most).reconcile()

    @property
    def known(self) -> Course:
        found = self.courses.find(ARN)
        assert found is not None
        return found.course

    @property
    def grant(self) -> tuple[int, bool] | None:
        found = self.courses.find(ARN)
        return found.grant if found else None


@pytest.fixture
def world() -> World:
    return World()


def test_execution_with_a_gap_is_healed_from_its_history_and_counted(world: World) -> None:
    world.states.courses[ARN] = WHOLE
    world.tell(FAILED_AND_REDRIVEN[3:], ENDS)
    assert world.counted == []
    found = world.reconcile()
    assert (found.healed, found.unreconciled, found.lag) == (1, 0, timedelta())
    assert (world.known, [each[:2] for each in world.counted]) == (WHOLE, [(ARN, 0), (ARN, 1)])
    assert world.record.completeness() == Completeness(NOW - GRACE, 0)
    assert world.states.looked_back_to == NOW - HOUR - GRACE


def test_complete_execution_and_one_that_waits_cost_no_history(world: World) -> None:
    world.recorder.record(WHOLE)
    for redrives, told in enumerate((8, 17)):
        waits = [*FAILED_AND_REDRIVEN[:told], Event.of(told + 1, "TaskSubmitted", 200)]
        world.tell(waits, ENDS[:redrives], execution=f"{ARN}-{redrives}")
        world.states.runs[f"{ARN}-{redrives}"] = redrives
    world.states.ended = [ARN]
    assert world.reconcile().healed == 0
    assert world.states.read == []


@pytest.mark.parametrize("lost", [5, 9])
def test_execution_that_runs_is_healed_where_a_line_is_missing_or_it_does_not_rest(world: World, lost: int) -> None:
    world.states.runs = {ARN: 0}
    waits = [*FAILED_AND_REDRIVEN[:8], Event.of(9, "TaskSubmitted", 130)]
    world.tell(each for each in waits if each.id != lost)
    world.reconcile()
    assert world.states.read == [ARN]


def test_execution_of_which_nothing_was_told_is_found_by_the_list(world: World) -> None:
    world.counters.say_complete_to(NOW - timedelta(minutes=5), 0)
    world.states.ended, world.states.courses[ARN] = [ARN], WHOLE
    assert world.reconcile(most=0).unreconciled == 1
    assert world.states.looked_back_to == NOW - timedelta(minutes=6)
    world.states.ended = []
    assert world.reconcile().healed == 1, "it was noted"
    assert world.known == WHOLE


def test_execution_that_stopped_running_without_a_word_is_healed(world: World) -> None:
    world.states.courses[ARN], world.told_at = WHOLE, NOW - GRACE
    world.tell(FAILED_AND_REDRIVEN[:3])
    world.reconcile()
    assert world.known == WHOLE


def test_redrive_of_which_nothing_was_told_is_found_by_the_list_of_what_runs(world: World) -> None:
    running = Course.of(ARN, FAILED_AND_REDRIVEN[:16], ENDS[:1])
    world.states.runs, world.states.courses[ARN] = {ARN: 1}, running
    world.tell(FAILED_AND_REDRIVEN[:14], ENDS[:1])
    world.reconcile()
    assert world.known == running


def test_what_the_log_may_still_tell_is_left_to_it(world: World) -> None:
    world.states.ended = [ARN]
    world.told_at = NOW - GRACE / 2
    world.tell(FAILED_AND_REDRIVEN[1:3])
    assert world.reconcile().healed == 0


def test_more_than_one_reconciliation_may_read_is_said_with_its_lag(world: World) -> None:
    for each in range(3):
        world.states.courses[f"{ARN}-{each}"] = WHOLE
        world.tell(FAILED_AND_REDRIVEN[1:3], execution=f"{ARN}-{each}")
    found = world.reconcile(most=1)
    assert (found.healed, found.unreconciled, found.lag) == (1, 2, HOUR)
    assert world.record.completeness() == Completeness(NOW - GRACE, 2)


def test_execution_that_step_functions_has_forgotten_is_not_looked_for_again(world: World) -> None:
    world.tell(FAILED_AND_REDRIVEN[1:3])
    world.reconcile()
    assert list(world.courses.open()) == []


def test_execution_whose_recorder_died_before_it_said_where_it_stands_is_healed(world: World) -> None:
    world.states.ended, world.states.courses[ARN] = [ARN], WHOLE
    world.courses.add(WHOLE)
    assert list(world.courses.open()) == []
    world.reconcile()
    assert [each[:2] for each in world.counted] == [(ARN, 0), (ARN, 1)]


def test_version_of_the_machine_is_noted_once_an_execution_has_begun_on_it(world: World) -> None:
    world.reconcile()
    assert world.record.versions() == []
    world.states.deployed = NOW - timedelta(days=2)
    for _ in range(2):
        world.reconcile()
    assert world.record.versions() == [world.states.deployed]


def test_failed_execution_stands_until_it_holds_its_limitation_no_more(world: World) -> None:
    holds, closed, another, let_go, unknown = (f"{ARN[:-9]}LIM-{number}-{'0' * 32}" for number in range(5))
    for each in (holds, closed, another, let_go, unknown, f"{ARN[:-9]}by-hand"):
        world.tell(FAILED_AND_REDRIVEN[:14], ENDS[:1], execution=each)
    known = free(holder=holds), free(holder=closed, status=LimitationStatus.ENDED), free(holder=holds), free()
    world.tables.known = {f"LIM-{number}": each for number, each in enumerate(known)}
    world.reconcile()
    assert list(world.courses.stopped()) == [holds]


def test_execution_is_counted_with_what_our_tables_say_and_one_that_found_nothing_to_do_without(world: World) -> None:
    world.tables.facts = CaseFacts(decisions=("coverage",))
    world.recorder.record(WHOLE)
    assert [facts.decisions for *_, facts in world.counted] == [("coverage",)] * 2
    assert all(facts.firsts for *_, facts in world.counted)
    world.tell(ends=[End(0, "SUCCEEDED", 100, 881, "JOINED")], execution=f"{ARN}-joined")
    assert world.counted[-1][2].decisions == ()


def test_what_the_rules_said_is_looked_up_once_for_each_look_that_goes_on_to_the_point(world: World) -> None:
    world.tables.covered = "RAISE_FLOOR"
    world.recorder.record(course_of(GRANTED[: GRANTED.index("MayPowerComeBack") + 1]))
    assert (world.tables.looked_up, world.grant) == (0, None)
    for path in (GRANTED, ORDERED):
        world.recorder.record(course_of(path))
    assert (world.tables.looked_up, world.grant) == (1, (10 * GRANTED.index("ReadPoint"), False))
    world.tables.covered = "RESTORE"
    world.recorder.record(course_of((*FOLLOWED, "WaitForEnedis", *GRANTED)))
    assert (world.tables.looked_up, world.grant and world.grant[1]) == (2, True)
