"""The limitations of the register, for all who only read them: messages, campaigns, flows, operations."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.batch_reads import items_of
from restoration.adapters.dynamodb.items import names_of, record_of
from restoration.domain.register import RegisteredLimitation

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

_ELSEWHERE = {"openOrder": "openOrder.reference", "settledBy": "settlement.execution", "waits": "waitingSince"}
_NEEDED = [_ELSEWHERE.get(name, name) for name in names_of(RegisteredLimitation)]
HOW: Any = {
    "ConsistentRead": True,
    "ProjectionExpression": ", ".join("#" + path.replace(".", ".#") for path in _NEEDED),
    "ExpressionAttributeNames": {f"#{name}": name for path in _NEEDED for name in path.split(".")},
}
"""How the attributes are read that :func:`registered_of` needs."""


class RegisteredLimitations:
    """Reads the ``limitations`` table consistently. An item that is no limitation is left out."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def get(self, limitation_id: str) -> RegisteredLimitation | None:
        """A limitation; None where it is not registered."""
        found = self._dynamodb.Table(self._table).get_item(Key={"limitationId": limitation_id}, **HOW).get("Item", {})
        return registered_of(found) if "lastEventAt" in found else None

    def many(self, limitation_ids: Iterable[str]) -> Mapping[str, RegisteredLimitation]:
        """Many limitations, a hundred a call.

        Raises
        ------
        RegisterBusy
            When DynamoDB leaves keys unread again and again.
        """
        keys = [{"limitationId": each} for each in dict.fromkeys(limitation_ids)]
        items = items_of(self._dynamodb, self._table, keys, **HOW)
        return {str(item["limitationId"]): registered_of(item) for item in items if "lastEventAt" in item}


def registered_of(item: Mapping[str, Any]) -> RegisteredLimitation:
    """A limitation by its item, without DynamoDB's type letters."""
    return record_of(
        RegisteredLimitation,
        {"pointId": "", "customerId": "", **item},
        open_order=item.get("openOrder", {}).get("reference"),
        settled_by=item.get("settlement", {}).get("execution"),
        waits="waitingSince" in item,
    )
