"""The time to power, by kind of case, with what counts as late; by when a case is said to go on, and whether it did."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.promises import TERMS, Promise, Promised, end_of_banks_day, promises_of
from record.domain.record import overdue
from record.domain.service_level import NO_SERVICE, CaseKind, Ended, ended, kind_of
from record.domain.states import Party
from restoration.clock import PARIS
from tests.fakes.courses import ARN, DAY, HOUR, MINUTE, MONDAY, Stay, course, restored
from tests.unit.supervision.samples import open_case


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (restored(24 * HOUR), Ended(CaseKind.REMOTE, in_time=True)),
        (restored(24 * HOUR + timedelta(milliseconds=1)), Ended(CaseKind.REMOTE, in_time=False)),
        (course(("DecideCoverage", 30 * MINUTE), outcome="BALANCE_DUE"), Ended(CaseKind.EARLY, in_time=True)),
        (course(("DecideCoverage", 31 * MINUTE), outcome="BALANCE_DUE"), Ended(CaseKind.EARLY, in_time=False)),
        (course(("ReadPoint", MINUTE), outcome="ALREADY_RESTORED"), Ended(CaseKind.EARLY, in_time=True)),
    ],
    ids=["remote in time", "remote late", "early in time", "early late", "nothing was ordered"],
)
def test_case_is_late_after_the_target_of_its_kind(case: Course, expected: Ended) -> None:
    assert ended(case, TERMS) == expected


@pytest.mark.parametrize(("minutes_late", "in_time"), [(0, True), (1, False)])
def test_technician_has_working_days(minutes_late: int, *, in_time: bool) -> None:
    """Five of them after a Monday end with the next Monday."""
    taken = datetime(2026, 11, 30, 21, minutes_late, tzinfo=PARIS) - MONDAY
    case = course(("OrderAtEnedis", MINUTE), ("AnnounceVisit", MINUTE), ("WaitForEnedis", taken - 2 * MINUTE))
    assert ended(case, TERMS) == Ended(CaseKind.TECHNICIAN, in_time)
    assert ended(restored(taken), TERMS, by_technician=True) == Ended(CaseKind.TECHNICIAN, in_time)


@pytest.mark.parametrize("state", ["WaitForBank", "WaitForAdvisor", "CheckPayment", "TakeCharge", "ReadPoint"])
def test_clock_stands_still_for_the_bank_and_an_advisor_and_runs_for_billing_enedis_and_us(state: str) -> None:
    in_time = state in {"WaitForBank", "WaitForAdvisor"}
    assert ended(restored(23 * HOUR, (state, 3 * DAY), (state, DAY)), TERMS) == Ended(CaseKind.REMOTE, in_time=in_time)


@pytest.mark.parametrize("outcome", sorted(NO_SERVICE))
def test_case_that_owes_nothing_is_not_counted(outcome: str) -> None:
    assert ended(course(("TakeCharge", 3 * DAY), outcome=outcome), TERMS) is None


@pytest.mark.parametrize("status", ["FAILED", "ABORTED"])
def test_failure_is_late_whenever_it_comes(status: str) -> None:
    assert ended(course(("CheckPayment", MINUTE), status=status), TERMS) == Ended(CaseKind.EARLY, in_time=False)
    assert ended(course(("OrderAtEnedis", MINUTE), status=status), TERMS) == Ended(CaseKind.REMOTE, in_time=False)


def test_end_is_not_judged_by_what_came_after_its_redrive() -> None:
    """Both are counted at once where the reconciler heals them."""
    events = [
        Event.of(1, "ExecutionStarted", 0),
        Event.of(2, "TaskStateEntered", 0, "CheckPayment"),
        Event.of(3, "ExecutionFailed", 10),
        Event.of(4, "ExecutionRedriven", 20),
        Event.of(5, "TaskStateExited", 30, "CheckPayment"),
        Event.of(6, "TaskStateEntered", 30, "OrderAtEnedis"),
        Event.of(7, "TaskStateExited", 40, "OrderAtEnedis"),
        Event.of(8, "ExecutionSucceeded", 50),
    ]
    mended = Course.of(ARN, events, [End(0, "FAILED", 0, 10), End(1, "SUCCEEDED", 0, 50, "RESTORED")])
    assert ended(mended.at(0), TERMS) == Ended(CaseKind.EARLY, in_time=False)
    assert ended(mended, TERMS) == Ended(CaseKind.REMOTE, in_time=True)


@pytest.mark.parametrize(
    ("states", "kind"),
    [
        (["TakeCharge", "CheckPayment"], CaseKind.EARLY),
        (["TakeCharge", "ReadPoint"], CaseKind.REMOTE),
        (["TakeCharge", "DecidePriority"], CaseKind.REMOTE),
        (["ReadPoint", "OrderAtEnedis"], CaseKind.REMOTE),
        (["OrderAtEnedis", "AnnounceVisit", "WaitForEnedis"], CaseKind.TECHNICIAN),
    ],
)
def test_kind_of_a_case_that_runs_is_what_its_path_tells(states: Sequence[str], kind: CaseKind) -> None:
    """From the moment when the rules give power back, it is on its way to an order."""
    assert kind_of(course(*((state, MINUTE) for state in states))) is kind


@pytest.mark.parametrize(
    ("after", "late"),
    [(30 * MINUTE, [0, 0, 0]), (31 * MINUTE, [1, 0, 0]), (25 * HOUR, [1, 1, 0]), (8 * DAY, [1, 1, 1])],
)
def test_cases_that_run_past_their_target_are_counted_by_kind(after: timedelta, late: list[int]) -> None:
    cases = [
        open_case(kind=kind, status=status, started_at=MONDAY) for kind in CaseKind for status in ("RUNNING", "FAILED")
    ]
    assert list(overdue(cases, TERMS, MONDAY + after).values()) == late


@pytest.mark.parametrize(
    ("after", "waits_for", "still", "late"),
    [
        (9 * DAY, Party.BANK, 0, 0),
        (9 * DAY, Party.ADVISOR, 0, 0),
        (25 * HOUR, Party.ENEDIS, 2, 0),
        (27 * HOUR, Party.ENEDIS, 2, 1),
    ],
)
def test_case_whose_clock_stands_still_is_not_overdue(
    after: timedelta, waits_for: Party, still: int, late: int
) -> None:
    waiting = open_case(started_at=MONDAY, waits_for=waits_for, stood_still=still * HOUR)
    assert sum(overdue([waiting], TERMS, MONDAY + after).values()) == late


# ── By when a case is said to go on ──


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
