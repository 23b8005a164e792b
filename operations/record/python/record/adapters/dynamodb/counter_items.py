"""Items of the table ``counters``, read with a client: a resource would make a ``Decimal`` of each number."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from record.adapters.dynamodb.slice_items import day_key, hour_key
from restoration.adapters.dynamodb.batch_reads import items_found

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

_KEYS = frozenset({"day", "slice", "expiresAt"})

type Item = Mapping[str, Any]


class CounterItems:
    """Reads the table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def item(self, day: str, key: str) -> Item | None:
        """One item; None where there is none."""
        response = self._client.get_item(TableName=self._table, Key={"day": {"S": day}, "slice": {"S": key}})
        return response.get("Item")

    def of_day(self, day: str, between: tuple[str, str] | None = None, *, is_exact: bool = False) -> Iterator[Item]:
        """The items of a partition, between two sort keys.

        Parameters
        ----------
        is_exact
            Whether what was written just now has to be among them.
        """
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "#day = :day",
            "ExpressionAttributeNames": {"#day": "day"},
            "ExpressionAttributeValues": {":day": {"S": day}},
            "ConsistentRead": is_exact,
        }
        if between:
            request["KeyConditionExpression"] += " AND #slice BETWEEN :first AND :last"
            request["ExpressionAttributeNames"]["#slice"] = "slice"
            first, last = between
            request["ExpressionAttributeValues"] |= {":first": {"S": first}, ":last": {"S": last}}
        return items_found(self._client.query, **request)

    def parts(self, hour: datetime, *, is_exact: bool = False) -> Iterator[tuple[str, Mapping[str, int]]]:
        """The parts of an hour: each with its sort key, and its numbers by the names of its attributes."""
        beginning = hour_key(hour)[11:]
        for item in self.of_day(day_key(hour), (f"{beginning}#", f"{beginning}#~"), is_exact=is_exact):
            yield item["slice"]["S"], {name: int(each["N"]) for name, each in item.items() if name not in _KEYS}
