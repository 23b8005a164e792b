"""The tables of courses and counts: they only grow, each end is counted once, and what stands is found."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from record.adapters.dynamodb.counters import CounterTable
from record.adapters.dynamodb.courses import CourseTable
from record.adapters.dynamodb.record_table import RecordTable
from record.adapters.dynamodb.slice_items import HOUR
from record.domain.counting import problem_at, tally_of
from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.promises import Promise, Promised
from record.domain.record import (
    NO_FACTS,
    CaseFacts,
    Completeness,
    EndedCase,
    EnedisReturn,
    RuleMatch,
    Signature,
    Slice,
    Stage,
)
from record.domain.service_level import CaseKind, Underway
from record.domain.states import Party
from record.domain.tally import sum_of
from record.use_cases.record_execution import CourseRecorder
from restoration.clock import moment_of, to_text
from restoration.domain.limitation import limitation_of
from tests.fakes.courses import (
    ARN,
    ENDS,
    FAILED_AND_REDRIVEN,
    LOOK,
    MONDAY,
    ORDERED,
    PROMISES,
    SERVED,
    WHOLE,
    Facts,
    course_of,
    task,
)
from tests.fakes.tables import UNSIGNED, put_empty_tables, put_record_tables
from tests.integration.adapters.recording import Front

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def courses() -> CourseTable:
    put_empty_tables({})
    put_record_tables()
    return CourseTable(boto3.resource("dynamodb", config=UNSIGNED), "courses", lambda: NOW)


@pytest.fixture
def counters(courses: CourseTable) -> CounterTable:
    assert courses is not None
    return CounterTable(boto3.resource("dynamodb", config=UNSIGNED), "courses", "counters")


@pytest.fixture
def recorder(courses: CourseTable, counters: CounterTable) -> CourseRecorder:
    return CourseRecorder(courses, counters, Facts(FACTS))


@pytest.fixture
def record(courses: CourseTable) -> RecordTable:
    assert courses is not None
    return RecordTable(boto3.client("dynamodb", config=UNSIGNED), "courses", "counters")


class Dying:
    """boto3's resource, whose process dies before it writes once more than so often."""

    def __init__(self, dynamodb: Any, writes: int) -> None:
        self._dynamodb = dynamodb
        self._left = writes
        self.meta = dynamodb.meta

    def Table(self, name: str) -> Front:  # noqa: N802 - boto3's name
        table = self._dynamodb.Table(name)

        def write(**request: Any) -> Any:
            if not self._left:
                raise ConnectionError
            self._left -= 1
            return table.update_item(**request)

        return Front(table, update_item=write)


FACTS = CaseFacts(
    rules=[RuleMatch("coverage", "v1", "r1")],
    decisions=["coverage"],
    returns=[EnedisReturn("REMOTE", "SGT200", is_accepted=True)],
    means=frozenset({"CARD"}),
)
"""The same facts of each execution."""
COUNTED = [replace(FACTS, promises=each, service=served) for each, served in zip(PROMISES, SERVED, strict=True)]


def test_pieces_in_any_order_and_repeated_are_one_course_counted_once_for_each_end(
    courses: CourseTable, recorder: CourseRecorder
) -> None:
    number = iter(range(100))

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


def test_slices_of_an_hour_are_the_tallies_of_its_outcomes(
    recorder: CourseRecorder, counters: CounterTable, record: RecordTable
) -> None:
    recorder.record(WHOLE)
    expected = [
        Slice(EPOCH, HOUR, "FAILED", "-", tally_of(WHOLE, 0, COUNTED[0])),
        Slice(EPOCH, HOUR, "RESTORED", "-", tally_of(WHOLE, 1, COUNTED[1])),
    ]
    assert record.slices(EPOCH, EPOCH + HOUR) == expected
    assert not counters.count(WHOLE, 1, NO_FACTS)
    assert record.slices(EPOCH, EPOCH + HOUR) == expected


@pytest.mark.parametrize(("outcome", "kept"), [("RESTORED", [1, 1]), ("SHADOW", [1, 0])])
def test_wait_that_ended_before_a_failure_is_promised_once_and_shadow_promises_nothing(
    recorder: CourseRecorder, record: RecordTable, outcome: str, kept: list[int]
) -> None:
    look = [replace(each, name=each.name.replace("TakeCharge", "CheckPayment")) for each in FAILED_AND_REDRIVEN]
    recorder.record(Course.of(ARN, look, [ENDS[0], replace(ENDS[1], outcome=outcome)]))
    found = [each.tally.named("promise#") for each in record.slices(EPOCH, EPOCH + HOUR)]
    assert [sum(count.sums.get("kept", 0) for count in each.values()) for each in found] == kept


