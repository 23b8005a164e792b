"""The reminders that billing did not send, in the table ``counters``: each confirmation once, and sums of a day.

A night of billing confirms thousands at once, so a day's sum is spread over several items.
"""

from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from record.adapters.dynamodb.plain import setting
from record.adapters.dynamodb.slice_items import key_of_reminders
from record.contracts.reminders import RemindersSuppressedDetail
from restoration.adapters.dynamodb.transactions import write_together
from restoration.adapters.dynamodb.writes import on_condition
from restoration.clock import paris_date, to_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

KEPT = timedelta(days=430)
"""As long as a closed limitation: an event that is replayed from the bus's archive is younger."""
PARTS = 16


class ReminderBook:
    """Notes what billing confirms."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", counters_table: str) -> None:
        self._client = dynamodb.meta.client
        self._table = counters_table

    def note(self, said: RemindersSuppressedDetail) -> bool:
        """Count a confirmation, once; False when it was counted."""
        update, values = setting(
            limitationId=said.limitation_id,
            requestId=said.request_id,
            suppressedAt=to_text(said.at),
            means=said.means,
            reminders=said.reminders,
            expiresAt=int((said.at + KEPT).timestamp()),
        )
        own = {
            "TableName": self._table,
            "Key": {"day": f"reminder#{said.suppression_id}", "slice": "-"},
            **on_condition("attribute_not_exists(reminders)", values, update),
        }
        day = {
            "TableName": self._table,
            "Key": key_of_reminders(paris_date(said.at), crc32(said.suppression_id.encode()) % PARTS),
            "UpdateExpression": "ADD #means :n",
            "ExpressionAttributeNames": {"#means": said.means},
            "ExpressionAttributeValues": {":n": said.reminders},
        }
        return write_together(self._client, lambda: [{"Update": own}, {"Update": day}])
