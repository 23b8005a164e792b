"""Slices over any range equal a recount: from ends, packed hours and packed days, also after late counts."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from record.adapters.dynamodb.hour_book import HourBook
from record.adapters.dynamodb.record_table import RecordTable
from record.adapters.dynamodb.slice_items import DAY, HOUR
from record.adapters.s3.execution_archive import ExecutionLines, key_of
from record.contracts.reminders import RemindersSuppressedDetail
from record.domain.counting import hour_of, outcome_of, tally_of
from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.promises import Terms
from record.domain.record import CaseFacts, EnedisReturn, RuleMatch
from record.domain.tally import Tally, sum_of
from record.use_cases.record_execution import CourseRecorder
from restoration.clock import milliseconds_of
from tests.fakes.courses import ARN, FAILED_AND_REDRIVEN, PROMISES, SERVED, Facts
from tests.fakes.tables import put_bucket
from tests.integration.adapters.dynamodb.conftest import RecordWorld
from tests.integration.adapters.recording import Front, noted
from tests.unit.ops.printing import are_as_kept

FIRST = datetime(2026, 11, 20, tzinfo=UTC)
NOW = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
numbers = count()


class World(RecordWorld):
    """The tables and the bucket; no case ends late."""

    def __init__(self, bucket: str) -> None:
        super().__init__(Facts(covered=""), NOW)
        exact = RecordTable(self.client, "courses", "counters", is_exact=True)
        self.lines = ExecutionLines(boto3.client("s3"), bucket)
        self.book = HourBook(self.dynamodb, "courses", self.dynamodb.Table("counters"), exact, self.lines)

    @property
    def recorder(self) -> CourseRecorder:
        return CourseRecorder(self.courses, self.counters, self.facts, terms=Terms(early=9 * DAY))

    def archive(self, until: datetime = NOW - timedelta(minutes=1), **parts: Any) -> int:
        return self.book.archive(until, **parts)


@pytest.fixture
def bucket() -> str:
    put_bucket("record")
    return "record"


@pytest.fixture
def world(bucket: str) -> World:
    return World(bucket)


def course_at(ended_at: datetime, outcome: str = "RESTORED", took: timedelta = timedelta(minutes=3)) -> Course:
    """An execution that was redriven once and ended at a moment."""
    end, begun = milliseconds_of(ended_at), milliseconds_of(ended_at - took)
    at = [begun + (end - begun) * place // 21 for place in range(22)]
    events = [
        Event(each.id, each.kind, moment, each.name) for each, moment in zip(FAILED_AND_REDRIVEN, at, strict=True)
    ]
    failed = End(0, "FAILED", begun, at[13], error="EnedisUnavailable", cause="no point 12")
    return Course.of(f"{ARN}-{next(numbers)}", events, [failed, End(1, "SUCCEEDED", begun, end, outcome)])


def recounted(courses: Iterable[Course], since: datetime, until: datetime) -> dict[str, Tally]:
    """What executions add to the hours that begin within a range, by outcome."""
    found: dict[str, list[Tally]] = {}
    for course, redrives in ((each.at(end), end) for each in courses for end in each.ends):
        if since <= hour_of(course) < until:
            tally = tally_of(course, CaseFacts(promises=PROMISES[redrives], service=SERVED[redrives]))
            found.setdefault(outcome_of(course), []).append(tally)
    return {outcome: sum_of(each) for outcome, each in found.items()}


def read(world: World, since: datetime, until: datetime) -> dict[str, Tally]:
    slices = world.record.slices(since, until)
    outcomes = {each.outcome for each in slices}
    return {name: sum_of(each.tally for each in slices if each.outcome == name) for name in outcomes}


moments = st.datetimes(datetime(2026, 11, 20), datetime(2026, 11, 26, 3), timezones=st.just(UTC))  # noqa: DTZ001 - given


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.lists(moments, max_size=5),
    late=st.lists(moments, max_size=3),
    ends=st.tuples(moments, moments),
    are_archived=st.tuples(st.booleans(), st.booleans()),
)
def test_slices_of_any_range_equal_a_recount_whatever_is_packed(
    bucket: str,
    first: Sequence[datetime],
    late: Sequence[datetime],
    ends: tuple[datetime, datetime],
    are_archived: tuple[bool, bool],
) -> None:
    world, courses = World(bucket), []
    for group, is_archived in zip((first, late), are_archived, strict=True):
        these = [course_at(moment) for moment in group]
        world.recorder.take(these)
        courses += these
        if is_archived:
            world.archive()
    since, until = sorted(ends)
    assert read(world, since, until) == recounted(courses, since, until)


def test_long_range_is_read_by_days_and_at_its_ends_by_hours(world: World) -> None:
    moments_of = [FIRST + timedelta(minutes=10) + place * timedelta(hours=5, minutes=7) for place in range(28)]
    world.recorder.take(map(course_at, moments_of))
    world.archive()
    since, until = FIRST - timedelta(hours=1), FIRST + timedelta(days=5, hours=6)
    slices = world.record.slices(since, until)
    assert {each.start for each in slices if each.length == DAY} == {FIRST + each * DAY for each in range(5)}
    assert {each.start for each in slices if each.length == HOUR} <= {
        FIRST + 5 * DAY + each * HOUR for each in range(6)
    }


def test_hour_that_is_not_over_or_only_just_is_not_archived(world: World) -> None:
    world.recorder.take([course_at(NOW - timedelta(minutes=5)), course_at(NOW - timedelta(minutes=45))])
    assert world.archive(NOW - timedelta(minutes=31)) == 0
    assert len(world.book.grown()) == 2


def test_oldest_hours_are_archived_first_and_the_others_with_the_next_reconciliation(world: World) -> None:
    world.recorder.take([course_at(NOW - 2 * HOUR), course_at(NOW - 7 * HOUR)])
    left = iter([True, False])
    assert world.archive(is_time_left=lambda: next(left)) == 1
    assert list(world.book.grown()) == [(NOW - 2 * HOUR).replace(minute=0)]


def test_hour_whose_lines_could_not_be_written_is_archived_again(world: World) -> None:
    class Down:
        def add(self, *_: object) -> None:
            raise ConnectionError

    world.recorder.record(course_at(FIRST + 2.5 * HOUR))
    with pytest.raises(ConnectionError):
        replace(world.book, store=cast("Any", Down())).archive(NOW)
    assert world.archive() == 1


def test_older_packer_does_not_undo_what_a_newer_one_packed(world: World) -> None:
    hour = FIRST + 2 * HOUR
    newer: list[Any] = []
    table = world.dynamodb.Table("counters")
    world.recorder.record(course_at(hour + timedelta(minutes=30)))

    def put_late(**request: Any) -> Any:
        if not newer:
            world.recorder.record(course_at(hour + timedelta(minutes=40)))
            world.archive()
            newer.append(packed_items())
        return table.update_item(**request)

    replace(world.book, counters=cast("Any", Front(table, update_item=put_late)), record=world.record).pack(hour)
    assert [packed_items()] == newer


@pytest.mark.parametrize("key", ["end#", "dirty"])
def test_hour_that_is_packed_between_two_writes_of_an_end_has_it_in_its_slices(world: World, key: str) -> None:
    """Packed before the end is there, or before the hour is marked."""
    hour = FIRST + 2 * HOUR
    early, late = (course_at(hour + timedelta(minutes=place)) for place in (30, 40))
    world.recorder.record(early)
    table = world.dynamodb.Table("counters")

    def update(**request: Any) -> Any:
        if key in str(request["Key"]):
            world.archive()
        return table.update_item(**request)

    world.counters._counters = cast("Any", Front(table, update_item=update))
    world.recorder.record(late)
    for _ in range(2):
        assert read(world, FIRST, FIRST + DAY) == recounted([early, late], FIRST, FIRST + DAY)
        world.archive()


def packed_items() -> dict[tuple[str, str], bytes]:
    items = boto3.client("dynamodb").scan(TableName="counters")["Items"]
    return {(each["day"]["S"], each["slice"]["S"]): each["tally"]["B"] for each in items if "ended" in each}


def test_lines_of_an_hour_are_one_for_each_end_and_add_up_as_its_slices_do(world: World) -> None:
    courses = [
        course_at(FIRST + timedelta(hours=2, minutes=place), took=timedelta(minutes=1)) for place in range(5, 10)
    ]
    joined = Course.of(
        f"{ARN}-joined",
        ends=[End(0, "SUCCEEDED", milliseconds_of(FIRST + 2 * HOUR), milliseconds_of(FIRST + 2.1 * HOUR), "JOINED")],
    )
    matched, returned = RuleMatch("ruling", "v1", "debt_covered"), EnedisReturn("REMOTE", "SGT200", is_accepted=True)
    world.facts.facts = CaseFacts([matched], returns=[returned], means=frozenset({"CARD"}))
    world.recorder.take([*courses, joined])
    world.archive()
    lines = world.lines.of(FIRST + 2 * HOUR)
    assert [(each["outcome"], each["redrives"]) for each in lines].count(("FAILED", 0)) == 5
    assert len(lines) == 11
    slices = recounted([*courses, joined], FIRST, FIRST + DAY)
    for outcome, tally in slices.items():
        those = [line for line in lines if line["outcome"] == outcome]
        assert Tally({"ended": tally.counts["ended"]}).counts["ended"].number == len(those)
        steps = [step for line in those for step in line["path"] if step["tookms"] is not None]
        visited = {key.removeprefix("state#"): each for key, each in tally.counts.items() if key.startswith("state#")}
        assert {state: each.number for state, each in visited.items()} == {
            state: sum(step["state"] == state for step in steps) for state in {step["state"] for step in steps}
        }
        assert sum(step["retries"] for step in steps) == sum(each.sums.get("retries", 0) for each in visited.values())
    [failed, restored] = [each for each in lines if each["execution"] == courses[0].execution.rpartition(":")[2]]
    assert (failed["state"], failed["error"], failed["words"]) == ("ReadPoint", "EnedisUnavailable", "no point …")
    assert (restored["state"], restored["stage"], restored["tookms"]) == ("Restored", "restored", 60_000)
    assert [restored[each] for each in ("means", "codes", "rules")] == [["CARD"], ["SGT200"], ["ruling#debt_covered"]]


def test_same_hour_gives_the_same_bytes_and_lines_of_forgotten_courses_stay(world: World) -> None:
    hour = FIRST + 2 * HOUR
    first = course_at(hour + timedelta(minutes=30))
    world.recorder.record(first)
    world.archive()
    dynamodb, key = boto3.client("dynamodb"), key_of(hour)
    once = world.lines.read(key)
    world.lines.add(hour, world.book.lines(hour))
    assert world.lines.read(key) == once
    assert ExecutionLines.prefix + key == "executions/day=2026-11-20/02.jsonl.gz"
    dynamodb.delete_item(TableName="courses", Key={"execution": {"S": first.execution}})
    world.recorder.record(course_at(hour + timedelta(minutes=35)))
    world.archive()
    names = {json.loads(line)["execution"] for line in gzip.decompress(world.lines.read(key)).splitlines()}
    assert len(names) == 2
    assert first.execution.rpartition(":")[2] in names


def test_reads_of_a_range_do_not_grow_with_its_executions(world: World) -> None:
    """By days and by hours, packed and not, and of the latest cases."""
    reads = Counter[str]()
    world.client.meta.events.register("before-call", lambda model, **_: reads.update([model.name]))
    since, until = FIRST, FIRST + timedelta(days=5, hours=12)

    def read_all(number: int) -> Mapping[str, int]:
        spread = (until - since - HOUR) / number
        world.recorder.take(course_at(since + timedelta(minutes=1) + place * spread) for place in range(number))
        world.archive()
        world.recorder.take([course_at(NOW - timedelta(minutes=5))])
        reads.clear()
        for first in (since, until - timedelta(hours=30)):
            assert world.record.slices(first, until)
            assert world.record.ended_cases(first, until)
        world.record.open_cases()
        return dict(reads)

    few, many = read_all(12), read_all(40)
    assert few == many
    assert sum(few.values()) > 0


def test_requests_are_those_that_were_made(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what moto does not look at: whether a read is consistent, until when an item is kept."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.Session())
    made = noted(boto3.DEFAULT_SESSION)
    world = World(bucket)
    courses, counters = world.courses, world.counters
    made.clear()
    ended = replace(course_at(FIRST + 2.5 * HOUR), execution=f"{ARN.rpartition(':')[0]}:LIM-9-{'e' * 32}")
    runs = Course.of(f"{ARN}-runs", [Event.of(1, "ExecutionStarted", milliseconds_of(NOW))])
    for version in (FIRST - DAY, FIRST, NOW):
        counters.note_version(version)
    world.recorder.take([ended, runs])
    world.archive()
    counters.say_complete_to(NOW, 3)
    counters.name("LIM-1", ["PAY-1"])
    names = {"suppressionId": "S-1", "requestId": "R-1", "limitationId": "LIM-000001", "contractId": "CTR-1"}
    told = RemindersSuppressedDetail.model_validate({**names, "at": FIRST.isoformat(), "means": "SMS", "reminders": 2})
    counters.note_reminders(told)
    courses.note(f"{ARN}-noted")
    courses.forget(f"{ARN}-noted")
    courses.release(ended.execution)
    record = world.record
    slices = (json.dumps(asdict(each), default=str, sort_keys=True) for each in record.slices(FIRST, FIRST + 3.5 * DAY))
    read_back: list[object] = [sorted(slices), record.open_cases(7)]
    read_back += [record.ended_cases(FIRST, NOW, 7), record.slowest(FIRST.date()), record.reminders(FIRST.date())]
    read_back += [record.signatures(), record.ended_cases(FIRST, NOW, 7)]
    read_back += [record.versions(), record.completeness()]
    read_back += [
        [(execution, changed_at) for execution, changed_at, _ in courses.open()],
        list(courses.stopped()),
        world.book.grown(),
    ]
    lines = world.lines.read(key_of(FIRST + 2 * HOUR))
    are_as_kept("record-requests.txt", [*made, gzip.decompress(lines).decode(), *(f"{each}\n" for each in read_back)])
