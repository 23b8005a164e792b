"""The register read as a whole, for the daily reconciliation with Enedis' flows.

A scan of ``limited_contracts`` gives 1 MB a call, some 7,000 contracts: 15 calls for 100,000 limited customers, where
keyed reads of the points in a file would be 1,000. The table holds open limitations and little else.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from restoration.adapters.dynamodb.pages import items_found
from restoration.clock import from_text, to_text
from restoration.domain.register import OpenLimitations

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class WholeRegisterReader:
    """Reads all open limitations. The low-level client takes half the time per item."""

    def __init__(self, dynamodb: "DynamoDBClient", contracts_table: str) -> None:
        self._dynamodb = dynamodb
        self._contracts_table = contracts_table

    def open_limitations(self, closed_since: datetime) -> OpenLimitations:
        """All open limitations, and the contracts whose limitation was closed since a moment.

        Not a consistent read: a limitation of the last second is looked at with the next day's file.
        """
        found = OpenLimitations()
        items = items_found(
            self._dynamodb.scan,
            TableName=self._contracts_table,
            ProjectionExpression="contractId, limitations, lastClosedAt",
            FilterExpression="size(limitations) > :none OR lastClosedAt > :since",
            ExpressionAttributeValues={":none": {"N": "0"}, ":since": {"S": to_text(closed_since)}},
        )
        for item in items:
            limitations = item.get("limitations", {}).get("M", {})
            closed_at = item.get("lastClosedAt", {}).get("S")
            found.add(
                item["contractId"]["S"],
                {limitation_id: value["S"] for limitation_id, value in limitations.items()},
                from_text(closed_at) if closed_at else None,
            )
        return found
