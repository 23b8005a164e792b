"""The tables of courses and counts: they only grow, each end is counted once, and what stands is found."""

from collections.abc import Sequence
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
from record.domain.counting import problem_in, tally_of
from record.domain.course import Course
from record.domain.course_event import End
from record.domain.record import (
    NO_FACTS,
    CaseFacts,
    EnedisReturn,
)
from record.use_cases.record_execution import CourseRecorder
from restoration.clock import moment_of, to_text
from tests.fakes.courses import (
    ARN,
    ENDS,
    FACTS,
    FAILED_AND_REDRIVEN,
    LOOK,
    MONDAY,
    WHOLE,
    Facts,
    course_of,
    restored,
)
from tests.fakes.tables import UNSIGNED
from tests.integration.adapters.recording import Front

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
        first.count(WHOLE.at(0), FACTS)
    assert again.count(WHOLE.at(0), FACTS) is (writes < 3)
    assert not again.count(WHOLE.at(0), NO_FACTS)
    [found] = record.slices(EPOCH, EPOCH + HOUR)
    assert found.tally == tally_of(WHOLE.at(0), FACTS)


def test_execution_counts_for_the_version_that_was_deployed_before_its_start(
    recorder: CourseRecorder, counters: CounterTable, record: RecordTable
) -> None:
    before, later = EPOCH - timedelta(days=1), EPOCH + timedelta(seconds=1)
    counters.note_version(before)
    counters.note_version(later)
    recorder.record(WHOLE)
    assert {each.version for each in record.slices(EPOCH, EPOCH + HOUR)} == {to_text(before)}
    assert record.versions() == [before, later]
    assert {each.version for each in record.ended_cases(EPOCH, EPOCH + HOUR)} == {to_text(before)}


def test_signature_says_when_it_was_seen_first_and_last(recorder: CourseRecorder, record: RecordTable) -> None:
    later = [replace(each, at=each.at + 60_000) for each in FAILED_AND_REDRIVEN[:14]]
    last = Course.of(f"{ARN}-later", later, [replace(ENDS[0], ended_at=60_170)])
    problem = problem_in(WHOLE.at(0))
    assert problem is not None
    for course in (last, WHOLE, last):
        recorder.record(course)
    seen = record.signatures()[problem.id]
    assert (seen.first_seen, seen.last_seen, seen.execution) == (moment_of(170), moment_of(60_170), f"{ARN}-later")


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
    told = [found[1].means, found[1].codes, found[1].rules]
    assert told == [frozenset({each}) for each in ("CARD", "SGT200", "coverage#r1")]
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
    courses: CourseTable, counters: CounterTable, returns: Sequence[tuple[str, bool]], kind: str, in_time: int
) -> None:
    """No visit was announced."""
    counted = list[tuple[str, int]]()
    facts = Facts(CaseFacts(returns=[EnedisReturn(intent, "SGT200", accepted) for intent, accepted in returns]))
    recorder = CourseRecorder(courses, counters, facts, lambda *each: counted.append(each))
    case = restored(timedelta(days=2))
    recorder.take([case, case])
    assert counted == [(f"{kind}Ended", 1), (f"{kind}InTime", in_time)]
    [found] = RecordTable(boto3.client("dynamodb"), "courses", "counters").slices(MONDAY, MONDAY + timedelta(days=3))
    assert found.tally.of("ended").sums.get("in_time", 0) == in_time


def test_check_whose_end_does_not_say_what_started_it_is_no_customer_who_paid(
    courses: CourseTable, counters: CounterTable, record: RecordTable
) -> None:
    """Step Functions leaves a long input out of its event; the register knows the registration all the same."""
    end = End(0, "SUCCEEDED", 0, 1000, "BALANCE_DUE")
    facts = Facts(started_by="LimitationRegistered|LIM-1:T")
    CourseRecorder(courses, counters, facts).record(course_of((*LOOK, "CloseOrLetGo", "BalanceDue"), end))
    [found] = record.slices(EPOCH, EPOCH + HOUR)
    assert found.tally.of("ended").sums == {"checked": 1, "in_time": 1}


def test_end_that_another_worker_counted_is_not_measured_again(courses: CourseTable, counters: CounterTable) -> None:
    measured, beaten = Mock(), Mock(wraps=counters)
    beaten.count = lambda *end: counters.count(*end) and counters.count(*end)
    CourseRecorder(courses, beaten, Facts(FACTS), measured).record(WHOLE)
    measured.assert_not_called()
