"""The beginning of Enedis' outage: alarms state it, and it decides how soon a waiting order is tried again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from restoration.clock import from_text, to_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_FORGOTTEN_AFTER = timedelta(hours=1)
"""An outage that no probe has confirmed for so long is over, or no order waits: each is tried again within 900 s."""


class OutageRecord:
    """One DynamoDB item, there while an outage lasts: written when the breaker opens, deleted when it closes.

    Parameters
    ----------
    client
        Bound to the region of the table.
    table
        Its partition key is ``name`` (S), its time to live ``expiration``; the quota and the breaker are in it too.
    clock
        The current moment.
    """

    _key: ClassVar[dict[str, Any]] = {"name": {"S": "outage"}}

    def __init__(self, client: "DynamoDBClient", table: str, *, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def note(self, opened_at: datetime) -> None:
        """Note that Enedis fails: the outage begins, or goes on when it is known already."""
        now = self._clock()
        expiration = {"N": str(int((now + _FORGOTTEN_AFTER).timestamp()))}
        try:
            self._client.put_item(
                TableName=self._table,
                Item={**self._key, "beganAt": {"S": to_text(opened_at)}, "expiration": expiration},
                ConditionExpression="attribute_not_exists(beganAt) OR expiration < :now",
                ExpressionAttributeValues={":now": {"N": str(int(now.timestamp()))}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            self._client.update_item(
                TableName=self._table,
                Key=self._key,
                UpdateExpression="SET expiration = :expiration",
                ConditionExpression="attribute_exists(beganAt)",
                ExpressionAttributeValues={":expiration": expiration},
            )

    def end(self) -> None:
        """Note that Enedis works again."""
        self._client.delete_item(TableName=self._table, Key=self._key)

    def began_at(self) -> datetime | None:
        """The beginning of the present outage; ``None`` when there is none."""
        item = self._client.get_item(TableName=self._table, Key=self._key).get("Item")
        # DynamoDB deletes what has expired within days, not at once.
        if item is None or int(item["expiration"]["N"]) < self._clock().timestamp():
            return None
        return from_text(item["beganAt"]["S"])
