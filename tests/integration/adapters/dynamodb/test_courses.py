"""The tables of courses and counts: they only grow, each end is counted once, and what stands open is found."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from record.adapters.dynamodb.counters import CounterTable
from record.adapters.dynamodb.record_table import RecordTable
from record.adapters.dynamodb.slice_items import HOUR
from record.domain.counting import problem_in, tally_of
from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.promises import Promise, Promised
from record.domain.record import NO_FACTS, CaseFacts, EnedisReturn, Stage
from record.domain.service_level import CaseKind
from record.domain.states import Party
from record.use_cases.record_execution import CourseRecorder
from restoration.clock import moment_of
from tests.fakes.courses import (
    ARN,
    ENDS,
    FACTS,
    FAILED_AND_REDRIVEN,
    LOOK,
    MONDAY,
    ORDERED,
    WHOLE,
    Facts,
    course_of,
    events_of,
    restored,
)
from tests.integration.adapters.dynamodb.conftest import RecordWorld
from tests.integration.adapters.recording import Front

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def world() -> RecordWorld:
    return RecordWorld()


def test_pieces_in_any_order_and_repeated_are_one_course_counted_once_for_each_end(world: RecordWorld) -> None:
    number = iter(range(100))

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.permutations([*FAILED_AND_REDRIVEN, *ENDS, *FAILED_AND_REDRIVEN[:4], *ENDS]))
    def told(pieces: list[Any]) -> None:
        execution = f"{ARN}-{next(number)}"
        some = [pieces[place : place + 7] for place in range(0, len(pieces), 7)]
        counted = world.recorder.take(
            Course.of(execution, [it for it in few if hasattr(it, "kind")], [it for it in few if hasattr(it, "status")])
            for few in some
        )
        found = world.courses.find(execution)
        assert found is not None
        assert (found.course, found.counted) == (
            Course(execution, WHOLE.events, WHOLE.others, WHOLE.ends),
            frozenset({0, 1}),
        )
        assert counted == 2

    told()


@pytest.mark.parametrize(("outcome", "kept"), [("RESTORED", [1, 1]), ("SHADOW", [1, 0])])
def test_wait_that_ended_before_a_failure_is_promised_once_and_shadow_promises_nothing(
    world: RecordWorld, outcome: str, kept: list[int]
) -> None:
    look = [replace(each, name=each.name.replace("TakeCharge", "CheckPayment")) for each in FAILED_AND_REDRIVEN]
    world.recorder.record(Course.of(ARN, look, [ENDS[0], replace(ENDS[1], outcome=outcome)]))
    found = [each.tally.named("promise#") for each in world.record.slices(EPOCH, EPOCH + HOUR)]
    assert [sum(count.sums.get("kept", 0) for count in each.values()) for each in found] == kept


@pytest.mark.parametrize("writes", range(4))
def test_end_whose_recorder_died_between_its_writes_is_counted_once(world: RecordWorld, writes: int) -> None:
    """After the three writes of a failure's signature: before the end, the hour's mark or its own mark, or never."""
    left = [None] * (3 + writes)

    def dying(table: Any) -> Any:
        def write(**request: Any) -> Any:
            if not left:
                raise ConnectionError
            left.pop()
            return table.update_item(**request)

        return Front(table, update_item=write)

    first = CounterTable(world.dynamodb, "courses", "counters")
    first._courses, first._counters = map(dying, (first._courses, first._counters))
    world.courses.add(WHOLE)
    with suppress(ConnectionError):
        first.count(WHOLE.at(0), FACTS)
    assert world.counters.count(WHOLE.at(0), FACTS) is (writes < 3)
    assert not world.counters.count(WHOLE.at(0), NO_FACTS)
    [found] = world.record.slices(EPOCH, EPOCH + HOUR)
    assert found.tally == tally_of(WHOLE.at(0), FACTS)


def test_signature_says_when_it_was_seen_first_and_last(world: RecordWorld) -> None:
    later = [replace(each, at=each.at + 60_000) for each in FAILED_AND_REDRIVEN[:14]]
    last = Course.of(f"{ARN}-later", later, [replace(ENDS[0], ended_at=60_170)])
    problem = problem_in(WHOLE.at(0))
    assert problem is not None
    for course in (last, WHOLE, last):
        world.recorder.record(course)
    seen = world.record.signatures()[problem.id]
    assert (seen.first_seen, seen.last_seen, seen.execution) == (moment_of(170), moment_of(60_170), f"{ARN}-later")


def test_ended_cases_are_the_latest_with_what_tells_one_from_another(world: RecordWorld) -> None:
    world.recorder.record(WHOLE)
    later = [replace(each, at=each.at + 86_400_000) for each in FAILED_AND_REDRIVEN]
    ends = [replace(each, ended_at=each.ended_at + 86_400_000) for each in ENDS]
    world.recorder.record(Course.of(f"{ARN}-later", later, ends))
    world.recorder.record(Course.of(f"{ARN}-joined", ends=[End(0, "SUCCEEDED", 100, 881, "JOINED")]))
    found = world.record.ended_cases(EPOCH, EPOCH + timedelta(days=2))
    assert [each.execution for each in found] == [f"{ARN}-later", ARN]
    assert [each.execution for each in world.record.ended_cases(EPOCH, EPOCH + timedelta(days=2), most=1)] == [
        f"{ARN}-later"
    ]
    assert world.record.ended_cases(EPOCH, moment_of(250)) == []
    seen = [set(each) for each in (found[1].means, found[1].codes, found[1].rules)]
    assert seen == [{"CARD"}, {"SGT200"}, {"coverage#r1"}]
    assert found[1].ways == "TakeCharge>ReadPoint>Restored"


@pytest.mark.parametrize(
    ("returns", "kind", "in_time"),
    [
        ([], "Remote", 0),
        ([("REMOTE", True)], "Remote", 0),
        ([("REMOTE", True), ("TECHNICIAN", True)], "Technician", 1),
        ([("REMOTE", True), ("TECHNICIAN", False)], "Remote", 0),
    ],
    ids=["no order is known", "remote", "a technician came after all", "a technician was refused"],
)
def test_end_is_measured_once_and_an_accepted_order_tells_that_a_technician_came(
    world: RecordWorld, returns: Sequence[tuple[str, bool]], kind: str, in_time: int
) -> None:
    """No visit was announced."""
    counted = list[tuple[str, int]]()
    facts = Facts(CaseFacts(returns=[EnedisReturn(intent, "SGT200", accepted) for intent, accepted in returns]))
    recorder = CourseRecorder(world.courses, world.counters, facts, lambda *each: counted.append(each))
    case = restored(timedelta(days=2))
    recorder.take([case, case])
    assert counted == [(f"{kind}Ended", 1), (f"{kind}InTime", in_time)]
    [found] = world.record.slices(MONDAY, MONDAY + timedelta(days=3))
    assert found.tally.of("ended").sums.get("in_time", 0) == in_time


def test_check_whose_end_does_not_say_what_started_it_is_no_customer_who_paid(world: RecordWorld) -> None:
    """Step Functions leaves a long input out of its event; the register knows the registration all the same."""
    end = End(0, "SUCCEEDED", 0, 1000, "BALANCE_DUE")
    facts = Facts(started_by="LimitationRegistered|LIM-1:T")
    CourseRecorder(world.courses, world.counters, facts).record(course_of((*LOOK, "CloseOrLetGo", "BalanceDue"), end))
    [found] = world.record.slices(EPOCH, EPOCH + HOUR)
    assert found.tally.of("ended").sums == {"checked": 1, "in_time": 1}


def test_end_that_another_worker_counted_is_not_measured_again(world: RecordWorld) -> None:
    measured, beaten = Mock(), Mock(wraps=world.counters)
    beaten.count = lambda *end: world.counters.count(*end) and world.counters.count(*end)
    CourseRecorder(world.courses, beaten, Facts(FACTS), measured).record(WHOLE)
    measured.assert_not_called()


# ── The open cases ──


def test_failed_execution_is_an_open_case_until_it_is_released_or_redriven(world: RecordWorld) -> None:
    failed = Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS[:1])
    world.recorder.record(failed)
    [case] = world.record.open_cases()
    problem = problem_in(WHOLE.at(0))
    assert problem is not None
    assert (case.status, case.state, case.since, case.error) == ("FAILED", "ReadPoint", moment_of(170), problem.error)
    assert (case.signature, case.waits_for, case.stage) == (problem.id, Party.US, Stage.CONCERNED)
    assert case.promises == (), "it is broken, and in the slice of the end"
    assert list(world.courses.stopped()) == [ARN]
    world.courses.release(ARN)
    assert world.record.open_cases() == []
    world.recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[14:18]))
    [running] = world.record.open_cases()
    assert (running.status, running.signature, running.redrives) == ("RUNNING", "", 1)
    assert running.newly == set(), "its first end has a slice"
    assert running.promises == [Promise(Promised.REMOTE, moment_of(100 + 24 * 3_600_000), None)], (
        "a redrive makes it again"
    )
    assert world.record.ended_cases(EPOCH, EPOCH + HOUR) == []


def test_payment_that_came_as_news_is_known_before_anybody_checked_it(world: RecordWorld) -> None:
    """Customers in dispute who paid in full, and whom billing's data held, were not among those who paid."""
    facts, said = Facts(started_by="ProtectionGranted|PRO-1"), []
    advised, failed = (*LOOK, "WaitForAdvisor", "CheckPayment"), End(0, "FAILED", 0, 90, error="InvalidResponse")
    for path, paid, end in (
        (LOOK, MONDAY, None),
        (advised, None, None),
        (advised, MONDAY, None),
        (advised, None, failed),
    ):
        facts.news = paid
        CourseRecorder(world.courses, world.counters, facts).record(course_of(path, end))
        [case] = world.record.open_cases()
        said.append((case.is_unchecked, case.paid_at))
    assert said == [(False, None), (False, None), (True, MONDAY), (True, MONDAY)]


