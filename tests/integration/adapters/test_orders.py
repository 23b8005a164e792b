"""The ``orders`` table: conditional writes, so that two workers never both send."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from restoration.adapters.orders import OrderTable
from restoration.order import Intent, OrderRecord, OrderReference, OrderStatus

NOON = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)
REFERENCE = OrderReference("LIM-1", Intent.RESTORE_REMOTELY, 1)
SENDING = OrderRecord(REFERENCE, OrderStatus.SENDING, NOON)


@pytest.fixture
def orders(dynamodb: Any) -> OrderTable:
    return OrderTable(dynamodb, "orders")


def test_an_unknown_order_is_none(orders: OrderTable) -> None:
    assert orders.get(REFERENCE) is None


@pytest.mark.parametrize(
    "record",
    [
        SENDING,
        OrderRecord(REFERENCE, OrderStatus.UNKNOWN, NOON, reads=1),
        OrderRecord(REFERENCE, OrderStatus.ACCEPTED, NOON, case_id="A1"),
        OrderRecord(REFERENCE, OrderStatus.REFUSED, NOON, code="SGT4B8", label="Demande non recevable"),
    ],
)
def test_an_order_comes_back_as_it_was_written_to_the_millisecond(orders: OrderTable, record: OrderRecord) -> None:
    assert orders.write(record, known=None)
    stored = orders.get(REFERENCE)
    assert stored is not None
    assert stored.look_at == NOON.replace(microsecond=123000)
    assert (stored.status, stored.reads, stored.case_id, stored.code, stored.label) == (
        record.status,
        record.reads,
        record.case_id,
        record.code,
        record.label,
    )


def test_an_order_tells_operations_what_it_is(dynamodb: Any, orders: OrderTable) -> None:
    orders.write(SENDING, known=None)
    item = dynamodb.Table("orders").get_item(Key={"reference": "LIM-1/R/1"})["Item"]
    assert (item["limitationId"], item["intent"], item["ordinal"]) == ("LIM-1", "REMOTE", 1)


def test_only_the_first_of_two_workers_writes_a_new_order(orders: OrderTable) -> None:
    assert orders.write(SENDING, known=None) is True
    assert orders.write(SENDING, known=None) is False


def test_only_the_first_of_two_workers_goes_on_from_the_same_state(orders: OrderTable) -> None:
    unknown = OrderRecord(REFERENCE, OrderStatus.UNKNOWN, NOON, reads=1)
    orders.write(unknown, known=None)
    read = orders.get(REFERENCE)
    first = OrderRecord(REFERENCE, OrderStatus.SENDING, NOON + timedelta(seconds=40))
    second = OrderRecord(REFERENCE, OrderStatus.SENDING, NOON + timedelta(seconds=41))
    assert orders.write(first, known=read) is True
    assert orders.write(second, known=read) is False
    stored = orders.get(REFERENCE)
    assert stored is not None
    assert stored.look_at.replace(microsecond=0) == first.look_at.replace(microsecond=0)


def test_what_was_written_is_known_although_its_time_was_kept_to_the_millisecond(orders: OrderTable) -> None:
    orders.write(SENDING, known=None)
    assert orders.write(OrderRecord(REFERENCE, OrderStatus.ACCEPTED, NOON, case_id="A1"), known=SENDING) is True


def test_a_status_that_changed_at_the_same_moment_is_noticed(orders: OrderTable) -> None:
    orders.write(SENDING, known=None)
    orders.write(OrderRecord(REFERENCE, OrderStatus.UNKNOWN, NOON), known=SENDING)
    assert orders.write(OrderRecord(REFERENCE, OrderStatus.ACCEPTED, NOON, case_id="A1"), known=SENDING) is False


def test_a_token_noted_first_leaves_the_order_unknown(orders: OrderTable) -> None:
    assert orders.note_token(REFERENCE, "token-1", "2026-05-04T12:00:00.000Z") == "token-1"
    assert orders.get(REFERENCE) is None
    assert orders.write(SENDING, known=None) is True


def test_the_newest_token_wins_in_whatever_order_messages_come(orders: OrderTable) -> None:
    assert orders.note_token(REFERENCE, "token-2", "2026-05-04T12:05:00.000Z") == "token-2"
    assert orders.note_token(REFERENCE, "token-1", "2026-05-04T12:00:00.000Z") == "token-2"
    assert orders.note_token(REFERENCE, "token-3", "2026-05-04T12:10:00.000Z") == "token-3"


def test_a_repeated_message_notes_its_token_again(orders: OrderTable) -> None:
    for _ in range(2):
        assert orders.note_token(REFERENCE, "token-1", "2026-05-04T12:00:00.000Z") == "token-1"


def test_noting_a_token_changes_nothing_about_the_order(orders: OrderTable) -> None:
    accepted = OrderRecord(REFERENCE, OrderStatus.ACCEPTED, NOON.replace(microsecond=0), case_id="A1")
    orders.write(accepted, known=None)
    orders.note_token(REFERENCE, "token-1", "2026-05-04T12:00:00.000Z")
    assert orders.get(REFERENCE) == accepted
