"""The demo's words for events: those that no run of it shows (tests/end_to_end/test_demo.py has the others)."""

from typing import Any

import pytest

from embedded_cloud import Execution
from local.customers import entry
from local.demo.crowd import payment
from local.demo.entries import Line
from local.demo.event_outcomes import EventOutcomes
from local.stage import Sent
from tests.fakes.samples import NOON

ADVICE = {"limitationId": "LIM-1", "decision": "RESTORE", "advisor": "A-1", "reason": "x", "at": "2026-05-04T09:00:00Z"}


def paid(number: int, **changes: Any) -> Line:
    return Line(number, entry("PaymentReceived", payment(1, "CARD", "CAPTURED", 10.0) | changes))


def test_a_payment_that_comes_again_is_noted_on_the_incident_of_its_execution() -> None:
    begun_by = {"limitationId": "LIM-1", "trigger": {"eventId": "e-1"}}
    run = Execution("arn", "name", "Restoration", NOON, begun_by, "FAILED")
    outcomes = EventOutcomes({"CTR-1"}, [run], {})
    _, again = (outcomes.outcome(paid(it), Sent(f"e-{it}", NOON)) for it in (1, 2))
    assert again.text == "duplicate: its execution failed, a redrive goes on with it"


ADVISED = Line(1, entry("AdvisorDecided", ADVICE, "advisors"))
REJECTED = {"paymentId": "P-1", "contractIds": ["CTR-9"], "at": "2026-05-04T09:00:00Z", "reason": "x"}


@pytest.mark.parametrize(
    ("line", "met", "says"),
    [
        (
            ADVISED,
            {"LIM-1": "INCIDENT", "LIM-2": "ABSORBED"},
            "its execution failed: a redrive goes on with it (LIM-1); duplicate absorbed (LIM-2)",
        ),
        (Line(1, entry("PaymentRejected", REJECTED)), {}, "no open limitation: nothing started"),
        (
            Line(1, entry("PaymentRejected", REJECTED | {"contractIds": ["CTR-1"]})),
            {},
            "the limitation was closed before: nothing started",
        ),
        (paid(1), {"LIM-1": "NOTED"}, "noted: the execution that goes on looks at it (LIM-1)"),
    ],
)
def test_an_event_tells_what_it_met(line: Line, met: dict[str, str], says: str) -> None:
    outcomes = EventOutcomes({"CTR-1"}, (), {}, {"e-1": met})
    assert outcomes.outcome(line, Sent("e-1", NOON)).text == says


def test_a_broken_event_that_is_nowhere_is_lost_and_said_so() -> None:
    found = EventOutcomes((), (), {}).outcome(paid(1, amount=-1), Sent("e-1", NOON))
    assert found.is_lost
