"""Which executions hold their limitations, by the register, many at a time."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from restoration.adapters.dynamodb.batch_reads import items_of
from restoration.domain.limitation import OPEN_STATUSES, limitation_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class HolderReader:
    """Reads the ``limitations`` table."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", table: str) -> None:
        self._client = dynamodb.meta.client
        self._table = table

    def holding(self, executions: Iterable[str]) -> Collection[str]:
        """Those executions (their ARNs) that hold a limitation which is open."""
        asked = set(executions)
        items = items_of(
            self._client,
            self._table,
            ({"limitationId": each} for each in set(map(limitation_of, asked))),
            ProjectionExpression="holder, #status",
            ExpressionAttributeNames={"#status": "status"},
            ConsistentRead=True,
        )
        holders = {item["holder"] for item in items if item.get("holder") and item.get("status") in OPEN_STATUSES}
        return asked & holders
