"""The figures of a run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.cloud import Execution
from local.cloud.execution import Entry
from local.demo.report import Case, Run, Summary, in_words, measure, percentile, run_of, said
from ops.event_log.export import Exported
from restoration.domain.conformance import Deviation

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def run(outcome: str, *path: str, closed: float | None = None, status: str = "SUCCEEDED") -> Run:
    return Run("LIM-1-0", "LIM-1", status, outcome, path, None if closed is None else after(closed))


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([3.0], 95, 3.0),
        ([1.0, 2.0], 50, 1.5),
        ([1.0, 2.0, 3.0, 4.0], 50, 2.5),
        ([float(n) for n in range(101)], 95, 95.0),
        ([5.0, 1.0, 3.0], 50, 3.0),
    ],
)
def test_percentiles(values: list[float], percent: int, expected: float | None) -> None:
    assert percentile(values, percent) == expected


def test_the_clock_runs_from_the_last_payment_before_the_case_closed() -> None:
    paid = [after(0), after(2), after(9)]
    assert measure(run("RESTORED", closed=5.5), paid, paid) == (3.5, True)


def test_without_a_payment_it_runs_from_the_last_event() -> None:
    assert measure(run("RESTORED", closed=5), [], [after(0), after(4)]) == (1.0, False)


def test_what_never_closed_has_no_time() -> None:
    assert measure(run("FAILED", status="FAILED"), [NOON], [NOON]) == (None, False)
    assert measure(None, [NOON], [NOON]) == (None, False)


def test_the_deciding_execution_is_the_last_that_did_something() -> None:
    runs = (run("BALANCE_DUE"), run("RESTORED", "CheckPayment"), run("JOINED"), run("NOT_LIMITED"))
    case = Case("LIM-1", "story", "tells", runs)
    assert (case.outcome, case.path) == ("RESTORED", ("CheckPayment",))
    assert Case("LIM-1", "story", "tells", (run("JOINED"),)).outcome == "JOINED"
    assert Case("LIM-1", "story", "tells", ()).outcome == "NO_EXECUTION"


def test_a_path_in_words_counts_what_repeats() -> None:
    assert in_words([]) == ""
    assert (
        in_words(["check", "order", "follow", "follow", "follow", "power on"]) == "check > order > follow x3 > power on"
    )
    assert in_words(["check", "wait"] * 3 + ["check"]) == "(check > wait) x3 > check"
    assert in_words(["a", "b", "c"]) == "a > b > c"


def test_a_run_knows_its_path_its_event_and_when_it_closed() -> None:
    about = {"limitationId": "LIM-1", "trigger": {"eventId": "e-1"}}
    execution = Execution("arn", "LIM-1-0", "restoration", NOON, about, "SUCCEEDED", {"outcome": "RESTORED"})
    execution.entries += [Entry("CheckPayment", after(1)), Entry("CloseOrLetGo", after(2)), Entry("Restored", after(3))]
    found = run_of(execution)
    assert (found.limitation_id, found.outcome) == ("LIM-1", "RESTORED")
    assert found.path == ("CheckPayment", "CloseOrLetGo", "Restored")
    assert (found.closed_at, found.event_id) == (after(2), "e-1")


def test_a_failure_says_error_state_and_cause() -> None:
    cause = '{"errorMessage": "SGT401", "errorType": "EnedisRejected"}'
    failed = replace(run("FAILED", "TakeCharge", "ReadPoint", status="FAILED"), error="EnedisRejected", cause=cause)
    assert failed.failure == "EnedisRejected in ReadPoint: SGT401"
    assert said("plain") == "plain"


def test_the_report_adds_up() -> None:
    cases = (
        Case("LIM-1", "a", "A", (run("BALANCE_DUE"), run("RESTORED", closed=2)), 2.0, was_paid=True),
        Case("LIM-2", "b", "B", (run("RESTORED", closed=9),), 9.0, was_paid=False),
        Case("LIM-3", "c", "C", (run("BALANCE_DUE"), run("JOINED")), problems=("was to end otherwise",)),
    )
    runs = [it for case in cases for it in case.runs]
    report = Summary("on", cases, runs, payments=7, enedis_orders=2, duplicates_absorbed=1).to_json()
    assert report["outcomes"] == {"BALANCE_DUE": 2, "JOINED": 1, "RESTORED": 2}
    assert sum(report["outcomes"].values()) == report["executions"] == 5
    assert (report["limited"], report["restored"]) == (3, 2)
    assert report["seconds"] == {"p50": 2.0, "p95": 2.0}, "only what somebody paid for is measured"
    assert report["problems"] == ["LIM-3 was to end otherwise"]


def test_a_path_that_no_definition_allows_is_a_problem_of_the_run() -> None:
    deviation = Deviation("arn:execution:LIM-1-0", 7, 0, "TakeCharge", "entered ReadPoint", ("entered IsItOurs",))
    found = Exported(Path("table"), Path("ocel"), executions=3, conforming=1, partly=1, deviations=[deviation])
    summary = Summary("on", [], [], payments=0, enedis_orders=0, duplicates_absorbed=0)
    summary.keep(found)
    wrong, unknown = summary.all_problems
    assert wrong.startswith("LIM-1-0 event 7 (")
    assert wrong.endswith("after TakeCharge: entered ReadPoint allowed: entered IsItOurs")
    assert unknown == "paths that can't be compared with their definition: 1"
