"""The register of limitations in DynamoDB, and how long closed cases are kept."""

import random
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from restoration.adapters.dynamodb.batch_reads import RegisterBusy
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.adapters.dynamodb.register import LimitationRegister, RegisterConflict
from restoration.clock import to_text, utc_now
from restoration.domain.claim import Claim
from restoration.domain.limitation import KEPT_AFTER_CLOSING, Limitation, LimitationStatus, LimitedPoint, RegisterPage
from restoration.domain.order import OrderRecord, OrderStatus
from tests.cases import cases
from tests.fakes.claims import FIRST
from tests.fakes.limitations import limitation
from tests.fakes.samples import NOON, POINT
from tests.integration.adapters.recording import Front
from tests.unit.functions.queue_events import change, item


def kept() -> dict[str, Any]:
    return item("limitations", limitationId="LIM-1")


def hold(**attributes: Any) -> None:
    """Write as an execution does beside us."""
    change("limitations", {"limitationId": "LIM-1"}, **attributes)


def test_many_limitations_are_read_a_hundred_a_call_and_half_items_are_left_out(
    dynamodb: Any, register: LimitationRegister
) -> None:
    for number in range(150):
        register.save(limitation(number), known=None)
    dynamodb.Table("limitations").put_item(Item={"limitationId": "LIM-200", "half": True})
    front: Any = Front(dynamodb)
    found = ClaimTable(front, "limitations").many([*(f"LIM-{n}" for n in range(150)), "LIM-1", "LIM-200"])
    assert (len(found), found["LIM-7"]) == (150, Claim(**asdict(limitation(7))))
    assert [name for name, _ in front.calls] == ["batch_get_item"] * 2


def test_keys_that_dynamodb_leaves_unread_are_asked_for_again(dynamodb: Any, register: LimitationRegister) -> None:
    for number in (1, 2, 3):
        register.save(limitation(number), known=None)

    def one_at_a_time(RequestItems: Mapping[str, Any]) -> Any:  # noqa: N803 - boto3's name
        keys = RequestItems["contracts"]["Keys"]
        response = dynamodb.batch_get_item(RequestItems={"contracts": {"Keys": keys[:1], "ConsistentRead": True}})
        if len(keys) > 1:
            response["UnprocessedKeys"] = {"contracts": {"Keys": keys[1:], "ConsistentRead": True}}
        return response

    front: Any = Front(dynamodb, batch_get_item=one_at_a_time)
    found = LimitationRegister(front, "contracts", "limitations").open_limitations(["CON-1", "CON-2", "CON-3"])
    assert {each.contract_id for each in found} == {"CON-1", "CON-2", "CON-3"}


def test_keys_that_stay_unread_are_an_error_rather_than_customers_that_are_not_limited(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: dict[tuple[float, ...], float] = {}
    monkeypatch.setattr(random, "uniform", lambda *bounds: pauses.setdefault(bounds, 0.0))

    def nothing(RequestItems: Mapping[str, Any]) -> Any:  # noqa: N803 - boto3's name
        return {"Responses": {}, "UnprocessedKeys": RequestItems}

    front: Any = Front(dynamodb, batch_get_item=nothing)
    with pytest.raises(RegisterBusy, match="left keys of contracts unread after 8 attempts"):
        LimitationRegister(front, "contracts", "limitations").open_limitations(["CON-1"])
    assert list(pauses) == [(0, most) for most in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)]


@pytest.mark.parametrize(
    "news", [{"status": "CLOSED"}, {"lastEventAt": "2026-05-04T12:00:01.000Z"}, {"status": "FLOOR_RAISED"}]
)
def test_a_limitation_that_changed_meanwhile_is_not_overwritten(
    register: LimitationRegister, news: dict[str, str]
) -> None:
    register.save(limitation(), known=None)
    hold(**news)
    with pytest.raises(RegisterConflict, match="LIM-1"):
        register.save(replace(limitation(), debt=Decimal(1)), known=limitation())
    assert kept()["debt"] == Decimal("123.45")


