"""The values in events: each is read exactly as it was written, or refused by its field's name."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from restoration.adapters.enedis.flows.bucket import parse_dropped_file
from restoration.contracts.partner_settings import BillingSettings
from restoration.contracts.received import PaymentReceived
from restoration.errors import InvalidEvent
from tests.fakes.samples import DETAILS, body, dropped
from tests.unit.contracts.received_events import EVERY_EVENT, parse, reason_of, shares


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