@pytest.mark.parametrize(
    ("covered", "stage", "has_paid"),
    [
        ("RESTORE", Stage.ORDERED, True),
        ("RESTORE_PROVISIONALLY", Stage.ORDERED, True),
        ("", Stage.ORDERED, True),
        ("RAISE_FLOOR", Stage.CONCERNED, False),
        ("BALANCE_DUE", Stage.CONCERNED, False),
    ],
)
def test_who_gets_a_floor_or_a_look_only_is_not_among_those_who_paid(
    world: RecordWorld, covered: str, stage: Stage, *, has_paid: bool
) -> None:
    world.facts = Facts(covered=covered, technician=True)
    for path in (ORDERED, (*ORDERED, "WaitForEnedis")):
        world.recorder.record(course_of(path))
        [case] = world.record.open_cases()
        assert (case.stage, case.has_paid_and_waits, case.kind) == (stage, has_paid, CaseKind.TECHNICIAN)


def test_execution_that_was_redriven_without_a_word_of_it_is_looked_for(world: RecordWorld) -> None:
    """The line of the redrive was lost, and so was the status event of the end that followed."""
    world.recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS[:1]))
    assert list(world.courses.open()) == []
    world.recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[15:]))
    assert [(execution, rests) for execution, _, rests in world.courses.open()] == [(ARN, None)]
    world.recorder.record(WHOLE)
    assert list(world.courses.open()) == []


