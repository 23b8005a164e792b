"""One line of time from all that knows about a case, the way of an execution on it, and what is said of it."""

from dataclasses import replace
from itertools import count, product
from typing import Any

import pytest

from record.cases.dossier import Dossier
from record.cases.timeline import said, timeline
from record.domain.course import Course
from record.domain.course_event import End
from record.words import Language
from restoration.clock import to_text
from tests.fakes.courses import events_of
from tests.unit.ops.printing import are_as_kept
from tests.unit.supervision import made_case
from tests.unit.supervision.made_case import ARN, FIRST, START, at, decided_coverage, execution, milliseconds

HOLDER, PAID = ARN + FIRST, "PaymentReceived|PAY-1"
ITEM = {"status": "LIMITED", "pointId": "30000000000001"}


def dossier(item: dict[str, Any] | None = None, **parts: Any) -> Dossier:
    facts: dict[str, Any] = {"executions": [], "decisions": [], "orders": [], "messages": []}
    return Dossier("LIM-000001", ITEM | (item or {}), **(facts | parts))


@pytest.mark.parametrize(
    ("state", "running", "item"),
    [
        ("CheckPayment", True, {}),
        ("WaitForAdvisor", True, {}),
        ("OrderAtEnedis", True, {}),
        ("OrderAtEnedis", True, {"openOrder": {"reference": "LIM-000001/T/2"}}),
        ("ReadPoint", False, {}),
    ],
    ids=["looks again", "asks", "is not accepted yet", "the order before was accepted", "failed"],
)
def test_wait_after_another_has_its_own_time(state: str, item: dict[str, Any], *, running: bool) -> None:
    """The claim is twenty days old, for the bank took them: nobody is late since then."""
    before = -20 * 86400
    order = {"reference": "LIM-000001/R/1", "status": "ACCEPTED", "caseId": "A1", "ordinal": 1}
    case = dossier(
        {"holder": HOLDER, "claimedAt": to_text(at(before))} | item,
        executions=[execution(FIRST, [(before, "WaitForBank"), (5, state)], PAID, None if running else 6)],
        orders=[order | {"lookAt": to_text(at(before))}],
    )
    assert "Au plus tard le " in said(case, at(6))
    assert "en retard" in said(case, at(20 * 86400))


def test_long_case_is_told_as_it_was() -> None:
    said_of = []
    raised = {
        "claimMode": "shadow",
        "claimedAt": to_text(START),
        "settlement": {"outcome": "FLOOR_RAISED", "floorKva": 3},
    }
    question = {"number": 1, "reason": "DISPUTE", "askedAt": milliseconds(0)}
    asked = {"holder": HOLDER, "question": question}
    owes = {"outcome": "BALANCE_DUE", "balance": 40, "paid": True, "rejected": True, "question": question}
    rounds = execution(FIRST, [*[(1, "WaitForBank"), (2, "TakeCharge")] * 3, (5, "WaitForAdvisor")], PAID)
    pending = decided_coverage("v1", {"pendingUntil": "2026-12-04"}, at(2))
    certain = replace(pending, decision="paymentCertainty", audit=None)
    bank = dossier({"holder": HOLDER}, executions=[execution(FIRST, [(5, "WaitForBank")], PAID)], decisions=[certain])
    made = (made_case.dossier(), made_case.failed_dossier(), made_case.long_dossier(), bank)
    # A choice takes no time, and a state of another machine does where something was tried in it.
    odd = "ChoiceStateEntered:IsItOurs TaskStateEntered:AskTheMeter TaskScheduled TaskStateExited:AskTheMeter"
    told = (
        (f"{odd} ExecutionFailed", [End(0, "FAILED", 0, 0, error="Odd", cause="a: b")]),
        ("ExecutionTimedOut", [End(0, "TIMED_OUT", 0, 0, error="States.Timeout")]),
        ("ExecutionAborted", [End(0, "ABORTED", 0, 0, cause="by hand")]),
        ("ExecutionSucceeded", [End(0, "SUCCEEDED", 0, 0, "BALANCE_DUE", "NOT_COVERED")]),
        *((each, []) for each in ("ExecutionFailed", "ExecutionSucceeded")),
    )
    ways = [
        Course.of(HOLDER, events_of(f"ExecutionStarted {each}", count(milliseconds(0), 9)), its) for each, its in told
    ]
    forgotten = dossier({"holder": HOLDER})  # Step Functions forgets what ended 90 days ago
    varied = (
        dossier(asked, executions=[rounds]),
        dossier(raised),
        dossier({"settlement": owes}),
        forgotten,
        dossier(executions=ways),
    )
    for case, language in product((*made, *varied), Language):
        lines = timeline(case, language)
        said_of += [
            f"{case.limitation_id} {language.value}",
            *(f"  {each.at:%d %X} {each.kind}: {each.text} | {each.said * (each.said != each.text)}" for each in lines),
        ]
        said_of.append(said(case, START))
    are_as_kept("timeline.txt", ["\n".join(said_of)])
