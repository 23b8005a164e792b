"""What each dead letter is, and whether it may go back today: by the code of today, and by how its case stands."""

import json
from datetime import timedelta

import pytest

from record.adapters.sqs.letter_boxes import OF_THE_PUTTING_ASIDE
from record.domain.dead_letter import Family
from restoration.contracts.notifications import tag_of
from restoration.domain.claim import HolderStatus
from restoration.domain.sending import SendingState
from tests.fakes.claims import ME, held, order
from tests.fakes.letters import NOW, Facts, judge_with, letter
from tests.fakes.message_world import record
from tests.fakes.samples import NOON, QUEUED_ORDER, body, dropped, envelope

ORDER = {**QUEUED_ORDER, "execution": ME, "generation": 1}


@pytest.mark.parametrize(
    ("family", "event", "what"),
    [
        (Family.PAYMENTS, "PaymentReceived", "PaymentReceived PAY-1:CAPTURED"),
        (Family.PAYMENTS, "HousingAidGranted", "HousingAidGranted AID-1:HousingAidGranted"),
        (Family.LIMITATIONS, "PowerLimited", "PowerLimited LIM-1"),
        (Family.LIMITATIONS, "ContractEnded", "ContractEnded CON-1"),
        (Family.RESUMPTIONS, "PaymentCleared", "PaymentCleared PAY-1"),
    ],
)
def test_event_that_today_s_contract_takes_may_go_back(family: Family, event: str, what: str) -> None:
    judged = judge_with().judge(family, letter(body(event), ErrorType="ClientError"))
    assert (judged.to, judged.what, judged.words) == (family, what, "today it would be taken")


def test_event_that_breaks_its_contract_would_come_back_and_the_field_is_named() -> None:
    judged = judge_with().judge(Family.PAYMENTS, letter(body("PaymentReceived", amount="-1"), ErrorType="InvalidEvent"))
    assert (judged.to, judged.what.partition(" (event ")[0]) == (None, "PaymentReceived")
    assert judged.words.startswith("today it would come back: detail.amount")


def test_mend_shows_as_a_letter_that_would_be_taken() -> None:
    """It was put aside for a date in a year that has come meanwhile: the judgement is of today, not of then."""
    dated = letter(body("PaymentReceived", at="2027-05-04T12:00:00Z"), ErrorType="InvalidEvent")
    assert judge_with(now=NOON - timedelta(days=300)).judge(Family.PAYMENTS, dated).to is None
    assert judge_with(now=NOW).judge(Family.PAYMENTS, dated).to is Family.PAYMENTS


def test_conflicting_event_stays_whatever_its_contract_says() -> None:
    judged = judge_with().judge(Family.PAYMENTS, letter(body("PaymentReceived"), ErrorType="ConflictingEvent"))
    assert judged.to is None
    assert "Ask billing which is right" in judged.words


def test_advisor_s_decision_needs_its_limitation() -> None:
    decided = letter(body("AdvisorDecided", at="2026-05-05T10:00:00Z"), ErrorType="InvalidEvent")
    unknown = judge_with().judge(Family.RESUMPTIONS, decided)
    assert (unknown.to, "have billing report it first" in unknown.words) == (None, True)
    known = judge_with([held()]).judge(Family.RESUMPTIONS, decided)
    assert (known.to, known.words) == (Family.RESUMPTIONS, "today it would be taken")


def test_advisor_s_decision_that_lay_aside_for_days_is_asked_about() -> None:
    for late in (timedelta(), timedelta(seconds=1)):
        decided = letter(body("AdvisorDecided", at=(NOW - timedelta(days=2) - late).isoformat()))
        found = judge_with([held()], now=NOW).judge(Family.RESUMPTIONS, decided)
        assert (found.to, "2 days ago: ask the advisor" in found.words) == (Family.RESUMPTIONS, bool(late))


def test_order_goes_back_while_its_execution_waits_for_it() -> None:
    alive = Facts({ME: HolderStatus.ALIVE})
    judged = judge_with([held(open_order=order())], alive).judge(Family.ORDERS, letter(json.dumps(ORDER)))
    assert (judged.to, judged.what) == (Family.ORDERS, "order LIM-1/R/1")


@pytest.mark.parametrize("status", [HolderStatus.ENDED, HolderStatus.UNKNOWN])
def test_order_whose_token_is_dead_stays(status: HolderStatus) -> None:
    """It could be placed with nobody to follow it. The redriven execution queues it again."""
    judged = judge_with([held(open_order=order())], Facts({ME: status})).judge(Family.ORDERS, letter(json.dumps(ORDER)))
    assert judged.to is None
    assert "Redrive the execution" in judged.words


