"""The open cases: what runs, what failed and waits for a mend, and what is known of each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import boto3
import pytest

from record.adapters.dynamodb.counters import CounterTable
from record.adapters.dynamodb.courses import CourseTable
from record.adapters.dynamodb.record_table import RecordTable
from record.adapters.dynamodb.slice_items import HOUR
from record.domain.counting import problem_in
from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.promises import TERMS, Promise, Promised
from record.domain.record import (
    Stage,
)
from record.domain.service_level import CaseKind
from record.domain.states import Party
from record.use_cases.record_execution import CourseRecorder
from restoration.clock import moment_of
from tests.fakes.courses import (
    ARN,
    ENDS,
    FAILED_AND_REDRIVEN,
    LOOK,
    MONDAY,
    ORDERED,
    WHOLE,
    Facts,
    course_of,
    events_of,
)
from tests.fakes.tables import UNSIGNED

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_failed_execution_is_an_open_case_until_it_is_released_or_redriven(
    recorder: CourseRecorder, courses: CourseTable, record: RecordTable
) -> None:
    failed = Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS[:1])
    recorder.record(failed)
    [case] = record.open_cases()
    problem = problem_in(WHOLE.at(0))
    assert problem is not None
    assert (case.status, case.state, case.since, case.error) == ("FAILED", "ReadPoint", moment_of(170), problem.error)
    assert (case.signature, case.waits_for, case.stage) == (problem.id, Party.US, Stage.CONCERNED)
    assert case.promises == (), "it is broken, and in the slice of the end"
    assert list(courses.stopped()) == [ARN]
    courses.release(ARN)
    assert record.open_cases() == []
    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[14:18]))
    [running] = record.open_cases()
    assert (running.status, running.signature, running.redrives) == ("RUNNING", "", 1)
    assert running.newly == set(), "its first end has a slice"
    assert running.promises == [Promise(Promised.REMOTE, moment_of(100 + 24 * 3_600_000), None)], (
        "a redrive makes it again"
    )
    assert record.ended_cases(EPOCH, EPOCH + HOUR) == []


def test_payment_that_came_as_news_is_known_before_anybody_checked_it(
    courses: CourseTable, counters: CounterTable, record: RecordTable
) -> None:
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
        CourseRecorder(courses, counters, facts).record(course_of(path, end))
        [case] = record.open_cases()
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
    courses: CourseTable,
    counters: CounterTable,
    record: RecordTable,
    covered: str,
    stage: Stage,
    has_paid: bool,  # noqa: FBT001 - pytest gives it
) -> None:
    facts = Facts(covered=covered, technician=True)
    for path in (ORDERED, (*ORDERED, "WaitForEnedis")):
        CourseRecorder(courses, counters, facts).record(course_of(path))
        [case] = record.open_cases()
        assert (case.stage, case.has_paid_and_waits, case.kind) == (stage, has_paid, CaseKind.TECHNICIAN)


def test_execution_that_was_redriven_without_a_word_of_it_is_looked_for(
    recorder: CourseRecorder, courses: CourseTable
) -> None:
    """The line of the redrive was lost, and so was the status event of the end that followed."""
    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS[:1]))
    assert list(courses.open()) == []
    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[15:]))
    [found] = courses.open()
    assert (found.course.execution, found.course.runs) == (ARN, False)
    recorder.record(WHOLE)
    assert list(courses.open()) == []


def test_open_cases_are_those_that_wait_longest(recorder: CourseRecorder, record: RecordTable) -> None:
    for place in (3, 1, 2):
        events = [replace(each, at=each.at + 1000 * place) for each in FAILED_AND_REDRIVEN[:8]]
        recorder.record(Course.of(f"{ARN}-{place}", events))
    assert [each.execution[-2:] for each in record.open_cases(2)] == ["-1", "-2"]


def test_open_cases_are_all_of_a_week_in_which_thousands_wait_for_the_bank() -> None:
    number, text = {"N": "0"}, {"S": "concerned"}
    item = dict.fromkeys(("execution", "limitationId", "status", "state", "stage"), text) | {"kind": {"S": "Remote"}}
    item |= dict.fromkeys(("startedAt", "since", "redrives", "stoodStill"), number)
    front = Mock()
    front.query = lambda **asked: {"Items": [item] * (750 if "RUNNING" in str(asked) else 0)}  # of each of eight keys
    assert len(RecordTable(front, "courses", "counters").open_cases()) == 6000


def test_writer_who_knows_less_does_not_move_an_execution_back(courses: CourseTable, recorder: CourseRecorder) -> None:
    recorded, _ = recorder.record(WHOLE)
    courses.say_where(replace(recorded, course=Course.of(ARN, FAILED_AND_REDRIVEN[:8])))
    assert list(courses.open()) == []


def test_what_runs_is_spread_over_keys_of_the_index_and_all_of_it_is_found(
    courses: CourseTable, recorder: CourseRecorder, record: RecordTable
) -> None:
    """Each event of each execution writes there, and DynamoDB takes 1,000 writes a second under one key."""
    names = {f"{ARN}-{number}" for number in range(30)}
    for name in sorted(names):
        recorder.record(Course.of(name, FAILED_AND_REDRIVEN[:8]))
    items = boto3.resource("dynamodb", config=UNSIGNED).Table("courses").scan()["Items"]
    assert len({item["standing"] for item in items}) > 4
    assert {each.course.execution for each in courses.open() if each.course.runs} == names
    assert {each.execution for each in record.open_cases()} == names


def test_case_that_runs_tells_by_when_it_should_end(recorder: CourseRecorder, record: RecordTable) -> None:
    """Until it has waited for the bank, and once it waits for Enedis."""
    words = "TaskStateEntered:WaitForBank TaskScheduled TaskStarted TaskSucceeded TaskStateExited:WaitForBank"
    waited = events_of(words, range(1_000, 1_050, 10), 2)
    entered = [Event.of(7, "TaskStateEntered", 90_000, "ReadPoint"), Event.of(8, "TaskScheduled", 90_001)]
    recorder.record(Course.of(ARN, [Event.of(1, "ExecutionStarted", 10), *waited, *entered]))
    recorder.record(Course.of(f"{ARN}-2", WHOLE.events.values(), ENDS))
    [case] = record.open_cases()
    assert (case.kind, case.started_at, case.stood_still) == (
        CaseKind.REMOTE,
        moment_of(10),
        timedelta(milliseconds=40),
    )
    due = moment_of(50) + TERMS.remote
    assert [case.is_overdue(TERMS, due + late) for late in (timedelta(), timedelta(milliseconds=1))] == [False, True]
