"""The demo's words for each event."""

from typing import Any

import pytest

from local.customers import entry
from local.demo.entries import Line
from local.demo.event_outcomes import EventOutcomes
from local.demo.report import Run
from local.stage import Sent
from tests.fakes.samples import NOON

PAYMENT: dict[str, Any] = {
    "paymentId": "P-1",
    "customerId": "CUS-1",
    "at": "2026-05-04T09:00:00Z",
    "means": "CARD",
    "status": "CAPTURED",
    "amount": 10,
    "currency": "EUR",
    "allocations": [{"contractId": "CTR-1", "amount": 10}],
}
ADVICE = {"limitationId": "LIM-1", "decision": "RESTORE", "advisor": "A-1", "reason": "x", "at": "2026-05-04T09:00:00Z"}


def run(event_id: str, outcome: str = "RESTORED", status: str = "SUCCEEDED") -> Run:
    return Run("name", "LIM-1", status, outcome or status, closed_at=NOON, event_id=event_id)


def event_outcomes(
    *lines: Line, runs: tuple[Run, ...] = (), letters: dict[str, tuple[str, str]] | None = None
) -> list[str]:
    outcomes = EventOutcomes({"CTR-1"}, runs, letters or {})
    return [outcomes.outcome(line, Sent(f"e-{line.number}", NOON)).text for line in lines]


def paid(number: int, **changes: Any) -> Line:
    return Line(number, entry("PaymentReceived", PAYMENT | changes))


def test_a_repeated_payment_is_absorbed_or_noted_on_the_incident() -> None:
    assert event_outcomes(paid(1), paid(2), runs=(run("e-1"),))[1] == "duplicate absorbed"
    failed = run("e-1", "", "FAILED")
    again = event_outcomes(paid(1), paid(2), runs=(failed,))[1]
    assert again == "duplicate: its execution failed, a redrive goes on with it"


def test_a_known_payment_with_other_content_is_no_duplicate() -> None:
    said = event_outcomes(paid(1), paid(2, means="TRANSFER"), runs=(run("e-1"),))[1]
    assert said == "the limitation was closed before: nobody compared it with line 1, which differs"


ADVISED = Line(1, entry("AdvisorDecided", ADVICE, "advisors"))


@pytest.mark.parametrize(
    ("met", "says"),
    [
        ({"LIM-1": "RESUMED"}, "handed on to the execution that waited (LIM-1)"),
        ({"LIM-1": "OUTDATED"}, "older than the decision that counts: nothing started (LIM-1)"),
        (
            {"LIM-1": "LOST_GROUND"},
            "power was back already: published that the payment was returned (LIM-1)",
        ),
        (
            {"LIM-1": "INCIDENT", "LIM-2": "ABSORBED"},
            "its execution failed: a redrive goes on with it (LIM-1); duplicate absorbed (LIM-2)",
        ),
        ({}, "the limitation was closed before: nothing started"),
    ],
)
def test_an_answer_tells_what_it_met(met: dict[str, str], says: str) -> None:
    outcomes = EventOutcomes({"CTR-1"}, (), {}, {"e-1": met})
    assert outcomes.outcome(ADVISED, Sent("e-1", NOON)).text == says


def test_payment_that_meets_a_running_execution_is_not_said_to_be_of_nobody() -> None:
    noted = EventOutcomes({"CTR-1"}, (), {}, {"e-1": {"LIM-1": "NOTED"}}).outcome(paid(1), Sent("e-1", NOON))
    assert noted.text == "noted: the execution that goes on looks at it (LIM-1)"


def test_an_answer_about_a_contract_that_nobody_knows_starts_nothing() -> None:
    rejected = {"paymentId": "P-1", "contractIds": ["CTR-9"], "at": "2026-05-04T09:00:00Z", "reason": "x"}
    assert event_outcomes(Line(1, entry("PaymentRejected", rejected))) == ["no open limitation: nothing started"]


def test_a_broken_event_that_is_nowhere_is_lost_and_said_so() -> None:
    found = EventOutcomes((), (), {}).outcome(paid(1, amount=-1), Sent("e-1", NOON))
    assert found.is_lost