def test_saving_leaves_the_claim_alone(register: LimitationRegister) -> None:
    register.save(limitation(status=LimitationStatus.REQUESTED), known=None)
    assert (kept()["facts"], kept()["triggerCount"]) == ({}, 0), "what a claim numbers, and waits ask for"
    facts = {"PaymentReceived|PAY-1:CAPTURED": 2}
    claim = {"holder": "arn:me", "generation": 3, "triggerCount": 2, "facts": facts, "waitingToken": "token"}
    hold(**claim)
    register.save(
        replace(limitation(), last_event_at=NOON + timedelta(hours=1)),
        known=limitation(status=LimitationStatus.REQUESTED),
    )
    stored = kept()
    assert {name: stored[name] for name in claim} == claim
    assert stored["status"] == "LIMITED"


def test_saving_does_not_take_a_raised_floor_back(register: LimitationRegister) -> None:
    register.save(limitation(status=LimitationStatus.FLOOR_RAISED), known=None)
    read = register.get("LIM-1")
    assert read is not None
    hold(limitedPowerKva=Decimal(3))  # another writer, between our read and our write
    register.save(read, known=read)
    assert kept()["limitedPowerKva"] == Decimal(3)


def test_saving_again_after_a_crash_lists_the_limitation_that_was_not_listed(
    dynamodb: Any, register: LimitationRegister
) -> None:
    register.save(limitation(), known=None)
    dynamodb.Table("contracts").delete_item(Key={"contractId": "CON-1"})
    register.save(limitation(), known=limitation())
    assert register.open_limitations(["CON-1"]) == [LimitedPoint("LIM-1", POINT, "CON-1")]


CANCELLED = replace(limitation(), status=LimitationStatus.CANCELLED)


@cases(
    "beside, is_listed",
    {
        "because it was opened again meanwhile": ({"status": "LIMITED"}, True),
        # Its execution may be stopped: then the nightly check, which reads the list, has it taken over.
        "while an execution holds it": ({"status": "CANCELLED", "holder": "arn:me"}, True),
        "until its settlement is published": ({"status": "CANCELLED", "settlement": {"published": False}}, True),
        "also where billing's report broke off": ({"status": "CANCELLED", "holder": "arn:me"}, False),
    },
)
def test_cancelled_limitation_is_listed(
    dynamodb: Any, register: LimitationRegister, beside: dict[str, Any], *, is_listed: bool
) -> None:
    register.save(limitation(), known=None)
    if not is_listed:
        dynamodb.Table("contracts").delete_item(Key={"contractId": "CON-1"})
    hold(**beside)
    register.take_off_contract(CANCELLED)
    assert register.open_limitations(["CON-1"]) == [LimitedPoint("LIM-1", POINT, "CON-1")]


