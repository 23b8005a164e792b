"""By when a case is said to go on, and whether it did: the times are those of the sentences."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from record.domain.course import Course
from record.domain.promises import Promise, Promised, end_of_banks_day, promises_of
from restoration.clock import PARIS
from tests.fakes.courses import DAY, MINUTE, MONDAY, Stay, course

SECOND = timedelta(seconds=1)
LOOK: Sequence[Stay] = (("TakeCharge", MINUTE), ("CheckPayment", MINUTE))
ORDER: Sequence[Stay] = (("ReadPoint", MINUTE), ("OrderAtEnedis", MINUTE), ("AnnounceOrder", SECOND))
FOLLOW: Sequence[Stay] = (*LOOK, *ORDER, ("WaitForEnedis", MINUTE), ("ReadCase", MINUTE))
REMOTE, TECHNICIAN = Promised.REMOTE, Promised.TECHNICIAN
type Times = Sequence[tuple[datetime, datetime]]


def made(told: Course, *orders: Promised, bank: Times = ()) -> list[tuple[str, timedelta, str]]:
    """What was promised, how long after Monday morning it was due, and what came of it."""
    found = list(promises_of(told.visits, orders=orders, bank=bank))
    assert [Promise.read(str(each)) for each in found] == found
    return [(each.what.value, each.due - MONDAY, each.result()) for each in found]


@pytest.mark.parametrize(("late", "result"), [(timedelta(), "kept"), (SECOND, "broken")])
@pytest.mark.parametrize(("state", "term"), [("WaitForAdvisor", 7 * DAY), ("WaitForBank", DAY), ("ReadPoint", DAY)])
def test_promise_is_kept_until_its_very_time(state: str, term: timedelta, late: timedelta, result: str) -> None:
    found = made(course(*LOOK, (state, term + late), ("CloseOrLetGo", MINUTE)), TECHNICIAN)
    assert [each[1:] for each in found[1:]] == [(term + 2 * MINUTE, result)]


def test_bank_has_until_the_day_that_the_rules_said_as_the_wait_began() -> None:
    told = course(*LOOK, ("WaitForBank", DAY), ("TakeCharge", SECOND), ("WaitForBank", 4 * DAY))
    bank = [(MONDAY + 2 * MINUTE, MONDAY + 4 * DAY), (MONDAY + DAY, MONDAY + 9 * DAY)]
    assert end_of_banks_day("2026-11-25") == datetime(2026, 11, 25, 20, tzinfo=PARIS)
    assert made(told, bank=bank)[1:] == [("bank", 4 * DAY, "broken")]


def test_technician_has_five_working_days_and_the_remote_order_before_is_judged_too() -> None:
    told = course(*FOLLOW, ("WaitForEnedis", 2 * DAY), ORDER[-1], ("WaitForEnedis", 3 * DAY))
    evening = timedelta(days=7, hours=12)
    assert made(told, TECHNICIAN)[1:] == [("technician", evening, "kept")]
    assert made(told, REMOTE, TECHNICIAN)[1:] == [
        ("remote", DAY + 2 * MINUTE, "broken"),
        ("technician", evening + 2 * DAY, "kept"),
    ]


@pytest.mark.parametrize("stopped", [FOLLOW, (("WaitForBank", DAY), *FOLLOW, ("DecideProgress", MINUTE))])
def test_incident_while_an_order_is_followed_stops_its_promise(stopped: Sequence[Stay]) -> None:
    told = course(*stopped, status="FAILED")
    events = [event for number, event in told.events.items() if number != told.last_id - 1]
    *_, found = promises_of(Course.of("arn", events).visits)
    assert [found.result(found.due + late) for late in (timedelta(), SECOND)] == ["open", "broken"]
    assert found.result() == "broken"