@pytest.mark.parametrize("writes", range(4))
def test_end_whose_recorder_died_between_its_writes_is_counted_once(
    courses: CourseTable, record: RecordTable, writes: int
) -> None:
    """After the three writes of a failure's signature: before the end, the hour's mark or its own mark, or never."""
    resource = boto3.resource("dynamodb", config=UNSIGNED)
    fronts: Any = (Dying(resource, 3 + writes), resource)
    first, again = (CounterTable(front, "courses", "counters") for front in fronts)
    courses.add(WHOLE)
    with suppress(ConnectionError):
        first.count(WHOLE, 0, FACTS)
    assert again.count(WHOLE, 0, FACTS) is (writes < 3)
    assert not again.count(WHOLE, 0, NO_FACTS)
    [found] = record.slices(EPOCH, EPOCH + HOUR)
    assert found.tally == tally_of(WHOLE, 0, FACTS)


def test_workers_that_count_in_one_hour_add_to_the_same_slice(recorder: CourseRecorder, record: RecordTable) -> None:
    courses = [Course.of(f"{ARN}-{place}", FAILED_AND_REDRIVEN, ENDS) for place in range(20)]
    assert recorder.take(courses) == 40
    slices = {each.outcome: each.tally for each in record.slices(EPOCH, EPOCH + HOUR)}
    assert slices["RESTORED"] == sum_of(tally_of(each, 1, COUNTED[1]) for each in courses)
    assert slices["FAILED"] == sum_of(tally_of(each, 0, COUNTED[0]) for each in courses)


def test_execution_counts_for_the_version_that_was_deployed_before_its_start(
    recorder: CourseRecorder, counters: CounterTable, record: RecordTable
) -> None:
    before, later = EPOCH - timedelta(days=1), EPOCH + timedelta(seconds=1)
    counters.note_revision("r1", before)
    counters.note_revision("r2", later)
    recorder.record(WHOLE)
    assert {each.version for each in record.slices(EPOCH, EPOCH + HOUR)} == {to_text(before)}
    assert record.versions() == [before, later]
    assert {each.version for each in record.ended_cases(EPOCH, EPOCH + HOUR)} == {to_text(before)}


def test_signature_says_when_it_was_seen_first_and_last(recorder: CourseRecorder, record: RecordTable) -> None:
    later = [replace(each, at=each.at + 60_000) for each in FAILED_AND_REDRIVEN[:14]]
    last = Course.of(f"{ARN}-later", later, [replace(ENDS[0], ended_at=60_170)])
    problem = problem_at(WHOLE, 0)
    assert problem is not None
    for course in (last, WHOLE, last):
        recorder.record(course)
    assert record.signatures() == {
        problem.id: Signature(
            id=problem.id,
            state="ReadPoint",
            error="EnedisUnavailable",
            words="Enedis could not be reached for point …",
            first_seen=moment_of(170),
            last_seen=moment_of(60_170),
            versions=frozenset({"-"}),
            execution=f"{ARN}-later",
        )
    }


def test_failed_execution_is_an_open_case_until_it_is_released_or_redriven(
    recorder: CourseRecorder, courses: CourseTable, record: RecordTable
) -> None:
    failed = Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS[:1])
    recorder.record(failed)
    [case] = record.open_cases()
    problem = problem_at(WHOLE, 0)
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
        assert (case.stage, case.has_paid_and_waits, case.by_technician) == (stage, has_paid, True)


def test_execution_that_was_redriven_without_a_word_of_it_is_looked_for(
    recorder: CourseRecorder, courses: CourseTable
) -> None:
    """The line of the redrive was lost, and so was the status event of the end that followed."""
    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS[:1]))
    assert list(courses.open()) == []
    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[15:]))
    [found] = courses.open()
    assert (found.execution, found.runs) == (ARN, False)
    recorder.record(WHOLE)
    assert list(courses.open()) == []


def test_open_cases_are_those_that_wait_longest(recorder: CourseRecorder, record: RecordTable) -> None:
    for place in (3, 1, 2):
        events = [replace(each, at=each.at + 1000 * place) for each in FAILED_AND_REDRIVEN[:8]]
        recorder.record(Course.of(f"{ARN}-{place}", events))
    assert [each.execution[-2:] for each in record.open_cases(2)] == ["-1", "-2"]


def test_open_cases_are_all_of_a_week_in_which_thousands_wait_for_the_bank() -> None:
    number, text = {"N": "0"}, {"S": "concerned"}
    item = {"status": text, "stage": text, "startedAt": number, "since": number, "redrives": number}
    front = Mock()
    front.query = lambda **asked: {"Items": [item] * (750 if "RUNNING" in str(asked) else 0)}  # of each of eight keys
    assert len(RecordTable(front, "courses", "counters").open_cases()) == 6000


