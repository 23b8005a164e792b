"""The figures of a run, and what differs from a story: what was expected, what happened, and why it failed."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from embedded_cloud import Execution
from embedded_cloud.execution import Entry
from local.demo.report import Case, Summary, measure
from local.demo.verdict import outcome_problems, shadow_problems
from ops.event_log.conformance import Deviation
from ops.event_log.export import Exported
from tests.fakes.samples import NOON


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def run(outcome: str, *path: str, closed: float | None = None, status: str = "SUCCEEDED") -> Execution:
    entries = [*(Entry(state, NOON) for state in path), *([Entry("CloseOrLetGo", after(closed))] if closed else [])]
    of_case = {"limitationId": "LIM-1"}
    return Execution("arn", "LIM-1-0", "R", NOON, of_case, status, {"outcome": outcome}, entries=entries)


CAUSE = '{"errorMessage": "SGT401", "errorType": "EnedisRejected"}'
FAILED = replace(run("FAILED", "TakeCharge", "ReadPoint", status="FAILED"), error="EnedisRejected", cause=CAUSE)


def case(*runs: Execution) -> Case:
    return Case("LIM-1", "story", "tells", runs)


def test_the_clock_runs_from_the_last_payment_before_the_case_closed_else_from_the_last_event() -> None:
    paid = [after(0), after(2), after(9)]
    assert measure(run("RESTORED", closed=5.5), paid, paid) == (3.5, True)
    assert measure(run("RESTORED", closed=5), [], [after(0), after(4)]) == (1.0, False)
    assert measure(run("FAILED", status="FAILED"), [NOON], [NOON]) == (None, False)
    assert measure(None, [NOON], [NOON]) == (None, False)


def test_the_deciding_execution_is_the_last_that_did_something() -> None:
    decided = case(run("BALANCE_DUE"), run("RESTORED", "CheckPayment"), run("JOINED"), run("NOT_LIMITED"))
    assert (decided.outcome, decided.path) == ("RESTORED", ["CheckPayment"])
    assert case(run("JOINED")).outcome == "JOINED"
    assert case().outcome == "NO_EXECUTION"


def test_a_path_that_no_definition_allows_is_a_problem_of_the_run() -> None:
    deviation = Deviation("arn:execution:LIM-1-0", 7, 0, "TakeCharge", "entered ReadPoint", ("entered IsItOurs",))
    found = Exported(Path("table"), Path("ocel"), executions=3, conforming=1, partly=1, deviations=[deviation])
    summary = Summary("on", [], [], payments=0, enedis_orders=0, duplicates_absorbed=0)
    summary.keep(found)
    wrong, unknown = summary.all_problems
    assert wrong.startswith("LIM-1-0 event 7 (")
    assert wrong.endswith("after TakeCharge: entered ReadPoint allowed: entered IsItOurs")
    assert unknown == "paths that can't be compared with their definition: 1"


def test_what_was_expected_what_happened_and_why_are_said() -> None:
    (problem,) = outcome_problems(("BALANCE_DUE", "RESTORED"), (run("BALANCE_DUE"), FAILED))
    assert problem == (
        "attendu : « il reste un solde à payer », puis « la puissance est rétablie » ; "
        "obtenu : « il reste un solde à payer », puis « le dossier échoue et attend les opérations »"
        "; failed: EnedisRejected in ReadPoint: SGT401"
    )
    stopped = [replace(FAILED, status=each) for each in ("TIMED_OUT", "ABORTED")]
    said = [outcome_problems(("RESTORED",), (each,))[0] for each in stopped]
    assert ["; failed: " in each for each in said] == [True, False], "somebody stopped it"


def test_in_shadow_nothing_but_shadow_is_right() -> None:
    assert shadow_problems((run("SHADOW"), run("CANCELLED_BY_BILLING")), may_fail=False) == []
    assert shadow_problems((run("SHADOW"), FAILED), may_fail=True) == []
    assert "FAILED; failed: EnedisRejected" in shadow_problems((FAILED,), may_fail=False)[0]
    assert shadow_problems((), may_fail=False) == ["was to end in shadow, and ended as nothing"]
