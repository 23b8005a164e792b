"""The facts that events report: a repeated one is the same, and another content is told apart."""

import json
from typing import Any

import pytest

from tests.fakes.samples import body, envelope
from tests.unit.contracts.received_events import parse, shares


def test_a_repeated_event_has_the_same_trigger_whatever_eventbridge_calls_it() -> None:
    first, second = envelope("PaymentReceived"), envelope("PaymentReceived")
    second |= {"id": "another-id", "time": "2026-05-04T11:00:00Z"}
    triggers = {parse("PaymentReceived", json.dumps(event)).trigger_id for event in (first, second)}
    assert triggers == {"PAY-1:CAPTURED"}


FACTS = {
    "PaymentReceived": "PAY-1:CAPTURED",
    "PaymentPlanAgreed": "PLAN-1@2026-05-04T10:00:00.000Z",
    "PaymentPlanBroken": "PLAN-1@2026-05-04T10:00:00.000Z",
    "HousingAidFiled": "AID-1:HousingAidFiled",
    "HousingAidGranted": "AID-1:HousingAidGranted",
    "HousingAidRefused": "AID-1:HousingAidRefused",
    "ProtectionGranted": "PRO-1",
    "PaymentCleared": "PAY-1@2026-05-04T10:00:00.000Z:PaymentCleared",
    "PaymentRejected": "PAY-1@2026-05-04T10:00:00.000Z:PaymentRejected",
    "AdvisorDecided": "LIM-1:2026-05-04T12:00:00+02:00",
    "PaymentDeclared": "D-1",
    "PowerMissing": "M-1",
}


def test_what_happens_to_one_payment_plan_or_aid_is_as_many_facts() -> None:
    assert {name: parse(name, body(name)).trigger_id for name in FACTS} == FACTS


def test_a_contract_with_two_allocations_is_looked_up_once() -> None:
    shares = [{"contractId": contract, "amount": "1.00"} for contract in ("CON-1", "CON-2", "CON-1")]
    event = parse("PaymentReceived", body("PaymentReceived", allocations=shares))
    assert event.contract_ids == ("CON-1", "CON-2")


def digest(event_type: str = "PaymentReceived", **changes: Any) -> str:
    return str(parse(event_type, body(event_type, **changes)).digest)


@pytest.mark.parametrize(
    "change",
    [
        {"at": "2027-01-01T00:00:00Z"},
        {"amount": 123.45},
        {"allocations": [{"amount": 123.45, "contractId": "CON-1", "label": "added later"}]},
    ],
)
def test_the_same_content_has_the_same_digest_however_and_whenever_it_comes(change: dict[str, Any]) -> None:
    assert digest(**change) == digest() == "d23f87e602de55798ae6ab1d99248948", (
        "in every release: facts are noted with it"
    )


def test_the_order_of_the_shares_is_no_content() -> None:
    two = shares("1.00", "2.00")
    assert digest(allocations=two) == digest(allocations=two[::-1])
