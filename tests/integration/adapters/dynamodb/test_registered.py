"""The limitations of the register, as they are read by all who act on none."""

from decimal import Decimal
from typing import Any

import pytest

from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.adapters.dynamodb.registered import RegisteredLimitations
from tests.fakes.limitations import limitation, registered
from tests.integration.adapters.recording import Front


@pytest.fixture
def readers(dynamodb: Any, register: LimitationRegister) -> RegisteredLimitations:
    for number in range(150):
        register.save(limitation(number), known=None)
    return RegisteredLimitations(dynamodb, "limitations")


def test_limitation_is_read_with_its_holder_its_order_and_its_last_end(
    dynamodb: Any, readers: RegisteredLimitations
) -> None:
    assert readers.get("LIM-1") == registered()
    kept: dict[str, Any] = {
        "status": "FLOOR_RAISED",
        "holder": "arn:me",
        "generation": Decimal(3),
        "openOrder": {"reference": "LIM-1/R/1", "intent": "REMOTE"},
        "outcome": "LEFT_TO_ADVISOR",
        "outcomeReason": "NEGATIVE_DEBT",
        "settlement": {"execution": "arn:other"},
    }
    table = dynamodb.Table("limitations")
    table.put_item(Item=table.get_item(Key={"limitationId": "LIM-1"})["Item"] | kept)
    assert readers.get("LIM-1") == registered(
        status="FLOOR_RAISED",
        holder="arn:me",
        generation=3,
        open_order="LIM-1/R/1",
        outcome="LEFT_TO_ADVISOR",
        outcome_reason="NEGATIVE_DEBT",
        settled_by="arn:other",
    )


def test_many_limitations_are_read_a_hundred_a_call_and_half_items_are_left_out(
    dynamodb: Any, readers: RegisteredLimitations
) -> None:
    dynamodb.Table("limitations").put_item(Item={"limitationId": "LIM-200", "half": True})
    front: Any = Front(dynamodb)
    found = RegisteredLimitations(front, "limitations").many([*(f"LIM-{n}" for n in range(150)), "LIM-1", "LIM-200"])
    assert len(found) == 150
    assert found["LIM-7"] == registered(7)
    assert [name for name, _ in front.calls] == ["batch_get_item"] * 2
    assert (readers.get("LIM-200"), readers.get("LIM-999")) == (None, None)
