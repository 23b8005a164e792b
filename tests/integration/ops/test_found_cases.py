"""Where cases stand, read from lists and histories of Step Functions and from the register."""

from datetime import timedelta
from typing import Any

import boto3
import pytest

from ops.account import Account
from ops.cases import executions
from ops.cases.executions import Search, find_cases
from record.adapters.dynamodb.courses import CourseTable
from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.states import Party
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.clock import utc_now
from restoration.domain.limitation import LimitationStatus
from tests.integration.ops.accounts import HASH, START, STARTED, FakeStates, entered, failed, limitation, set_attribute


@pytest.mark.parametrize(
    ("status", "settled_by", "hold"),
    [
        ("LIMITED", None, "nobody holds the limitation now"),
        ("LIMITED", "itself", "nobody holds the limitation now"),
        ("LIMITED", "another", "another execution has taken over"),
        ("CLOSED", "another", "the limitation is closed"),
    ],
)
def test_case_that_nobody_holds_says_who_settled_it(
    account: Account, register: LimitationRegister, states: FakeStates, status: str, settled_by: str | None, hold: str
) -> None:
    register.save(limitation(7, status=LimitationStatus(status)), known=None)
    arn = states.put(f"LIM-000007-{HASH}", "FAILED", [STARTED, entered("CloseOrLetGo"), failed("X", "")])
    if settled_by:
        settlement = {"execution": arn if settled_by == "itself" else settled_by, "generation": 1, "outcome": "REFUSED"}
        set_attribute(7, "settlement", settlement)
    (case,) = find_cases(account, Search()).cases
    assert case.hold.value == hold


def test_one_history_is_read_for_each_case_of_the_time_and_no_more_than_the_limit(
    cases: Account, states: FakeStates
) -> None:
    assert not find_cases(cases, Search(since=START + timedelta(hours=1))).cases
    assert states.asked == []
    found = find_cases(cases, Search(limit=2))
    assert (len(found.cases), found.unread, len(states.asked)) == (2, 1, 2)


def test_cases_of_a_core_without_its_companion_are_read_from_histories(cases: Account) -> None:
    boto3.client("dynamodb").delete_table(TableName=cases.name("courses"))
    found = find_cases(cases, Search(cause="does not KNOW …")).cases
    assert [(each.state, each.error) for each in found] == [("CheckPayment", "UnknownContract")] * 3


def test_execution_that_is_forgotten_meanwhile_has_no_state(account: Account, states: FakeStates) -> None:
    arn = states.put(f"LIM-000009-{HASH}", "FAILED", [STARTED, failed("X", "")])
    del states.histories[arn]
    (case,) = find_cases(account, Search()).cases
    assert (case.state, case.error) == (None, "")


def test_list_that_is_too_long_says_that_it_is_not_whole(
    account: Account, states: FakeStates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executions, "MOST", 50)
    for number in range(52):
        states.put(f"LIM-{number:06}-{HASH}", "FAILED", [STARTED, failed("X", "")])
    found = find_cases(account, Search())
    assert (len(found.cases), found.is_whole) == (50, False)


# ── The record ──


def record(
    arn: str, status: str, state: str, *, redrives: int = 0, is_whole: bool = True, outcome: str = "", cause: str = ""
) -> None:
    """Record an execution that was in one state."""
    kinds = [("ExecutionStarted", ""), ("TaskStateEntered", state), ("TaskScheduled", ""), ("TaskSubmitted", "")]
    if status != "RUNNING":
        kinds[3:] = [(f"Execution{status.title()}", "")]
    moments = [int((START + timedelta(seconds=place)).timestamp() * 1000) for place in range(len(kinds))]
    events = [Event.of(place + 1, kind, moments[place], name) for place, (kind, name) in enumerate(kinds)]
    error = "" if outcome else "Recorded"
    ends = [End(redrives, status, moments[0], moments[-1], outcome, error=error, cause=cause)]
    course = Course.of(arn, events if is_whole else events[1:], [] if status == "RUNNING" else ends)
    CourseTable(boto3.resource("dynamodb"), "restoration-courses", utc_now).add(course)


def test_case_that_is_recorded_costs_no_history(account: Account, states: FakeStates) -> None:
    arn = states.put(f"LIM-000009-{HASH}", "FAILED", [STARTED, entered("CheckPayment"), failed("Recorded", "no 12")])
    before = find_cases(account, Search()).cases
    states.asked.clear()
    record(arn, "FAILED", "CheckPayment", cause="no 12")
    assert find_cases(account, Search()).cases == before
    arn = states.put(f"LIM-000008-{HASH}", "RUNNING", [STARTED, entered("WaitForBank")])
    record(arn, "RUNNING", "WaitForBank")
    (case,) = find_cases(account, Search(statuses=("RUNNING",))).cases
    assert (case.state, case.waits_for, case.since) == ("WaitForBank", Party.BANK, START + timedelta(seconds=1))
    assert states.asked == []


@pytest.mark.parametrize(
    "known",
    [{"is_whole": False}, {"status": "RUNNING"}, {"redrives": 1}, {"status": "SUCCEEDED", "outcome": "RESTORED"}],
)
def test_history_is_read_where_the_record_knows_less_than_the_list(
    account: Account, states: FakeStates, known: dict[str, Any]
) -> None:
    arn = states.put(f"LIM-000009-{HASH}", "FAILED", [STARTED, entered("CheckPayment"), failed("Told", "by history")])
    record(arn, **{"status": "FAILED", "state": "ReadPoint", **known})
    (case,) = find_cases(account, Search()).cases
    assert (case.state, case.error, case.cause) == ("CheckPayment", "Told", "by history")
