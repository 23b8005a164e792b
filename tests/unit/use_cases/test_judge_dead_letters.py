"""What each dead letter is, and whether it may go back today: by the code of today, and by how its case stands."""

import json
from datetime import timedelta

import pytest

from record.adapters.sqs.letter_boxes import OF_THE_PUTTING_ASIDE
from record.domain.dead_letter import Family
from restoration.contracts.notifications import tag_of
from restoration.domain.claim import HolderStatus
from restoration.domain.sending import SendingState
from tests.cases import cases
from tests.fakes.claims import ME, held, order
from tests.fakes.letters import NOW, Facts, judge_with, letter
from tests.fakes.message_world import record
from tests.fakes.samples import NOON, QUEUED_ORDER, body, dropped, envelope

ORDER = {**QUEUED_ORDER, "execution": ME, "generation": 1}
REPORT = {"report": "Email Bounced", "tag": tag_of("LIM-1#REFUSED#x"), "at": "2026-05-04T12:00:00Z"}
SILENT = record("RestorationOrdered", paid=False)
NO_TYPE = envelope("PaymentReceived") | {"detail-type": "Pay"}


def order_with(**changes: object) -> str:
    return json.dumps(ORDER | changes)


def put_on_the_bus(event: str, source: str) -> str:
    return json.dumps(envelope(event) | {"source": source})


PAYMENTS, LIMITATIONS, RESUMPTIONS = Family.PAYMENTS, Family.LIMITATIONS, Family.RESUMPTIONS
ORDERS, FLOWS, NOTIFICATIONS, UNKNOWN = Family.ORDERS, Family.FLOWS, Family.NOTIFICATIONS, Family.UNRECOGNISED


@cases(
    "family, text, to, said",
    {
        "a payment": (PAYMENTS, body("PaymentReceived"), PAYMENTS, "PAY-1:CAPTURED: it would be taken"),
        "an aid": (PAYMENTS, body("HousingAidGranted"), PAYMENTS, "AID-1:HousingAidGranted: it would be taken"),
        "a limitation": (LIMITATIONS, body("PowerLimited"), LIMITATIONS, "PowerLimited LIM-1: it would be taken"),
        "a contract's end": (LIMITATIONS, body("ContractEnded"), LIMITATIONS, "ContractEnded CON-1: it would be"),
        "a bank's word": (RESUMPTIONS, body("PaymentCleared"), RESUMPTIONS, "PAY-1: it would be taken"),
        "no broken event": (PAYMENTS, body("PaymentReceived", amount="-1"), None, "would come back: detail.amount"),
        "an order that is waited for": (ORDERS, order_with(), ORDERS, "order LIM-1/R/1: "),
        "none for a foreign point": (ORDERS, order_with(pointId="9" * 14), None, "order of LIM-1: it would"),
        "none with another aim": (ORDERS, order_with(aim="FLOOR", floorKva=3), None, "order of LIM-1: it would"),
        "none of an unknown intent": (ORDERS, order_with(intent="?"), None, "order of LIM-1: it would"),
        "a file": (FLOWS, dropped("c15/day.zip"), FLOWS, "file c15/day.zip: "),
        "nothing that names no file": (FLOWS, "{}", None, "it would come back"),
        "a carrier's report": (NOTIFICATIONS, json.dumps(REPORT), NOTIFICATIONS, ""),
        "no event without a message": (NOTIFICATIONS, SILENT, None, ""),
        # With the type alone, an event that somebody else had put on the bus could pass as an advisor's decision.
        "billing's payment": (UNKNOWN, put_on_the_bus("PaymentReceived", "billing"), PAYMENTS, ""),
        "billing's limitation": (UNKNOWN, put_on_the_bus("PowerLimited", "billing"), LIMITATIONS, ""),
        "advisors' decision": (UNKNOWN, put_on_the_bus("AdvisorDecided", "advisors"), RESUMPTIONS, ""),
        "no decision of billing's": (UNKNOWN, put_on_the_bus("AdvisorDecided", "billing"), None, "no rule takes"),
        "no payment of advisors'": (UNKNOWN, put_on_the_bus("PaymentReceived", "advisors"), None, "no rule takes"),
        "nothing that is no JSON": (UNKNOWN, "no JSON", None, "no rule takes"),
        "no list": (UNKNOWN, "[]", None, "no rule takes"),
        "no type that nobody knows": (UNKNOWN, json.dumps(NO_TYPE), None, "no rule takes"),
    },
)  # fmt: skip
def test_letter_goes_back_to_the_queue_of(family: Family, text: str, to: Family | None, said: str) -> None:
    judged = judge_with([held(open_order=order())], Facts({ME: HolderStatus.ALIVE})).judge(family, letter(text))
    assert judged.to is to
    assert said in f"{judged.what}: {judged.words}"


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
    assert (known.to, known.words) == (Family.RESUMPTIONS, "it would be taken")


def test_advisor_s_decision_that_lay_aside_for_days_is_asked_about() -> None:
    for late in (timedelta(), timedelta(seconds=1)):
        decided = letter(body("AdvisorDecided", at=(NOW - timedelta(days=2) - late).isoformat()))
        found = judge_with([held()], now=NOW).judge(Family.RESUMPTIONS, decided)
        assert (found.to, "2 days ago: ask the advisor" in found.words) == (Family.RESUMPTIONS, bool(late))


@pytest.mark.parametrize("status", [HolderStatus.ENDED, HolderStatus.UNKNOWN])
def test_order_whose_token_is_dead_stays(status: HolderStatus) -> None:
    """It could be placed with nobody to follow it. The redriven execution queues it again."""
    judged = judge_with([held(open_order=order())], Facts({ME: status})).judge(Family.ORDERS, letter(json.dumps(ORDER)))
    assert judged.to is None
    assert "Redrive the execution" in judged.words


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
