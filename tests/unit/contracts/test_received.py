"""The contracts of the events: complete ones are read, additions tolerated, broken ones refused with a reason."""

import json
import re
from typing import Any

import pytest
from pydantic import TypeAdapter

from restoration.contracts.received import LIMITATION_EVENTS, PAYMENT_EVENTS, RESUMING_EVENTS, parse_event, sources_of
from restoration.errors import InvalidEvent
from tests.fakes.samples import DETAILS, NOON, body, envelope
from tests.unit.contracts.received_events import CONTRACT_OF, EVERY_EVENT, parse, reason_of, shares

OPTIONAL = {"reason", "firstInstalment"} | {"amount"}


@pytest.mark.parametrize("event_type", EVERY_EVENT)
def test_fields_that_a_partner_adds_later_are_ignored(event_type: str) -> None:
    event = envelope(event_type, addedLater={"deep": [1, 2]}, alsoNew=None)
    event["replay-name"] = "archive-1"
    assert parse(event_type, json.dumps(event)).detail == parse(event_type, body(event_type)).detail


def required_fields() -> list[tuple[str, str]]:
    return [
        (event_type, name)
        for event_type, fields in DETAILS.items()
        for name in fields
        if name not in OPTIONAL or (event_type, name) in {("PaymentReceived", "amount"), ("AdvisorDecided", "reason")}
    ]


@pytest.mark.parametrize(("event_type", "name"), required_fields())
def test_a_missing_field_and_a_null_where_a_value_is_required_are_named(event_type: str, name: str) -> None:
    event = envelope(event_type)
    del event["detail"][name]
    assert f"detail.{name}: Field required" in reason_of(event_type, json.dumps(event))
    assert re.search(rf"detail\.{name}: .+\(got 'None'\)", reason_of(event_type, body(event_type, **{name: None})))


@pytest.mark.parametrize("event_type", EVERY_EVENT)
@pytest.mark.parametrize("name", ["id", "source", "time", "detail"])
def test_a_missing_field_of_the_envelope_is_named(event_type: str, name: str) -> None:
    event = envelope(event_type)
    del event[name]
    assert f"{name}: Field required" in reason_of(event_type, json.dumps(event))


BROKEN = [
    ("PaymentReceived", {"amount": "0"}, "detail.amount", "0", "greater than 0"),
    ("PaymentReceived", {"amount": "1.234"}, "detail.amount", "1.234", "123.45"),
    ("PaymentReceived", {"amount": "12345678901.00"}, "detail.amount", "12345678901.00", "10 digits before"),
    ("PaymentReceived", {"currency": "USD"}, "detail.currency", "USD", "EUR"),
    ("PaymentReceived", {"means": "BITCOIN"}, "detail.means", "BITCOIN", "CHEQUE"),
    ("PaymentReceived", {"at": "2026-05-04T12:00:00"}, "detail.at", "2026-05-04T12:00:00", "timezone"),
    ("PaymentReceived", {"allocations": []}, "detail.allocations", "[]", "at least 1"),
    ("PaymentReceived", {"allocations": shares("1", "-1.00")}, "detail.allocations.1.amount", "-1.00", "greater than"),
    ("PaymentReceived", {"paymentId": "x" * 129}, "detail.paymentId", "xxx", "at most 128"),
    ("PaymentPlanAgreed", {"firstInstalment": "-40"}, "detail.firstInstalment", "-40", "greater than or equal to 0"),
    ("HousingAidGranted", {"amount": "-80"}, "detail.amount", "-80", "greater than or equal to 0"),
    ("PaymentCleared", {"contractIds": []}, "detail.contractIds", "[]", "at least 1"),
    ("PaymentCleared", {"contractIds": ["CON-1", " "]}, "detail.contractIds.1", " ", "pattern"),
    ("PaymentRejected", {"reason": "x" * 501}, "detail.reason", f"(got {'x' * 80!r})", "at most 500"),
    ("AdvisorDecided", {"decision": "MAYBE"}, "detail.decision", "MAYBE", "SEND_TECHNICIAN"),
    ("AdvisorDecided", {"reason": ""}, "detail.reason", "''", "at least 1"),
    ("AdvisorDecided", {"limitationId": "LIM/1"}, "detail.limitationId", "LIM/1", "pattern"),
    ("PowerLimited", {"pointId": "1234567890123"}, "detail.pointId", "1234567890123", r"\{14\}"),
    ("PowerLimited", {"pointId": "\u0661" * 14}, "detail.pointId", "\u0661", r"\{14\}"),
    ("PowerLimited", {"pointId": "01234567890123\n"}, "detail.pointId", "01234567890123", r"\{14\}"),
    ("PowerLimited", {"limitationId": "x" * 41}, "detail.limitationId", "xxx", "at most 40"),
    ("PowerLimited", {"debt": "-0.01"}, "detail.debt", "-0.01", "greater than or equal to 0"),
    ("PowerLimited", {"subscribedPowerKva": 0}, "detail.subscribedPowerKva", "0", "greater than 0"),
    ("PowerLimited", {"limitedPowerKva": -1}, "detail.limitedPowerKva", "-1", "greater than or equal to 0"),
    ("PowerLimited", {"limitedPowerKva": "1." + "1" * 40}, "detail.limitedPowerKva", "1.11", "an amount is"),
    ("PowerLimited", {"subscribedPowerKva": 40_001}, "detail.subscribedPowerKva", "40001", "or equal to 40000"),
    ("ContractEnded", {"pointId": ""}, "detail.pointId", "''", r"\{14\}"),
]


