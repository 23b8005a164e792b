"""The register's facts of a limitation, as far as messages need them."""

from typing import TYPE_CHECKING, Any

from restoration.domain.limitation import OPEN_STATUSES
from restoration.domain.message import CaseFacts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class RegisteredCases:
    """Reads the ``limitations`` table, which the claim's functions write."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", table: str) -> None:
        self._table = dynamodb.Table(table)

    def facts(self, limitation_id: str) -> CaseFacts | None:
        """The facts as they are now; None for a limitation that is not registered."""
        response = self._table.get_item(
            Key={"limitationId": limitation_id},
            ConsistentRead=True,
            ProjectionExpression="customerId, #status, holder, openOrder, generation",
            ExpressionAttributeNames={"#status": "status"},
        )
        item: Any = response.get("Item")
        if not item:
            return None
        return CaseFacts(
            customer_id=str(item.get("customerId", "")),
            is_open=item.get("status") in OPEN_STATUSES,
            held=bool(item.get("holder")),
            open_order=_reference(item.get("openOrder")),
            generation=int(item.get("generation", 0)),
        )


def _reference(order: Any) -> str | None:
    """An open order is kept with its facts, or as its reference alone."""
    found = order.get("reference") if isinstance(order, dict) else order
    return str(found) if found else None
