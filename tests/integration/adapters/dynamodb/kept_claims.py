"""Claims in DynamoDB, and what may have changed since one was read."""

from typing import Any

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.claim import Claim
from restoration.domain.order import PointOrder
from tests.fakes.claims import OTHER
from tests.fakes.samples import NOON, POINT
from tests.fakes.stored_claims import item_of

PAYMENT = "PaymentReceived|PAY-1:CAPTURED"
ANOTHER = "PaymentReceived|PAY-2:CAPTURED"
LOST_CLAIM: dict[str, dict[str, Any]] = {
    "let go": {"holder": None},
    "taken over": {"holder": OTHER, "generation": 2},
    "another generation": {"generation": 2},
    "another holder": {"holder": OTHER},
}
lost_claim = pytest.mark.parametrize("changes", LOST_CLAIM.values(), ids=LOST_CLAIM.keys())


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
