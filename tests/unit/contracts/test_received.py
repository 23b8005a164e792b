"""The contracts of the events: complete ones are read, additions tolerated, broken ones refused with a reason.

Each value is read exactly as it was written; a repeated fact is the same, and another content is told apart.
"""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from restoration.adapters.enedis.flows.bucket import parse_dropped_file
from restoration.contracts.envelope import parse_event, sources_of
from restoration.contracts.partner_settings import BillingSettings
from restoration.contracts.received import PAYMENT_EVENTS, RESUMING_EVENTS, PaymentReceived
from restoration.contracts.received_limitations import LIMITATION_EVENTS
from restoration.errors import InvalidEvent
from tests.fakes.samples import DETAILS, NOON, body, dropped, envelope

CONTRACT_OF: dict[str, TypeAdapter[Any]] = {
    event_type: family
    for family in (PAYMENT_EVENTS, LIMITATION_EVENTS, RESUMING_EVENTS)
    for event_type in family.json_schema()["discriminator"]["mapping"]
}
"""The family of each event, by which its queue's function reads it."""
EVERY_EVENT = sorted(DETAILS)


def parse(event_type: str, text: str) -> Any:
    return parse_event(text, CONTRACT_OF[event_type], NOON)


def reason_of(event_type: str, text: str) -> str:
    with pytest.raises(InvalidEvent) as caught:
        parse(event_type, text)
    return str(caught.value)


def shares(*amounts: str) -> list[dict[str, str]]:
    return [{"contractId": f"CON-{number}", "amount": amount} for number, amount in enumerate(amounts)]


@pytest.mark.parametrize("event_type", EVERY_EVENT)
def test_fields_that_a_partner_adds_later_are_ignored(event_type: str) -> None:
    event = envelope(event_type, addedLater={"deep": [1, 2]}, alsoNew=None)
    event["replay-name"] = "archive-1"
    assert parse(event_type, json.dumps(event)).detail == parse(event_type, body(event_type)).detail


@pytest.mark.parametrize("name", ["id", "source", "time", "detail", "customerId"])
def test_a_missing_field_is_named(name: str) -> None:
    """Which fields of a detail may be missing, ``tests/infrastructure/test_events.py`` asks of model and schema."""
    event = envelope("PaymentReceived")
    del (event["detail"] if name in event["detail"] else event)[name]
    assert f"{name}: Field required" in reason_of("PaymentReceived", json.dumps(event))


BROKEN = [
    ("PaymentReceived", {"amount": "0"}, "detail.amount", "0", "greater than 0"),
    ("PaymentReceived", {"amount": "1.234"}, "detail.amount", "1.234", "123.45"),
    ("PaymentReceived", {"amount": "12345678901.00"}, "detail.amount", "12345678901.00", "10 digits before"),
    ("PaymentReceived", {"customerId": None}, "detail.customerId", "None", "valid string"),
    ("PaymentReceived", {"currency": "USD"}, "detail.currency", "USD", "EUR"),
    ("PaymentReceived", {"means": "BITCOIN"}, "detail.means", "BITCOIN", "CHEQUE"),
    ("PaymentReceived", {"at": "2026-05-04T12:00:00"}, "detail.at", "2026-05-04T12:00:00", "timezone"),
    ("PaymentReceived", {"allocations": []}, "detail.allocations", "[]", "at least 1"),
    ("PaymentReceived", {"allocations": shares("1", "-1.00")}, "detail.allocations.1.amount", "-1.00", "greater than"),
    ("PaymentReceived", {"paymentId": "x" * 129}, "detail.paymentId", "xxx", "at most 128"),
    ("PaymentCleared", {"contractIds": ["CON-1", " "]}, "detail.contractIds.1", " ", "pattern"),
    ("PaymentRejected", {"reason": "x" * 501}, "detail.reason", f"(got {'x' * 80!r})", "at most 500"),
    ("AdvisorDecided", {"limitationId": "LIM/1"}, "detail.limitationId", "LIM/1", "pattern"),
    ("PowerLimited", {"pointId": "\u0661" * 14}, "detail.pointId", "\u0661", r"\{14\}"),
    ("PowerLimited", {"pointId": "01234567890123\n"}, "detail.pointId", "01234567890123", r"\{14\}"),
    ("PowerLimited", {"limitationId": "x" * 41}, "detail.limitationId", "xxx", "at most 40"),
    ("PowerLimited", {"debt": "-0.01"}, "detail.debt", "-0.01", "greater than or equal to 0"),
    ("PowerLimited", {"subscribedPowerKva": 0}, "detail.subscribedPowerKva", "0", "greater than 0"),
    ("PowerLimited", {"limitedPowerKva": -1}, "detail.limitedPowerKva", "-1", "greater than or equal to 0"),
    ("PowerLimited", {"limitedPowerKva": "1." + "1" * 40}, "detail.limitedPowerKva", "1.11", "an amount is"),
    ("PowerLimited", {"subscribedPowerKva": 40_001}, "detail.subscribedPowerKva", "40001", "or equal to 40000"),
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


# ── The facts that events report ──


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
    three = [{"contractId": contract, "amount": "1.00"} for contract in ("CON-1", "CON-2", "CON-1")]
    event = parse("PaymentReceived", body("PaymentReceived", allocations=three))
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


# ── The values in events ──


@pytest.mark.parametrize("power", [36.01, 37, 250, "999.99", 12_000])
def test_a_limitation_above_our_segment_is_no_dead_letter(power: float | str) -> None:
    parsed = parse("PowerLimited", body("PowerLimited", subscribedPowerKva=power))
    assert parsed.detail.subscribed_power_kva == Decimal(str(power))


@pytest.mark.parametrize("amount", ["50", "50.0", "50.00", 50, 50.0])
def test_fifty_euros_are_fifty_euros_however_written(amount: object) -> None:
    event = parse("PaymentReceived", body("PaymentReceived", amount=amount, allocations=shares("50.00")))
    assert isinstance(event, PaymentReceived)
    assert event.detail.amount == Decimal(50)


@pytest.mark.parametrize("amount", [True, "1_000.00", "\u0661\u0662", "12,00", "12.00 EUR", "0x10", ""])
def test_an_amount_that_is_not_written_as_one_is_refused(amount: object) -> None:
    assert reason_of("PaymentReceived", body("PaymentReceived", amount=amount)).startswith("detail.amount: ")


@pytest.mark.parametrize("at", [1777888800, 1777888800.5, "1777888800", "2026-05-04"])
def test_a_moment_that_is_not_iso_8601_with_a_zone_is_refused(at: object) -> None:
    assert reason_of("PaymentReceived", body("PaymentReceived", at=at)).startswith("detail.at: ")


@pytest.mark.parametrize("event_type", EVERY_EVENT)
@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "2027-05-06T12:00:01Z",
        "2999-05-04T12:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "9999-12-31T00:00:00Z",
    ],
)
def test_an_implausible_moment_is_refused_rather_than_met_later(event_type: str, at: str) -> None:
    """The register is ordered by these: one event of the year 2999 would outdate all that come after it."""
    reason = reason_of(event_type, body(event_type, at=at))
    assert re.match(r"detail\.at: .*(lies between 2000-01-01 and 2199-12-31|at most 366 days ahead of now)", reason)


