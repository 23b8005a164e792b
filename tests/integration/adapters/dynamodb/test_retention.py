"""What is closed expires, and nothing that is open does (docs/decisions/0062-how-long-closed-cases-are-kept.md)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from restoration.adapters.dynamodb.orders import OrderTable
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.clock import to_text, utc_now
from restoration.domain.limitation import KEPT_AFTER_CLOSING, LimitationStatus
from restoration.domain.order import Intent, OrderRecord, OrderReference, OrderStatus
from tests.fakes.limitations import limitation
from tests.fakes.samples import NOON, POINT
from tests.unit.functions.queue_events import item

THIRTEEN_MONTHS = timedelta(days=397)
REFERENCE = OrderReference("LIM-1", Intent.RESTORE_REMOTELY, 1)


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
    for known in (item("limitations", limitationId="LIM-1"), contract()):
        assert known
        assert "expiresAt" not in known, "while it is open"
    ended = limitation().ended(status, NOON + timedelta(hours=1))
    register.save(ended, known=limitation())
    register.take_off_contract(ended)
    for known in (item("limitations", limitationId="LIM-1"), contract()):
        assert expires_after(known, utc_now()) > THIRTEEN_MONTHS


def test_a_limitation_that_is_opened_again_loses_its_end(register: LimitationRegister) -> None:
    register.save(limitation(), known=None)
    cancelled = limitation().ended(LimitationStatus.CANCELLED, NOON + timedelta(hours=1))
    register.save(cancelled, known=limitation())
    register.take_off_contract(cancelled)
    reopened = cancelled.reported(replace(limitation(), last_event_at=NOON + timedelta(hours=2)))
    assert reopened.is_open
    register.save(reopened, known=cancelled)
    assert "expiresAt" not in item("limitations", limitationId="LIM-1")
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
    sending = OrderRecord(REFERENCE, OrderStatus.SENDING, NOON)
    accepted = OrderRecord(REFERENCE, OrderStatus.ACCEPTED, NOON, case_id="A1")
    assert orders.write(sending, known=None)
    assert orders.write(accepted, known=sending)
    assert "expiresAt" not in item("orders", reference=str(REFERENCE))
    point = {"reference": f"point/{POINT}", "limitationId": "LIM-1", "order": str(REFERENCE)}
    dynamodb.Table("orders").put_item(Item=point)
    orders.forget(REFERENCE, POINT)
    for key in (str(REFERENCE), f"point/{POINT}"):
        assert expires_after(item("orders", reference=key), utc_now()) > THIRTEEN_MONTHS