@pytest.mark.parametrize(("event_type", "change", "where", "held", "expected"), BROKEN)
def test_a_broken_field_is_named_with_what_it_held_and_what_is_expected(
    event_type: str, change: dict[str, Any], where: str, held: str, expected: str
) -> None:
    reason = reason_of(event_type, body(event_type, **change))
    assert reason.startswith(f"{where}: ")
    assert held in reason
    assert re.search(expected, reason)


def test_every_broken_field_is_named_at_once() -> None:
    reason = reason_of("PaymentReceived", body("PaymentReceived", amount="-1", currency="USD", means="BITCOIN"))
    assert [part.split(":")[0] for part in reason.split("; ")] == ["detail.means", "detail.amount", "detail.currency"]


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "\ufeff{}"])
def test_a_body_that_is_no_event_is_refused_with_a_reason(text: str) -> None:
    for event_type in ("PaymentReceived", "PowerLimited", "AdvisorDecided"):
        assert re.match(r"event: .+", reason_of(event_type, text))


def test_json_nested_beyond_reason_is_refused_and_crashes_nothing() -> None:
    with pytest.raises(InvalidEvent):
        parse_event('{"detail":' + "[" * 100_000, PAYMENT_EVENTS, NOON)


@pytest.mark.parametrize("contract", [PAYMENT_EVENTS, LIMITATION_EVENTS, RESUMING_EVENTS])
def test_an_unknown_type_is_named_with_the_types_that_are_known(contract: TypeAdapter[Any]) -> None:
    event = envelope("PaymentReceived") | {"detail-type": "SunRose"}
    with pytest.raises(InvalidEvent, match="SunRose") as caught:
        parse_event(json.dumps(event), contract, NOON)
    known = {name for name, adapter in CONTRACT_OF.items() if adapter is contract}
    assert all(name in str(caught.value) for name in known)


def test_event_that_billing_does_not_report_has_sources_of_its_own() -> None:
    found = {name: sources_of(name) for name in EVERY_EVENT if sources_of(name) != ("billing",)}
    channels = {"PaymentDeclared": ("channels",), "PowerMissing": ("channels",)}
    assert found == {"AdvisorDecided": ("advisors", "channels"), **channels}


def test_an_event_without_a_type_is_refused_naming_the_field_as_the_wire_does() -> None:
    event = envelope("PaymentReceived")
    del event["detail-type"]
    with pytest.raises(InvalidEvent, match="detail-type"):
        parse_event(json.dumps(event), PAYMENT_EVENTS, NOON)
