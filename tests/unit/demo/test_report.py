"""The figures of a run."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from local.demo.report import Case, Run, Summary, measure, said
from ops.event_log.conformance import Deviation
from ops.event_log.export import Exported
from tests.fakes.samples import NOON


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def run(outcome: str, *path: str, closed: float | None = None, status: str = "SUCCEEDED") -> Run:
    return Run("LIM-1-0", "LIM-1", status, outcome, path, None if closed is None else after(closed))


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


def test_a_failure_says_error_state_and_cause() -> None:
    cause = '{"errorMessage": "SGT401", "errorType": "EnedisRejected"}'
    failed = replace(run("FAILED", "TakeCharge", "ReadPoint", status="FAILED"), error="EnedisRejected", cause=cause)
    assert failed.failure == "EnedisRejected in ReadPoint: SGT401"
    assert said("plain") == "plain"


def test_a_path_that_no_definition_allows_is_a_problem_of_the_run() -> None:
    deviation = Deviation("arn:execution:LIM-1-0", 7, 0, "TakeCharge", "entered ReadPoint", ("entered IsItOurs",))
    found = Exported(Path("table"), Path("ocel"), executions=3, conforming=1, partly=1, deviations=[deviation])
    summary = Summary("on", [], [], payments=0, enedis_orders=0, duplicates_absorbed=0)
    summary.keep(found)
    wrong, unknown = summary.all_problems
    assert wrong.startswith("LIM-1-0 event 7 (")
    assert wrong.endswith("after TakeCharge: entered ReadPoint allowed: entered IsItOurs")
    assert unknown == "paths that can't be compared with their definition: 1"
