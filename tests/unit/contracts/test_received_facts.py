"""The facts that events report: a repeated one is the same, and another content is told apart."""

import json
from typing import Any

import pytest

from restoration.contracts.received import (
    AdvisorDecided,
    BankResult,
)
from tests.fakes.samples import body, envelope
from tests.unit.contracts.received_events import parse, shares


def test_a_repeated_event_has_the_same_trigger_whatever_eventbridge_calls_it() -> None:
    first, second = envelope("PaymentReceived"), envelope("PaymentReceived")
    second |= {"id": "another-id", "time": "2026-05-04T11:00:00Z"}
    triggers = {parse("PaymentReceived", json.dumps(event)).trigger_id for event in (first, second)}
    assert triggers == {"PAY-1:CAPTURED"}


def test_a_payment_that_comes_again_with_a_new_status_is_a_new_trigger() -> None:
    events = [parse("PaymentReceived", body("PaymentReceived", status=status)) for status in ("AUTHORISED", "CAPTURED")]
    assert events[0].trigger_id != events[1].trigger_id


def test_aid_filed_and_aid_granted_are_two_facts() -> None:
    filed = parse("HousingAidFiled", body("HousingAidFiled"))
    granted = parse("HousingAidGranted", body("HousingAidGranted"))
    assert filed.trigger_id != granted.trigger_id


def test_a_payment_that_cleared_and_was_rejected_later_is_two_facts() -> None:
    cleared = parse("PaymentCleared", body("PaymentCleared"))
    rejected = parse("PaymentRejected", body("PaymentRejected"))
    assert isinstance(cleared, BankResult)
    assert isinstance(rejected, BankResult)
    assert cleared.trigger_id != rejected.trigger_id


def test_two_answers_of_an_advisor_are_two_facts() -> None:
    first = parse("AdvisorDecided", body("AdvisorDecided"))
    second = parse("AdvisorDecided", body("AdvisorDecided", at="2026-05-04T12:00:01+02:00"))
    assert isinstance(first, AdvisorDecided)
    assert isinstance(second, AdvisorDecided)
    assert first.trigger_id != second.trigger_id


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
    assert digest(**change) == digest()


def test_the_order_of_the_shares_is_no_content() -> None:
    two = shares("1.00", "2.00")
    assert digest(allocations=two) == digest(allocations=two[::-1])


@pytest.mark.parametrize(
    ("event_type", "change"),
    [
        ("PaymentReceived", {"amount": "123.46"}),
        ("PaymentReceived", {"means": "CHEQUE"}),
        ("PaymentReceived", {"customerId": "CUS-2"}),
        ("PaymentReceived", {"allocations": [{"contractId": "CON-1", "amount": "123.44"}]}),
        ("PaymentReceived", {"allocations": [{"contractId": "CON-2", "amount": "123.45"}]}),
        ("PaymentPlanAgreed", {"firstInstalment": "41.00"}),
        ("HousingAidGranted", {"amount": "90.00"}),
        ("ProtectionGranted", {"kind": "DISPUTE"}),
    ],
)
def test_other_content_has_another_digest(event_type: str, change: dict[str, Any]) -> None:
    assert digest(event_type, **change) != digest(event_type)