def test_ended_cases_are_the_latest_with_what_tells_one_from_another(
    recorder: CourseRecorder, record: RecordTable
) -> None:
    recorder.record(WHOLE)
    later = [replace(each, at=each.at + 86_400_000) for each in FAILED_AND_REDRIVEN]
    ends = [replace(each, ended_at=each.ended_at + 86_400_000) for each in ENDS]
    recorder.record(Course.of(f"{ARN}-later", later, ends))
    recorder.record(Course.of(f"{ARN}-joined", ends=[End(0, "SUCCEEDED", 100, 881, "JOINED")]))
    found = record.ended_cases(EPOCH, EPOCH + timedelta(days=2))
    assert [each.execution for each in found] == [f"{ARN}-later", ARN]
    assert [each.execution for each in record.ended_cases(EPOCH, EPOCH + timedelta(days=2), most=1)] == [f"{ARN}-later"]
    assert record.ended_cases(EPOCH, moment_of(250)) == []
    assert found[1] == EndedCase(
        execution=ARN,
        limitation_id=limitation_of(ARN),
        status="SUCCEEDED",
        outcome="RESTORED",
        state="Restored",
        started_at=EPOCH,
        ended_at=moment_of(250),
        redrives=1,
        version="-",
        means=frozenset({"CARD"}),
        codes=frozenset({"SGT200"}),
        rules=frozenset({"coverage#r1"}),
        ways="TakeCharge>ReadPoint>Restored",
    )


def test_what_runs_is_open_and_what_was_counted_is_not(courses: CourseTable, recorder: CourseRecorder) -> None:
    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[:8]))
    [running] = courses.open()
    assert (running.execution, running.runs, running.is_settled, running.changed_at) == (ARN, True, False, NOW)
    recorder.record(Course.of(ARN, ends=ENDS[:1]))
    assert [(each.execution, each.runs) for each in courses.open()] == [(ARN, False)]
    recorder.record(WHOLE)
    assert list(courses.open()) == []


def test_writer_who_knows_less_does_not_move_an_execution_back(courses: CourseTable, recorder: CourseRecorder) -> None:
    recorded, _ = recorder.record(WHOLE)
    courses.say_where(type(recorded)(Course.of(ARN, FAILED_AND_REDRIVEN[:8])))
    assert list(courses.open()) == []


def test_item_expires_thirty_days_after_its_end_and_not_while_it_runs(recorder: CourseRecorder) -> None:
    def expiry() -> Any:
        key = {"execution": {"S": ARN}}
        return boto3.client("dynamodb").get_item(TableName="courses", Key=key)["Item"].get("expiresAt")

    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS[:1]))
    assert expiry() == {"N": str(int(timedelta(days=30).total_seconds()))}
    recorder.record(Course.of(ARN, FAILED_AND_REDRIVEN[:16]))
    assert expiry() is None


def test_execution_of_which_nothing_is_known_is_open_until_something_is(
    courses: CourseTable, recorder: CourseRecorder
) -> None:
    courses.note(ARN)
    assert [each.execution for each in courses.open()] == [ARN]
    courses.note(ARN)
    recorder.record(WHOLE)
    assert list(courses.open()) == []


def test_moment_up_to_which_all_is_recorded_is_kept(counters: CounterTable, record: RecordTable) -> None:
    assert (counters.complete_to(), record.completeness()) == (None, None)
    counters.say_complete_to(NOW, 3)
    assert counters.complete_to() == (NOW, 3)
    assert record.completeness() == Completeness(NOW, 3)


def test_what_runs_is_spread_over_keys_of_the_index_and_all_of_it_is_found(
    courses: CourseTable, recorder: CourseRecorder, record: RecordTable
) -> None:
    """Each event of each execution writes there, and DynamoDB takes 1,000 writes a second under one key."""
    names = {f"{ARN}-{number}" for number in range(30)}
    for name in sorted(names):
        recorder.record(Course.of(name, FAILED_AND_REDRIVEN[:8]))
    items = boto3.resource("dynamodb", config=UNSIGNED).Table("courses").scan()["Items"]
    assert len({item["standing"] for item in items}) > 4
    assert {each.execution for each in courses.open() if each.runs} == names
    assert {each.execution for each in record.open_cases()} == names
    assert len(list(courses.under_way())) == 30


def test_case_that_runs_tells_by_when_it_should_end(courses: CourseTable, recorder: CourseRecorder) -> None:
    """Until it has waited for the bank, and once it waits for Enedis."""
    waited = task(2, "WaitForBank", 1_000)
    entered = [Event.of(7, "TaskStateEntered", 90_000, "ReadPoint"), Event.of(8, "TaskScheduled", 90_001)]
    recorder.record(Course.of(ARN, [Event.of(1, "ExecutionStarted", 10), *waited, *entered]))
    recorder.record(Course.of(f"{ARN}-2", WHOLE.events.values(), ENDS))
    assert list(courses.under_way()) == [
        Underway(
            limitation_id=limitation_of(ARN) or "-",
            kind=CaseKind.REMOTE,
            started_at=moment_of(10),
            stood_still=timedelta(milliseconds=40),
            waits_for=Party.ENEDIS,
        )
    ]
