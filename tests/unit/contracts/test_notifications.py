"""The records of the notifications queue, and a message's id, which survives its journey."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.contracts.notifications import DeliveryReport, MessageRecord, Report, attempt_of, parse_record, tag_of
from restoration.domain.ground import Asks, Demand
from restoration.domain.message import Channel
from restoration.errors import InvalidEvent
from tests.fakes.message_world import MONDAY_NOON, incident, message_record, record


def test_a_kept_copy_is_the_event_with_the_moment_to_look_again() -> None:
    later = datetime(2026, 5, 5, 6, 12, tzinfo=UTC)
    copy = parse_record(message_record("PowerFloorRaised").kept_until(later))
    assert isinstance(copy, MessageRecord)
    assert (copy.not_before, copy.not_by) == (later, None)
    assert copy.message == message_record("PowerFloorRaised").message
    assert "é" in message_record("RestorationRefused", advisorWord="é").kept_until(later)


def test_a_copy_for_the_other_channel_says_which_failed_and_waits_for_nothing() -> None:
    kept = parse_record(message_record("PowerFloorRaised").kept_until(MONDAY_NOON))
    assert isinstance(kept, MessageRecord)
    copy = parse_record(kept.without(Channel.SMS))
    assert isinstance(copy, MessageRecord)
    assert (copy.not_before, copy.not_by) == (None, Channel.SMS)
    assert copy.attempt_id == "LIM-1#FLOOR_RAISED#3#2026-05#EMAIL"
    again = parse_record(copy.kept_until(MONDAY_NOON))
    assert isinstance(again, MessageRecord)
    assert again.not_by is Channel.SMS, "kept for the morning it still knows"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("no JSON", "not a record"),
        ("[]", "queue: the record: Input"),
        (record("PowerRestored").replace("restoration", "billing"), "source"),
        (record("PowerRestored").replace("PowerRestored", "PowerLost"), "PowerLost"),
        (record("BalanceDue", balance="-1"), "balance"),
        (json.dumps(json.loads(record("BalanceDue")) | {"time": "soon"}), "time"),
        (json.dumps(json.loads(record("BalanceDue")) | {"notBy": "POST", "time": "soon"}), "00Z; notBy: Inp"),
        (incident().replace('"executionArn"', '"arn"'), "executionArn"),
        (incident().replace("CTR-0042", ""), "input.contractId"),
        (json.dumps({"report": "Email Opened", "tag": "TElN", "at": "2026-05-04T12:00:00Z"}), "report"),
        (json.dumps({"report": "Email Bounced", "tag": "é", "at": "2026-05-04T12:00:00Z"}), "tag: Value error"),
    ],
)
def test_a_body_that_is_no_record_is_refused_with_the_field(body: str, said: str) -> None:
    with pytest.raises(InvalidEvent, match=said):
        parse_record(body)


@pytest.mark.parametrize("report", Report)
def test_a_report_names_the_sending_that_it_is_about(report: Report) -> None:
    document = {"report": report.value, "tag": tag_of("LIM-1#REFUSED#é"), "at": "2026-05-04T12:00:00Z"}
    found = parse_record(json.dumps(document))
    assert isinstance(found, DeliveryReport)
    assert found.model_dump(by_alias=True) == {**document, "tag": "LIM-1#REFUSED#é", "at": MONDAY_NOON, "status": ""}


@given(st.text(max_size=60), st.text(max_size=200))
def test_a_message_s_id_travels_in_a_tag_of_an_e_mail(slot: str, word: str) -> None:
    for sent in (message_record("VisitPlanned", slot=slot), message_record("RestorationRefused", advisorWord=word)):
        message = sent.message
        assert len(message.message_id.encode()) <= 180
        attempt_id = message.attempt_id(Channel.SMS)
        tag = tag_of(attempt_id)
        assert len(tag) <= 256
        assert set(tag) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
        assert attempt_of(tag) == attempt_id


def test_long_keys_that_differ_at_their_end_make_two_messages() -> None:
    ids = {message_record("RestorationRefused", advisorWord="x" * 200 + end).message.message_id for end in ("a", "b")}
    assert len(ids) == 2
    whole, short = (message_record("RestorationRefused", advisorWord="x" * it).message.message_id for it in (166, 167))
    assert (whole, short[:148], len(short)) == (f"LIM-1#REFUSED#{'x' * 166}", f"LIM-1#REFUSED#{'x' * 133}~", 180)
    cut = message_record("RestorationRefused", advisorWord="é" * 84).message.message_id
    assert cut.startswith(f"LIM-1#REFUSED#{'é' * 66}~"), "half a letter is left out"


def test_an_event_that_is_not_for_customers_asks_for_no_message() -> None:
    assert parse_record(record("RestorationOrdered", paid=False)) is None
    assert parse_record(incident(trigger="NightlyCheck")) is None


@pytest.mark.parametrize(
    ("detail_type", "changes"),
    [
        ("RestoredPaymentReversed", {"paymentId": "PAY-1", "basis": "GOODWILL", "residual": "40"}),
        ("PaymentReversedWhileOrdered", {"paymentId": "PAY-1", "reference": "LIM-1/R/1"}),
    ],
)
def test_a_payment_that_is_returned_without_a_balance_for_power_is_told_to_billing_and_advisors_alone(
    detail_type: str, changes: dict[str, Any]
) -> None:
    envelope = json.loads(record("PowerRestored", **changes)) | {"detail-type": detail_type}
    assert parse_record(json.dumps(envelope)) is None


@pytest.mark.parametrize(
    ("changes", "kind", "variant", "facts"),
    [
        ({"paid": True}, "BALANCE_DUE", "", {"paid"}),
        ({"paid": False}, "BALANCE_DUE", "", set()),
        ({"paid": False, "rejected": True}, "PAYMENT_REJECTED", "", set()),
        ({"paid": True, "rejected": True, "rejectedMeans": ["CHEQUE", "CARD"]}, "PAYMENT_REJECTED", "BANK", {"paid"}),
        ({"rejected": True, "rejectedMeans": ["ENERGY_VOUCHER"]}, "PAYMENT_REJECTED", "ENERGY_VOUCHER", {"paid"}),
        ({"rejected": True, "rejectedMeans": ["CHEQUE", "THIRD_PARTY"]}, "PAYMENT_REJECTED", "", {"paid"}),
        ({"rejected": True, "rejectedMeans": ["HOUSING_AID"]}, "PAYMENT_REJECTED", "", {"paid"}),
    ],
)
def test_a_balance_says_whether_a_payment_counted_and_whose_bank_returned_one(
    changes: dict[str, Any], kind: str, variant: str, facts: set[str]
) -> None:
    message = message_record("BalanceDue", **changes).message
    assert (str(message.kind), message.variant, set(message.facts)) == (kind, variant, facts)


def test_a_balance_of_an_older_process_is_the_rest_of_the_debt() -> None:
    assert message_record("BalanceDue").message.demand == Demand(Asks.DEBT, Decimal("12.5"))


def test_whoever_waits_for_a_person_is_told_once_in_a_claim() -> None:
    asked = [message_record("AdvisorDecisionRequested", question=number) for number in (1, 2, 3)]
    ids = {each.message.message_id for each in (*asked, message_record("RestorationLeftToAdvisor"))}
    assert message_record("AdvisorDecisionRequested", reference="LIM-1/R/1").message.reference == "LIM-1/R/1"
    assert ids == {"LIM-1#WITH_ADVISOR#2"}


@pytest.mark.parametrize(("order", "case"), [("LIM-1/T/2", "LIM-1/T/2"), (None, "A2")])
def test_visit_is_counted_for_its_order_or_else_for_enedis_case(order: str | None, case: str) -> None:
    message = message_record("VisitPlanned", number=3, reference=order).message
    assert (message.key, message.case, message.variant) == (f"{case}#3#2026-05-07#08:00-12:00", case, "FULL")
    assert (message.visit_number, message.reference) == (3, order)


def test_a_delay_names_the_day_in_paris_by_which_enedis_was_expected() -> None:
    assert message_record("RestorationDelayed").message.until == date(2026, 5, 5)
    assert message_record("RestorationDelayed", dueAt=None).message.until is None

    nameless = message_record("RestorationDelayed", reference=None, caseId=None).message
    assert nameless.message_id == "LIM-1#RESTORATION_DELAYED", "told once for its limitation"


@pytest.mark.parametrize("outcome", ["RESTORED", "ALREADY_RESTORED", "LIMITATION_CANCELLED"])
def test_restored_power_says_its_ground_its_date_and_its_meter(outcome: str) -> None:
    ground = {"basis": "PLAN", "residual": "40.5", "reviewOn": "2026-06-10", "communicatingMeter": True}
    message = message_record("PowerRestored", outcome=outcome, **ground).message
    assert (message.variant, message.review_on, message.communicating_meter) == ("PLAN", date(2026, 6, 10), True)
    unknown = {"basis": None, "residual": None, "reviewOn": None, "communicatingMeter": None}
    without = message_record("PowerRestored", outcome=outcome, **unknown).message
    assert (without.variant, without.review_on, without.communicating_meter) == ("", None, None)
    frozen = message_record("PowerRestored", outcome=outcome, basis="DEBT_COVERED", unclaimable="0.50").message
    assert frozen.variant == "", "a part of the debt is frozen, and not paid"


@pytest.mark.parametrize(
    ("kva", "at", "is_named"),
    [
        (3, "2026-10-14", False),
        (3, "2026-10-15", True),
        (1, "2026-12-01", False),
        (2, "2027-03-31", True),
        (3, "2027-04-01", False),
    ],
)
def test_a_raised_floor_names_the_truce_only_where_it_must_be_the_reason(kva: int, at: str, *, is_named: bool) -> None:
    moment = datetime.fromisoformat(f"{at}T11:00:00+00:00")
    assert ("truce" in message_record("PowerFloorRaised", at=moment, floorKva=kva).message.facts) is is_named
