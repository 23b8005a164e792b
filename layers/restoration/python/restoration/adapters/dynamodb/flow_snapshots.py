"""The snapshots of Enedis' flows that were worked through."""

from datetime import timedelta
from typing import TYPE_CHECKING

from restoration.clock import to_text, utc_now
from restoration.domain.flow import Snapshot
from restoration.domain.limitation import KEPT_AFTER_CLOSING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class FlowSnapshots:
    """The newest snapshot of each flow that was worked through: one item for each flow."""

    def __init__(
        self, dynamodb: "DynamoDBServiceResource", table: str, kept_for: timedelta = KEPT_AFTER_CLOSING
    ) -> None:
        self._table = dynamodb.Table(table)
        self._kept_for = kept_for

    def newest(self, flow: str) -> str | None:
        """Give the order of the newest snapshot worked through; ``None`` when there was none."""
        item = self._table.get_item(Key={"flow": flow}, ConsistentRead=True).get("Item") or {}
        return str(item["snapshotOrder"]) if "snapshotOrder" in item else None

    def done(self, snapshot: Snapshot, file: str) -> None:
        """Note that a snapshot was worked through; a newer one that is noted already stays."""
        now = utc_now()
        try:
            self._table.put_item(
                Item={
                    "flow": snapshot.flow.value,
                    "snapshotOrder": snapshot.order,
                    "file": file,
                    "doneAt": to_text(now),
                    "expiresAt": int((now + self._kept_for).timestamp()),
                },
                ConditionExpression="attribute_not_exists(flow) OR snapshotOrder < :order",
                ExpressionAttributeValues={":order": snapshot.order},
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return  # a newer snapshot was worked through meanwhile, or this one by a second delivery of its record
