"""The register's facts of a limitation."""

from decimal import Decimal
from typing import Any

import pytest

from restoration.adapters.dynamodb.case_facts import RegisteredCases
from restoration.domain.message import CaseFacts


def facts(dynamodb: Any, **item: Any) -> CaseFacts | None:
    dynamodb.Table("limitations").put_item(Item={"limitationId": "LIM-1", "customerId": "CUS-1", **item})
    return RegisteredCases(dynamodb, "limitations").facts("LIM-1")


def test_a_limitation_that_nobody_works_on_is_open_and_free(dynamodb: Any) -> None:
    assert facts(dynamodb, status="LIMITED") == CaseFacts(
        "CUS-1", is_open=True, held=False, open_order=None, generation=0
    )


@pytest.mark.parametrize("order", ["LIM-1/R/1", {"reference": "LIM-1/R/1", "intent": "REMOTE"}], ids=["text", "map"])
def test_a_held_limitation_shows_its_generation_and_its_open_order(dynamodb: Any, order: Any) -> None:
    found = facts(dynamodb, status="LIMITED", holder="arn:me", generation=Decimal(3), openOrder=order)
    assert found == CaseFacts("CUS-1", is_open=True, held=True, open_order="LIM-1/R/1", generation=3)


@pytest.mark.parametrize(("status", "is_open"), [
    ("REQUESTED", True), ("LIMITED", True), ("FLOOR_RAISED", True), ("CLOSED", False), ("CANCELLED", False),
    ("ENDED", False),
])  # fmt: skip
def test_a_limitation_is_open_until_it_is_settled(dynamodb: Any, status: str, *, is_open: bool) -> None:
    found = facts(dynamodb, status=status)
    assert found is not None
    assert found.is_open is is_open


def test_an_unknown_limitation_has_no_facts(dynamodb: Any) -> None:
    assert RegisteredCases(dynamodb, "limitations").facts("LIM-9") is None