@pytest.mark.parametrize("at", ["2000-01-01T00:00:00Z", "2027-05-05T12:00:00Z"])
def test_an_event_dated_within_a_year_of_now_is_read(at: str) -> None:
    assert parse("ContractEnded", body("ContractEnded", at=at))


def test_what_was_read_cannot_be_changed() -> None:
    event, settings = parse("PaymentReceived", body("PaymentReceived")), BillingSettings.read('{"url": "https://a"}')
    dropped_file = parse_dropped_file(dropped("a.zip"))
    for model, field in ((event, "source"), (event.detail, "means"), (settings, "url"), (dropped_file, "source")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(model, field, "")


@given(st.text(max_size=40))
def test_any_identifier_is_either_read_as_it_is_or_refused_by_name(text: str) -> None:
    sent = body("PaymentReceived", paymentId=text)
    try:
        event = parse("PaymentReceived", sent)
    except InvalidEvent as error:
        assert "detail.paymentId" in str(error)  # noqa: PT017 - either outcome is right, by the text
    else:
        assert event.trigger_id == f"{text}:{event.detail.status}"
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.:/-]*", text, re.ASCII)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(event_type=st.sampled_from(EVERY_EVENT), data=st.data())
def test_with_any_content_of_a_field_the_event_is_read_or_refused_and_nothing_else(
    event_type: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(DETAILS[event_type])))
    sent = body(event_type, **{name: data.draw(JSON)})
    try:
        parse(event_type, sent)
    except InvalidEvent as error:
        assert len(str(error)) < 4000  # noqa: PT017 - either outcome is right, by the value


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=5), st.integers(1, 40_000))
def test_an_event_is_refused_when_and_only_when_its_shares_exceed_its_amount(cents: list[int], amount: int) -> None:
    text = body(
        "PaymentReceived",
        amount=f"{Decimal(amount) / 100:.2f}",
        allocations=shares(*(f"{Decimal(it) / 100:.2f}" for it in cents)),
    )
    if sum(cents) > amount:
        said = f"{sum(cents) / 100:.2f} EUR are allocated of a payment of {amount / 100:.2f} EUR"
        assert re.match(f"detail.allocations: .*{said}", reason_of("PaymentReceived", text))
    else:
        parse("PaymentReceived", text)


@pytest.mark.parametrize("moment", ["yesterday", 1780000000, {}, "2026-05-04T09:00:00", "9999-01-01T00:00:00Z"])
def test_moment_of_a_payment_that_cannot_be_read_counts_as_not_told(moment: object) -> None:
    """Nothing is decided by it: it sends no payment to the dead letters, and contradicts none."""
    parsed = parse("PaymentReceived", body("PaymentReceived", paidAt=moment))
    told = parse("PaymentReceived", body("PaymentReceived", paidAt="2026-05-04T09:00:00+02:00"))
    assert (parsed.paid_at, told.paid_at) == (None, datetime(2026, 5, 4, 7, tzinfo=UTC))
    assert parsed.digest == told.digest == parse("PaymentReceived", body("PaymentReceived")).digest