@pytest.mark.parametrize("change", [{"pointId": "99999999999999"}, {"aim": "FLOOR", "floorKva": 3}, {"intent": "?"}])
def test_order_that_its_limitation_does_not_name_stays(change: dict[str, object]) -> None:
    alive = Facts({ME: HolderStatus.ALIVE})
    judged = judge_with([held(open_order=order())], alive).judge(Family.ORDERS, letter(json.dumps(ORDER | change)))
    assert judged.to is None
    assert judged.what == "order of LIM-1"
    assert judged.words.startswith("today it would come back")


def test_file_of_a_flow_may_be_read_again() -> None:
    judged = judge_with().judge(Family.FLOWS, letter(dropped("c15/day.zip"), ErrorType="InvalidFlow"))
    assert (judged.to, judged.what) == (Family.FLOWS, "file c15/day.zip")
    assert judge_with().judge(Family.FLOWS, letter("{}")).to is None


@pytest.mark.parametrize(
    ("state", "goes_back", "said"),
    [
        (None, True, "it leaves if it is still true"),
        (SendingState.FAILED, True, "it leaves if it is still true"),
        (SendingState.SENT, False, "has left"),
        (SendingState.CLAIMED, False, "another worker"),
        (SendingState.UNKNOWN, False, "nobody knows whether the customer got"),
    ],
)
def test_message_goes_back_only_if_it_surely_did_not_leave(
    *, state: SendingState | None, goes_back: bool, said: str
) -> None:
    key = "LIM-1#FLOOR_RAISED#3#2026-05"
    facts = Facts(states={key: state} if state else {})
    judged = judge_with([held()], facts).judge(Family.NOTIFICATIONS, letter(record("PowerFloorRaised")))
    assert (judged.to is Family.NOTIFICATIONS) is goes_back
    assert said in judged.words
    assert judge_with([], facts).judge(Family.NOTIFICATIONS, letter(record("PowerFloorRaised"))).to is None


def test_carrier_s_report_goes_back_and_an_event_without_a_message_does_not() -> None:
    report = json.dumps({"report": "Email Bounced", "tag": tag_of("LIM-1#REFUSED#x"), "at": "2026-05-04T12:00:00Z"})
    assert judge_with().judge(Family.NOTIFICATIONS, letter(report)).to is Family.NOTIFICATIONS
    silent = letter(record("RestorationOrdered", paid=False))
    assert judge_with([held()]).judge(Family.NOTIFICATIONS, silent).to is None


@pytest.mark.parametrize(
    ("event", "source", "family"),
    [
        ("PaymentReceived", "billing", Family.PAYMENTS),
        ("PowerLimited", "billing", Family.LIMITATIONS),
        ("AdvisorDecided", "advisors", Family.RESUMPTIONS),
        ("AdvisorDecided", "billing", None),
        ("PaymentReceived", "advisors", None),
        ("PaymentReceived", "restoration", None),
    ],
)
def test_unrecognised_event_goes_where_a_rule_would_take_it_by_type_and_by_source(
    event: str, source: str, family: Family | None
) -> None:
    """With the type alone, an event that somebody else had put on the bus could pass as an advisor's decision."""
    sent = letter(json.dumps(envelope(event) | {"source": source}))
    judged = judge_with([held()]).judge(Family.UNRECOGNISED, sent)
    assert judged.to is family


@pytest.mark.parametrize("text", ["no JSON", "[]", json.dumps(envelope("PaymentReceived") | {"detail-type": "Pay"})])
def test_unrecognised_event_that_no_rule_takes_stays(text: str) -> None:
    judged = judge_with().judge(Family.UNRECOGNISED, letter(text))
    assert judged.to is None
    assert "no rule takes" in judged.words


def test_reason_is_the_function_s_or_eventbridge_s_or_that_nobody_lived_to_say() -> None:
    ours = letter("x", ErrorType="InvalidEvent", ErrorReason="detail.amount: too small")
    assert (ours.error, ours.reason) == ("InvalidEvent", "detail.amount: too small")
    theirs = letter("x", ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="not authorized", RETRY_ATTEMPTS="185")
    assert theirs.error == "NO_PERMISSIONS"
    assert theirs.reason == "EventBridge could not deliver it after 185 retries: not authorized"
    died = letter("x", moved=True)
    assert (died.error, "its log has this id" in died.reason) == ("FunctionDied", True)
    assert letter("x").error == "UnrecognisedEvent"
    assert {*ours.attributes, *theirs.attributes} <= OF_THE_PUTTING_ASIDE