def test_cancelled_limitation_that_is_listed_and_held_is_not_listed_again_behind_its_settler(
    register: LimitationRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.save(limitation(), known=None)
    hold(status="CANCELLED", holder="arn:me")
    monkeypatch.delattr(LimitationRegister, "_list_on_contract")
    register.take_off_contract(CANCELLED)
    assert register.open_limitations(["CON-1"]) == [LimitedPoint("LIM-1", POINT, "CON-1")]


def test_cancelled_limitation_that_is_settled_just_before_it_is_listed_is_taken_off(
    dynamodb: Any, register: LimitationRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.save(limitation(), known=None)
    dynamodb.Table("contracts").delete_item(Key={"contractId": "CON-1"})
    hold(status="CANCELLED", holder="arn:me")
    lists = LimitationRegister._list_on_contract

    def settled_meanwhile(self: LimitationRegister, listed: Limitation) -> None:
        dynamodb.Table("limitations").update_item(Key={"limitationId": "LIM-1"}, UpdateExpression="REMOVE holder")
        lists(self, listed)

    monkeypatch.setattr(LimitationRegister, "_list_on_contract", settled_meanwhile)
    register.take_off_contract(CANCELLED)
    assert register.open_limitations(["CON-1"]) == []


def test_closed_limitation_is_taken_off_its_contract_s_list_with_the_moment(register: LimitationRegister) -> None:
    register.save(limitation(1), known=None)
    register.save(limitation(2, contract="CON-1"), known=None)
    assert [register.last_closed_at(each) for each in ("CON-1", "CON-9")] == [None, None]
    hold(status="CLOSED")
    others = [LimitedPoint("LIM-2", POINT, "CON-1")]
    assert [register.take_off_list("CON-1", "LIM-1", NOON) for _ in range(2)] == [others, others]
    assert register.open_limitations(["CON-1"]) == others
    assert register.known_limitations(["CON-1", "CON-1", "CON-9"]) == ["LIM-1", "LIM-2"], "the closed one, too"
    assert register.last_closed_at("CON-1") == NOON


@pytest.mark.parametrize(
    "beside", [{"status": "LIMITED"}, {"status": "CANCELLED", "holder": "arn:next"}], ids=["opened again", "next claim"]
)
def test_limitation_that_is_at_work_again_stays_listed_whatever_an_earlier_claim_publishes_late(
    register: LimitationRegister, beside: dict[str, str]
) -> None:
    """Should its holder be stopped, the nightly check finds it by the list."""
    register.save(limitation(), known=None)
    hold(**beside)
    register.take_off_list("CON-1", "LIM-1", NOON)
    assert register.open_limitations(["CON-1"]) == [LimitedPoint("LIM-1", POINT, "CON-1")]


def pages(register: LimitationRegister, size: int) -> list[RegisterPage]:
    found = [register.page(None, size)]
    while found[-1].after is not None:
        found.append(register.page(found[-1].after, size))
    return found


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_pages_hold_every_open_limitation_once_and_no_other(register: LimitationRegister, size: int) -> None:
    for number in range(10):
        register.save(limitation(number), known=None)
    register.save(limitation(10, contract="CON-3"), known=None)
    for number in (2, 5, 6):
        register.take_off_contract(limitation(number))  # as if closed: still open ones are listed again
    closed = replace(limitation(7), status=LimitationStatus.CANCELLED)
    register.save(closed, known=limitation(7))
    register.take_off_contract(closed)
    found = [each for page in pages(register, size) for each in page.limitations]
    expected = [LimitedPoint(f"LIM-{number}", POINT, f"CON-{number}") for number in range(10) if number != 7]
    assert len(found) == 10
    assert set(found) == {*expected, LimitedPoint("LIM-10", POINT, "CON-3")}


def test_page_ends_although_nothing_was_found_yet(register: LimitationRegister, dynamodb: Any) -> None:
    for number in range(85):
        dynamodb.Table("contracts").put_item(Item={"contractId": f"OLD-{number:02}", "limitations": {}})
    register.save(limitation(1, contract="POST-1"), known=None)
    found = pages(register, 1)
    assert [page.after for page in found] == ["OLD-39", "OLD-79", None]
    assert [len(page.limitations) for page in found] == [0, 0, 1]


def test_a_limitation_comes_back_with_the_moments_since_which_it_holds(register: LimitationRegister) -> None:
    limited = replace(limitation(), limited_since=NOON)
    register.save(limited, known=None)
    hold(status="FLOOR_RAISED", floorRaisedAt="2026-05-04T13:00:00.000Z")
    raised = replace(limited, status=LimitationStatus.FLOOR_RAISED, floor_raised_at=NOON + timedelta(hours=1))
    assert register.get("LIM-1") == raised
    spring = replace(limitation(), last_event_at=NOON + timedelta(days=330), limited_since=NOON + timedelta(days=330))
    register.save(raised.reported(spring), known=raised)
    assert register.get("LIM-1") == spring


# ── How long closed cases are kept ──


THIRTEEN_MONTHS = timedelta(days=397)


def contract() -> Mapping[str, Any]:
    return item("contracts", contractId="CON-1")


def expires_after(item: Mapping[str, Any], moment: datetime) -> timedelta:
    return timedelta(seconds=int(item["expiresAt"])) - timedelta(seconds=moment.timestamp())


def test_a_closed_case_is_kept_for_as_long_as_a_direct_debit_may_come_back() -> None:
    assert THIRTEEN_MONTHS + timedelta(days=30) < KEPT_AFTER_CLOSING


@pytest.mark.parametrize("status", [LimitationStatus.CANCELLED, LimitationStatus.ENDED])
def test_a_limitation_that_billing_ends_expires_with_its_contract(
    register: LimitationRegister, status: LimitationStatus
) -> None:
    register.save(limitation(), known=None)
    for known in (kept(), contract()):
        assert known
        assert "expiresAt" not in known, "while it is open"
    ended = limitation().ended(status, NOON + timedelta(hours=1))
    register.save(ended, known=limitation())
    register.take_off_contract(ended)
    for known in (kept(), contract()):
        assert expires_after(known, utc_now()) > THIRTEEN_MONTHS


def test_a_limitation_that_is_opened_again_loses_its_end(register: LimitationRegister) -> None:
    register.save(limitation(), known=None)
    cancelled = limitation().ended(LimitationStatus.CANCELLED, NOON + timedelta(hours=1))
    register.save(cancelled, known=limitation())
    register.take_off_contract(cancelled)
    reopened = cancelled.reported(replace(limitation(), last_event_at=NOON + timedelta(hours=2)))
    assert reopened.is_open
    register.save(reopened, known=cancelled)
    assert "expiresAt" not in kept()
    assert "expiresAt" not in contract()


def test_a_contract_with_another_open_limitation_stays(dynamodb: Any, register: LimitationRegister) -> None:
    for number in (1, 2):
        register.save(limitation(number, contract="CON-1"), known=None)
    dynamodb.Table("limitations").delete_item(Key={"limitationId": "LIM-1"})
    register.take_off_list("CON-1", "LIM-1", utc_now())
    assert "expiresAt" not in contract()
    dynamodb.Table("limitations").delete_item(Key={"limitationId": "LIM-2"})
    register.take_off_list("CON-1", "LIM-2", utc_now())
    assert expires_after(contract(), utc_now()) > THIRTEEN_MONTHS


def test_list_of_closed_limitations_shrinks_with_what_is_kept(dynamodb: Any, register: LimitationRegister) -> None:
    lately = NOON - KEPT_AFTER_CLOSING
    for number, closed_at in ((1, lately - timedelta(milliseconds=1)), (2, lately), (3, NOON)):
        register.save(limitation(number, contract="CON-1"), known=None)
        dynamodb.Table("limitations").delete_item(Key={"limitationId": f"LIM-{number}"})
        register.take_off_list("CON-1", f"LIM-{number}", closed_at)
    assert register.known_limitations(["CON-1"]) == ["LIM-2", "LIM-3"]
    assert set(contract()["closedLimitations"]) == {"LIM-2", "LIM-3"}
    assert contract()["closedLimitations"]["LIM-2"] == to_text(lately)


def test_an_order_expires_when_it_has_ended_and_not_before(dynamodb: Any) -> None:
    orders = OrderTable(dynamodb, "orders")
    sending = OrderRecord(FIRST, OrderStatus.SENDING, NOON)
    accepted = OrderRecord(FIRST, OrderStatus.ACCEPTED, NOON, case_id="A1")
    assert orders.write(sending, known=None)
    assert orders.write(accepted, known=sending)
    assert "expiresAt" not in item("orders", reference=str(FIRST))
    point = {"reference": f"point/{POINT}", "limitationId": "LIM-1", "order": str(FIRST)}
    dynamodb.Table("orders").put_item(Item=point)
    orders.forget(FIRST, POINT)
    for key in (str(FIRST), f"point/{POINT}"):
        assert expires_after(item("orders", reference=key), utc_now()) > THIRTEEN_MONTHS
