"""claim_limitation, prepare_order, settle_limitation: their inputs and outputs for the state machine."""

from decimal import Decimal
from typing import Any

import pytest

from restoration.clock import utc_now
from tests.fakes.samples import POINT, body, payment
from tests.unit.functions.conftest import Annotations, Call, Load, Metrics
from tests.unit.functions.queue_events import change, item, sqs_event

TRIGGER = {"type": "PaymentReceived", "id": "PAY-1:CAPTURED", "at": "2026-05-04T12:00:00+00:00", "eventId": "EVENT-1"}
CLAIM: dict[str, Any] = {"limitationId": "LIM-1", "execution": "arn:me", "trigger": TRIGGER}
WANTED = {"intent": "REMOTE", "aim": "FULL"}
LOOKED_AT = {"pointId": POINT, "contractId": "CON-1"}
PREPARE = {"limitationId": "LIM-1", "execution": "arn:me", "generation": 1, "wanted": WANTED, **LOOKED_AT}
SETTLE: dict[str, Any] = {
    "limitationId": "LIM-1",
    "execution": "arn:me",
    "generation": 1,
    "seen": 2,
    "outcome": "RESTORED",
    "reason": "COVERED",
    "reference": "LIM-1/R/1",
}


@pytest.fixture(autouse=True)
def limited(load: Load, context: Any) -> None:
    """LIM-1 is in the register, and was paid for."""
    load("register_limitations").handler(sqs_event(body("PowerLimited")), context)
    load("receive_payments").handler(sqs_event(payment()), context)


def test_a_claim_returns_all_that_the_state_machine_reads(call: Call) -> None:
    assert call("claim_limitation", CLAIM) == {
        "standing": "CLAIMED",
        "generation": 1,
        "mode": "on",
        "seen": 2,
        "payments": {"PAY-1": "CAPTURED"},
        "announced": {},
        "paid": True,
        "flowAsks": False,
        "advisorDecision": "NONE",
        "answered": False,
        "openOrder": "",
        "ordinal": 0,
        "pointId": POINT,
        "contractId": "CON-1",
        "isReduced": True,
        "limitedPowerKva": 1.0,
        "question": None,
        "holder": "arn:me",
    }


def test_a_limitation_that_is_not_registered_is_not_limited(call: Call, metrics: Metrics) -> None:
    output = call("claim_limitation", {**CLAIM, "limitationId": "LIM-9"})
    nothing = dict.fromkeys(("generation", "seen", "question", "limitedPowerKva", "holder", "pointId", "contractId"))
    assert output == {"standing": "NOT_LIMITED", "mode": "off", "flowAsks": False} | nothing
    assert metrics()["ClaimsNotLimited"] == [1]


def test_an_order_is_returned_as_its_queued_record_needs_it(call: Call, annotated: Annotations) -> None:
    call("claim_limitation", CLAIM)
    prepared = call("prepare_order", {**PREPARE, "wanted": {**WANTED, "intent": "TECHNICIAN", "floorKva": 4.5}})
    assert prepared == {
        "result": "ORDER",
        "followed": None,
        "order": {
            "reference": "LIM-1/T/1",
            "pointId": POINT,
            "contractId": "CON-1",
            "intent": "TECHNICIAN",
            "ordinal": 1,
            "aim": "FULL",
            "floorKva": 4.5,
            "afterCut": False,
            "limitationCaseId": None,
        },
    }
    assert item("orders", reference=f"point/{POINT}")["order"] == "LIM-1/T/1"
    assert [value for key, value in annotated if key == "outcome"] == ["CLAIMED", "ORDER"]


def test_an_open_question_goes_through_claim_and_settlement(call: Call) -> None:
    asked_at = int(utc_now().timestamp() * 1000)
    call("claim_limitation", CLAIM)
    change(
        "limitations",
        {"limitationId": "LIM-1"},
        question={"number": 1, "reason": "NEGATIVE_DEBT", "askedAt": asked_at},
    )
    output = call("claim_limitation", {**CLAIM, "generation": 1, "seen": 0})
    assert output["question"] == {"number": 1, "reason": "NEGATIVE_DEBT", "askedAt": asked_at}
    call("settle_limitation", {**SETTLE, "question": output["question"]})
    assert item("limitations", limitationId="LIM-1")["settlement"]["question"]["number"] == 1


COVERAGE = {
    "balance": 12.344,
    "basis": "PLAN",
    "residual": 3.2,
    "reviewOn": "2026-06-01",
    "frozenDebt": 7,
    "frozenPaid": 2.5,
    "asks": "INSTALMENT",
    "dueOn": "2026-05-20",
    "household": False,
}
PAYMENT = {"pendingAmount": 5, "rejectedAmount": 6, "rejectedMeans": ["CHEQUE"], "countedPayments": ["PAY-1"]}


def test_a_settlement_closes_the_limitation_and_keeps_what_was_decided(
    call: Call, annotated: Annotations, metrics: Metrics
) -> None:
    call("claim_limitation", CLAIM)
    point = {"remotelyOperable": True, "readAt": "2026-05-04T12:30:00.000Z"}
    settled = {**SETTLE, "floorKva": 4.5, "coverage": COVERAGE, "payment": PAYMENT, "point": point, "pointId": POINT}
    assert call("settle_limitation", settled) == {"outcome": "RESTORED"}
    assert (annotated[-1], metrics()["SettledRestored"]) == (("outcome", "RESTORED"), [1])
    assert item("limited-contracts", contractId="CON-1")["limitations"] == {}
    stored = item("limitations", limitationId="LIM-1")
    assert stored["status"] == "CLOSED"
    assert stored["settlement"] == {
        "execution": "arn:me", "generation": 1, "outcome": "RESTORED", "reason": "COVERED", "published": True,
        "mode": "on", "pointId": POINT, "contractId": "CON-1", "reference": "LIM-1/R/1", "floorKva": Decimal("4.5"),
        "balance": Decimal("12.34"), "counted": True, "paid": True, "rejected": False, "rejectedMeans": {"CHEQUE"},
        "ground": {"basis": "PLAN", "residual": Decimal("3.20"), "reviewOn": "2026-06-01", "payments": {"PAY-1"}},
        "demand": {"asks": "INSTALMENT", "amount": Decimal("12.34"), "dueOn": "2026-05-20", "household": False},
        "communicatingMeter": True, "unclaimable": 7, "unclaimablePaid": Decimal("2.50"),
    }  # fmt: skip


def test_a_settlement_without_sums_asks_for_nothing(call: Call) -> None:
    call("claim_limitation", CLAIM)
    call("settle_limitation", {**SETTLE, "coverage": {"basis": "DEBT_COVERED", "asks": "NOTHING"}})
    kept = item("limitations", limitationId="LIM-1")["settlement"]
    assert (kept["ground"]["residual"], kept["demand"]["amount"], kept["unclaimable"], kept["paid"]) == (0, 0, 0, False)
    assert kept["demand"]["household"] is True


def test_a_ground_that_the_rules_left_half_is_a_fault_of_their_table(call: Call) -> None:
    call("claim_limitation", CLAIM)
    with pytest.raises(Exception, match=r"coverage\.dmn: "):
        call("settle_limitation", {**SETTLE, "coverage": {"basis": "PLAN", "residual": 3}})
