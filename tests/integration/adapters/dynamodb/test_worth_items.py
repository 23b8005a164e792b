"""What *Valeur* reads: billing's confirmations once each, the longest of a month of Paris, and the desk's minutes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from channels.adapters.table import ChannelsTable
from channels.domain.of_case import Work, WorkKind
from record.adapters.dynamodb.desk_figures import DeskFigures
from record.contracts.reminders import RemindersSuppressedDetail
from record.domain.course import Course
from record.domain.measures import Decided
from record.domain.paid import Paid
from record.domain.promises import Terms
from record.domain.record import CaseFacts
from restoration.clock import PARIS, to_text
from tests.fakes.courses import HOUR, course
from tests.integration.adapters.dynamodb.conftest import RecordWorld

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 1)
MIDNIGHT = datetime(2026, 6, 1, tzinfo=PARIS)
"""In Paris: in UTC it is May for two hours more."""


@pytest.fixture
def world() -> RecordWorld:
    return RecordWorld()


def read(world: RecordWorld, table: str = "channels") -> DeskFigures:
    return DeskFigures(world.dynamodb, table, Terms(answer=timedelta(days=5)))


def suppressed(name: str, at: datetime, **more: object) -> RemindersSuppressedDetail:
    ids = {"suppressionId": name, "requestId": "LIM-1:1:DunningHoldRequested:", "limitationId": "LIM-1"}
    return RemindersSuppressedDetail.model_validate({**ids, "contractId": "CTR-1", "at": to_text(at), **more})


def test_reminders_that_did_not_leave_count_once_in_their_month_by_means(world: RecordWorld) -> None:
    note, record = world.counters.note_reminders, world.record
    said = [suppressed(f"SUP-{number}", MIDNIGHT + number * HOUR) for number in range(40)]
    said += [suppressed("SUP-SMS", MIDNIGHT, means="SMS", reminders=3), suppressed("SUP-MAY", MIDNIGHT - HOUR / 60)]
    assert [[note(each) for each in said] for _ in range(2)] == [[True] * 42, [False] * 42]
    assert (record.reminders(JUNE), record.reminders(MAY)) == ({"LETTER": 40, "SMS": 3}, {"LETTER": 1})
    assert record.reminders(date(2026, 7, 1)) == {}


def test_longest_of_a_month_come_first_and_one_that_is_counted_again_stands_once(world: RecordWorld) -> None:
    counters, record = world.counters, world.record

    def count(name: str, began: datetime, ago: timedelta | None) -> Course:
        told = course(("CheckPayment", HOUR), ("ReadPoint", HOUR), ("ReadCase", HOUR), begins=began)
        named = Course(told.execution.replace("LIM-1-abc", f"{name}-{'a' * 32}"), told.events, told.others, told.ends)
        facts = CaseFacts(paid=Paid(None if ago is None else began - ago, began))
        assert [counters.count(named, facts), counters.count(named, facts)] == [True, False]
        return named

    for number, ago in enumerate((5 * HOUR, 9 * HOUR, HOUR, None)):
        count(f"LIM-{number}", MIDNIGHT + (number - 2) * HOUR, ago)
    count("LIM-9", MIDNIGHT - 4 * HOUR, HOUR)
    assert [each.limitation_id for each in record.slowest(JUNE, 2)] == ["LIM-1", "LIM-0"]
    assert len(record.slowest(JUNE)) == 3, "nobody knows of the others when they paid"
    [slow] = record.slowest(MAY)
    hours = {part.value: milliseconds / 3_600_000 for part, milliseconds in slow.took.items()}
    assert hours == {"billing": 2, "bank": 0, "us": 0, "enedis": 2}
    assert (slow.limitation_id, slow.restored_at) == ("LIM-9", MIDNIGHT - HOUR)


def test_minutes_of_the_desk_are_read_as_the_desk_wrote_them(world: RecordWorld) -> None:
    desk = ChannelsTable(world.dynamodb, "channels")
    for took in (timedelta(minutes=4), timedelta(minutes=6), None):
        desk.note_decision("DISPUTE", took, MIDNIGHT.astimezone(UTC))
    assert read(world).of(JUNE) == {"DISPUTE": Decided(3, 2, 600)}
    assert read(world).of(MAY) == {}
    assert read(world, "elsewhere").of(JUNE) == {}, "where the channels are not deployed"


def test_promises_of_the_desk_are_what_customers_asked_by_when_it_was_due_and_ended(world: RecordWorld) -> None:
    desk, due, night = ChannelsTable(world.dynamodb, "channels"), MIDNIGHT + 2 * HOUR, MIDNIGHT - timedelta(minutes=30)
    ends = [(each, due) for each in ("REVIEW", "QUESTION", "LEFT_TO_ADVISOR", "PLAN_BROKEN")]
    for kind, ended in [*ends, ("PLAN", due + HOUR), ("DECLARATION", night), ("DISPUTE", None)]:
        work = Work(kind, "LIM-1", WorkKind(kind), night, due)
        assert desk.ask(work)
        if ended:
            assert [desk.finish("LIM-1", work.id, how, ended) for how in ("WorkDone", "again")] == [True, False]
    assert [each.id for each in desk.open_work()] == ["DISPUTE"]
    found = read(world).promises(MIDNIGHT, MIDNIGHT + 3 * HOUR + HOUR / 2)
    assert {each.what.value: (each.due, each.ended, each.result(due + HOUR)) for each in found} == {
        "review": (due, due, "kept"),
        "plan": (due, due + HOUR, "broken"),
        "advisor": (night + timedelta(days=5), due, "kept"),
        "dispute": (due, None, "broken"),
    }
    assert {each.result(due) for each in found if not each.ended} == {"open"}
    assert read(world, "elsewhere").promises(MIDNIGHT, due) == []
