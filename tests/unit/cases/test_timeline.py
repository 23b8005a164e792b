"""One line of time from all that knows about a case, and what is said of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from record.cases.dossier import Dossier
from record.cases.kept_decisions import KeptDecision
from record.cases.sentences import OTHERWISE
from record.cases.timeline import said, timeline
from record.domain.course import Course
from record.domain.course_event import End, Event
from record.words import Language
from restoration.clock import to_text
from tests.unit.ops.printing import are_as_kept
from tests.unit.supervision import made_case

START = datetime(2026, 11, 26, 8, tzinfo=UTC)
NAME = "LIM-000001-" + "0" * 24 + "03285715"
ARN = f"arn:aws:states:eu-west-3:123456789012:execution:restoration-restoration:{NAME}"
ITEM = {"status": "LIMITED", "pointId": "30000000000001"}


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def execution(*steps: tuple[int, str], state: str = "", running: bool = True) -> Course:
    """An execution that entered states, and ``state`` at last."""
    entered = [*steps, *([(5, state)] if state else [])]
    events = [Event.of(1, "ExecutionStarted", ms(0))]
    events += [Event.of(place, "TaskStateEntered", ms(second), name) for place, (second, name) in enumerate(entered, 2)]
    if running:
        return Course.of(ARN, events, trigger="PaymentReceived|PAY-1")
    events.append(Event.of(len(events) + 1, "ExecutionFailed", ms(6)))
    end = End(0, "FAILED", ms(0), ms(6), error="UnknownContract")
    return Course.of(ARN, events, [end], "PaymentReceived|PAY-1")


def ms(seconds: int) -> int:
    return int(at(seconds).timestamp() * 1000)


def decision(value: Any, steps: Sequence[Any] | None, grounds: Sequence[Any] = ()) -> KeptDecision:
    audit = None if steps is None else {"value": value, "warnings": [], "decisions": steps}
    inputs: dict[str, Any] | None = None if steps is None else {}
    return KeptDecision(
        "LIM-000001", at(2), "x", "coverage", f"{NAME}/DecideCoverage", "v1", value, grounds, inputs, audit, "", ""
    )


def dossier(item: dict[str, Any] | None = None, **parts: Any) -> Dossier:
    facts: dict[str, Any] = {"executions": [], "decisions": [], "orders": [], "messages": []}
    return Dossier("LIM-000001", ITEM | (item or {}), **(facts | parts))


def test_sentence_follows_the_holder_and_what_is_known_of_the_order() -> None:
    order = {
        "reference": "LIM-000001/R/1",
        "status": "ACCEPTED",
        "caseId": "A1",
        "ordinal": 1,
        "lookAt": to_text(at(1)),
    }
    held = dossier({"holder": ARN}, executions=[execution(state="WaitForEnedis")], orders=[order])
    assert "affaire A1" in said(held, at(2))
    dead = dossier({"holder": ARN}, executions=[execution(state="CheckPayment", running=False)])
    assert said(dead, at(2)).startswith(OTHERWISE["FAILED"][0])
    forgotten = dossier({"holder": ARN})
    assert said(forgotten, at(2)).startswith(OTHERWISE["FAILED"][0]), "Step Functions forgets what ended 90 days ago"
    due = dossier({"settlement": {"outcome": "BALANCE_DUE", "balance": Decimal("40.50")}})
    assert "Il reste 40,50 € à payer." in said(due, at(2))


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
        {"holder": ARN, "claimedAt": to_text(at(before))} | item,
        executions=[execution((before, "WaitForBank"), (5, state), running=running)],
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
    owes = {"settlement": {"outcome": "BALANCE_DUE", "balance": 40, "paid": True, "rejected": True}}
    asked = {"holder": ARN, "question": {"number": 1, "reason": "DISPUTE", "askedAt": ms(0)}}
    rounds = execution(*[(1, "WaitForBank"), (2, "TakeCharge")] * 3, state="WaitForAdvisor")
    certain = replace(decision({"pendingUntil": "2026-12-04"}, []), decision="paymentCertainty")
    bank = dossier({"holder": ARN}, executions=[execution(state="WaitForBank")], decisions=[certain])
    made = (made_case.dossier(), made_case.failed_dossier(), made_case.long_dossier(), bank)
    varied = (dossier(asked, executions=[rounds]), dossier(raised), dossier(owes))
    for case, language in product((*made, *varied), Language):
        lines = timeline(case, language)
        said_of += [
            f"{case.limitation_id} {language.value}",
            *(f"  {each.at:%d %X} {each.kind}: {each.text} | {each.said * (each.said != each.text)}" for each in lines),
        ]
        said_of.append(said(case, START))
    are_as_kept("timeline.txt", ["\n".join(said_of)])
