"""Where claims are kept, with other writers."""

from typing import Any

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.claim import Claim
from restoration.domain.order import PointOrder
from tests.fakes.samples import NOON, POINT
from tests.fakes.stored_claims import item_of


class Kept:
    """Claims in DynamoDB, and other writers."""

    def __init__(self, dynamodb: Any) -> None:
        self.claims: Any = ClaimTable(dynamodb, "limitations", "orders", now=lambda: NOON)
        self._dynamodb = dynamodb

    def put(self, claim: Claim) -> None:
        self._dynamodb.Table("limitations").put_item(Item=item_of(claim))

    def now(self) -> Any:
        return self.claims.get("LIM-1")

    def on_point(self) -> PointOrder | None:
        return OrderTable(self._dynamodb, "orders").on_point(POINT)

    def point_at(self, on_point: PointOrder) -> None:
        item = {"reference": f"point/{POINT}", "limitationId": on_point.limitation_id, "order": on_point.reference}
        self._dynamodb.Table("orders").put_item(Item=item)


@pytest.fixture
def kept(dynamodb: Any) -> Kept:
    return Kept(dynamodb)