def test_open_cases_are_those_that_wait_longest(world: RecordWorld) -> None:
    for place in (3, 1, 2):
        events = [replace(each, at=each.at + 1000 * place) for each in FAILED_AND_REDRIVEN[:8]]
        world.recorder.record(Course.of(f"{ARN}-{place}", events))
    assert [each.execution[-2:] for each in world.record.open_cases(2)] == ["-1", "-2"]


def test_open_cases_are_all_of_a_week_in_which_thousands_wait_for_the_bank() -> None:
    number, text = {"N": "0"}, {"S": "concerned"}
    item = dict.fromkeys(("execution", "limitationId", "status", "state", "stage"), text) | {"kind": {"S": "Remote"}}
    item |= dict.fromkeys(("startedAt", "since", "redrives", "stoodStill"), number)
    front = Mock()
    front.query = lambda **asked: {"Items": [item] * (750 if "RUNNING" in str(asked) else 0)}  # of each of eight keys
    assert len(RecordTable(front, "courses", "counters").open_cases()) == 6000


def test_writer_who_knows_less_does_not_move_an_execution_back(world: RecordWorld) -> None:
    recorded, _ = world.recorder.record(WHOLE)
    world.courses.say_where(replace(recorded, course=Course.of(ARN, FAILED_AND_REDRIVEN[:8])))
    assert list(world.courses.open()) == []


def test_what_runs_is_spread_over_keys_of_the_index_and_all_of_it_is_found(world: RecordWorld) -> None:
    """Each event of each execution writes there, and DynamoDB takes 1,000 writes a second under one key."""
    names = {f"{ARN}-{number}" for number in range(30)}
    for name in sorted(names):
        world.recorder.record(Course.of(name, FAILED_AND_REDRIVEN[:8]))
    items = world.dynamodb.Table("courses").scan()["Items"]
    assert len({item["standing"] for item in items}) > 4
    assert {execution for execution, *_ in world.courses.open()} == names
    assert {each.execution for each in world.record.open_cases()} == names


def test_case_that_runs_tells_what_its_deadline_counts_from(world: RecordWorld) -> None:
    """Until it has waited for the bank, and once it waits for Enedis."""
    words = "TaskStateEntered:WaitForBank TaskScheduled TaskStarted TaskSucceeded TaskStateExited:WaitForBank"
    waited = events_of(words, range(1_000, 1_050, 10), 2)
    entered = [Event.of(7, "TaskStateEntered", 90_000, "ReadPoint"), Event.of(8, "TaskScheduled", 90_001)]
    world.recorder.record(Course.of(ARN, [Event.of(1, "ExecutionStarted", 10), *waited, *entered]))
    world.recorder.record(Course.of(f"{ARN}-2", WHOLE.events.values(), ENDS))
    [case] = world.record.open_cases()
    assert (case.kind, case.started_at, case.stood_still) == (
        CaseKind.REMOTE,
        moment_of(10),
        timedelta(milliseconds=40),
    )
