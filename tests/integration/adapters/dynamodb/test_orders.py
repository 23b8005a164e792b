"""The ``orders`` table: conditional writes, so that two workers never both send."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.order import Intent, OrderRecord, OrderReference, OrderStatus

NOON = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)
REFERENCE = OrderReference("LIM-1", Intent.RESTORE_REMOTELY, 1)
SENDING = OrderRecord(REFERENCE, OrderStatus.SENDING, NOON)


@pytest.fixture
def orders(dynamodb: Any) -> OrderTable:
    return OrderTable(dynamodb, "orders")


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
    assert orders.get(REFERENCE) == replace(record, look_at=NOON.replace(microsecond=123000))


def test_a_status_that_changed_at_the_same_moment_is_noticed(orders: OrderTable) -> None:
    orders.write(SENDING, known=None)
    orders.write(OrderRecord(REFERENCE, OrderStatus.UNKNOWN, NOON), known=SENDING)
    assert orders.write(OrderRecord(REFERENCE, OrderStatus.ACCEPTED, NOON, case_id="A1"), known=SENDING) is False


def test_the_newest_token_wins_in_whatever_order_records_come(orders: OrderTable) -> None:
    assert orders.note_token(REFERENCE, "token-2", "2026-05-04T12:05:00.000Z") == "token-2"
    assert orders.note_token(REFERENCE, "token-1", "2026-05-04T12:00:00.000Z") == "token-2"
    for _ in range(2):
        assert orders.note_token(REFERENCE, "token-3", "2026-05-04T12:10:00.000Z") == "token-3"
