"""Claims in DynamoDB and in the fake of the unit tests: the same tests hold for both."""

from typing import Any, Protocol

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.claim import Claim
from restoration.domain.order import PointOrder
from tests.fakes.claims import OTHER, InMemoryClaims
from tests.fakes.samples import POINT
from tests.integration.adapters.dynamodb.stored_claims import item_of

PAYMENT = "PaymentReceived|PAY-1:CAPTURED"
ANOTHER = "PaymentReceived|PAY-2:CAPTURED"
LOST_CLAIM: dict[str, dict[str, Any]] = {
    "let go": {"holder": None},
    "taken over": {"holder": OTHER, "generation": 2},
    "another generation": {"generation": 2},
    "another holder": {"holder": OTHER},
}
lost_claim = pytest.mark.parametrize("changes", LOST_CLAIM.values(), ids=LOST_CLAIM.keys())


class Kept(Protocol):
    """Claims, wherever they are kept, and other writers."""

    @property
    def claims(self) -> Any: ...
    def put(self, claim: Claim) -> None: ...
    def on_point(self) -> PointOrder | None: ...
    def point_at(self, on_point: PointOrder) -> None: ...


class InDynamoDB:
    """The real table."""

    def __init__(self, dynamodb: Any) -> None:
        self.claims = ClaimTable(dynamodb, "limitations", "orders")
        self._dynamodb = dynamodb

    def put(self, claim: Claim) -> None:
        self._dynamodb.Table("limitations").put_item(Item=item_of(claim))

    def on_point(self) -> PointOrder | None:
        return OrderTable(self._dynamodb, "orders").on_point(POINT)

    def point_at(self, on_point: PointOrder) -> None:
        item = {"reference": f"point/{POINT}", "limitationId": on_point.limitation_id, "order": on_point.reference}
        self._dynamodb.Table("orders").put_item(Item=item)


class InMemory:
    """The fake of the use cases' tests."""

    def __init__(self) -> None:
        self.claims = InMemoryClaims()

    def put(self, claim: Claim) -> None:
        self.claims.claims[claim.limitation_id] = claim

    def on_point(self) -> PointOrder | None:
        return self.claims.on_point(POINT)

    def point_at(self, on_point: PointOrder) -> None:
        self.claims.points[POINT] = on_point
