"""The snapshots of Enedis' flows that were worked through."""

from datetime import timedelta
from typing import TYPE_CHECKING

from restoration.adapters.dynamodb.writes import item_at, put_if
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
        item = item_at(self._table, flow=flow)
        return str(item["snapshotOrder"]) if "snapshotOrder" in item else None

    def done(self, snapshot: Snapshot, file: str) -> None:
        """Note that a snapshot was worked through; a newer one that is noted already, or this one, stays."""
        now = utc_now()
        item = {
            "flow": snapshot.flow,
            "snapshotOrder": snapshot.order,
            "file": file,
            "doneAt": to_text(now),
            "expiresAt": int((now + self._kept_for).timestamp()),
        }
        is_newest = "attribute_not_exists(flow) OR snapshotOrder < :order"
        put_if(self._table, item, is_newest, {":order": snapshot.order})
