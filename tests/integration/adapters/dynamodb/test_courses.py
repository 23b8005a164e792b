"""The tables of courses and counts: they only grow, and each end is counted once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restoration.adapters.dynamodb.courses import CourseTable
from restoration.clock import moment_of
from restoration.domain.course import Course
from restoration.domain.course_event import Event
from restoration.domain.limitation import limitation_of
from restoration.domain.service_level import CaseKind, Underway
from restoration.domain.tally import tally_of
from restoration.domain.waiting import Party
from restoration.errors import CountersContended
from restoration.use_cases.record_execution import CourseRecorder
from tests.fakes.tables import put_courses_table, put_empty_tables
from tests.unit.domain.test_course import ARN, ENDS, FAILED_AND_REDRIVEN, WHOLE, task

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def courses(aws: None) -> CourseTable:
    assert aws is None
    put_empty_tables({"counters": ["hour", "counted"]})
    put_courses_table("courses")
    return CourseTable(boto3.resource("dynamodb"), "courses", "counters", lambda: NOW, sleep=lambda _: None)


def test_pieces_in_any_order_and_repeated_are_one_course_counted_once_for_each_end(courses: CourseTable) -> None:
    recorder, number = CourseRecorder(courses), iter(range(100))

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.permutations([*FAILED_AND_REDRIVEN, *ENDS, *FAILED_AND_REDRIVEN[:4], *ENDS]))
    def told(pieces: list[Any]) -> None:
        execution = f"{ARN}-{next(number)}"
        some = [pieces[place : place + 7] for place in range(0, len(pieces), 7)]
        counted = recorder.take(
            Course.of(execution, [it for it in few if hasattr(it, "kind")], [it for it in few if hasattr(it, "status")])
            for few in some
        )
        found = courses.find(execution)
        assert found is not None
        assert (found.course, found.counted) == (
            Course(execution, WHOLE.events, WHOLE.others, WHOLE.ends),
            frozenset({0, 1}),
        )
        assert counted == 2

    told()


def test_counts_of_an_hour_are_those_of_the_tallies(courses: CourseTable) -> None:
    CourseRecorder(courses).record(WHOLE)
    assert courses.tally(EPOCH) == tally_of(WHOLE, 0) + tally_of(WHOLE, 1)
    assert not courses.count(WHOLE, 1)
    assert courses.tally(EPOCH) == tally_of(WHOLE, 0) + tally_of(WHOLE, 1)


def test_what_runs_is_open_and_what_was_counted_is_not(courses: CourseTable) -> None:
    recorder = CourseRecorder(courses)
    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[:8]))
    [running] = courses.open()
    assert (running.execution, running.runs, running.is_settled, running.changed_at) == (ARN, True, False, NOW)
    recorder.record(Course.of(ARN, ends=ENDS[:1]))
    assert [(each.execution, each.runs) for each in courses.open()] == [(ARN, False)]
    recorder.record(WHOLE)
    assert list(courses.open()) == []


def test_writer_who_knows_less_does_not_move_an_execution_back(courses: CourseTable) -> None:
    recorded, _ = CourseRecorder(courses).record(WHOLE)
    courses.say_where(type(recorded)(Course.of(ARN, FAILED_AND_REDRIVEN[:8])))
    assert list(courses.open()) == []


def test_item_expires_thirty_days_after_its_end_and_not_while_it_runs(courses: CourseTable) -> None:
    def expiry() -> Any:
        key = {"execution": {"S": ARN}}
        return boto3.client("dynamodb").get_item(TableName="courses", Key=key)["Item"].get("expiresAt")

    recorder = CourseRecorder(courses)
    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS[:1]))
    assert expiry() == {"N": str(int(timedelta(days=30).total_seconds()))}
    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[:16]))
    assert expiry() is None


def test_execution_of_which_nothing_is_known_is_open_until_something_is(courses: CourseTable) -> None:
    courses.note(ARN)
    assert [each.execution for each in courses.open()] == [ARN]
    courses.note(ARN)
    CourseRecorder(courses).record(WHOLE)
    assert list(courses.open()) == []


def test_count_that_others_keep_from_being_made_says_so(courses: CourseTable, monkeypatch: pytest.MonkeyPatch) -> None:
    error = boto3.client("dynamodb").exceptions.TransactionCanceledException
    tried: list[Any] = []

    def refuse(**request: Any) -> None:
        tried.append(request)
        reasons: Any = [{"Code": "None"}, {"Code": "TransactionConflict"}]
        refused: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
        raise error(refused, "TransactWriteItems")

    monkeypatch.setattr(courses._client, "transact_write_items", refuse)
    monkeypatch.setattr(courses._client.exceptions, "TransactionCanceledException", error, raising=False)
    with pytest.raises(CountersContended):
        courses.count(WHOLE, 0)
    assert len(tried) == 8


def test_moment_up_to_which_all_is_recorded_is_kept(courses: CourseTable) -> None:
    assert courses.complete_to() is None
    courses.say_complete_to(NOW, 3)
    assert courses.complete_to() == (NOW, 3)


def test_case_that_runs_tells_by_when_it_should_end(courses: CourseTable) -> None:
    """Until it has waited for the bank, and once it waits for Enedis."""
    waited = task(2, "WaitForBank", 1_000)
    entered = [Event.of(7, "TaskStateEntered", 90_000, "ReadPoint"), Event.of(8, "TaskScheduled", 90_001)]
    CourseRecorder(courses).record(Course.of(ARN, [Event.of(1, "ExecutionStarted", 10), *waited, *entered]))
    CourseRecorder(courses).record(Course.of(f"{ARN}-2", WHOLE.events.values(), ENDS))
    assert list(courses.under_way()) == [
        Underway(
            limitation_id=limitation_of(ARN) or "-",
            kind=CaseKind.REMOTE,
            started_at=moment_of(10),
            stood_still=timedelta(milliseconds=40),
            waits_for=Party.ENEDIS,
        )
    ]
