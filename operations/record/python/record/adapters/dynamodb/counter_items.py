"""Items of the table ``counters``, read with a client: a resource would make a ``Decimal`` of each number."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from record.adapters.dynamodb.slice_items import END, HOUR, PACKED, day_key, hour_key, unpacked
from record.domain.record import Slice, added
from restoration.adapters.dynamodb.pages import items_found

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

type Item = Mapping[str, Any]


class CounterItems:
    """Reads the table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self.table = table

    def item(self, day: str, key: str) -> Item | None:
        """One item; None where there is none."""
        response = self._client.get_item(TableName=self.table, Key={"day": {"S": day}, "slice": {"S": key}})
        return response.get("Item")

    def of_day(self, day: str, between: tuple[str, str] | None = None, *, is_exact: bool = False) -> Iterator[Item]:
        """The items of a partition, between two sort keys.

        Parameters
        ----------
        is_exact
            Whether what was written just now has to be among them.
        """
        request: dict[str, Any] = {
            "TableName": self.table,
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

    def ends(self, hour: datetime, *, is_exact: bool = False) -> Iterator[Item]:
        """The ends that were counted in an hour."""
        beginning = f"{END}{hour_key(hour)[11:]}#"
        return self.of_day(day_key(hour), (beginning, f"{beginning}~"), is_exact=is_exact)

    def slices(self, hour: datetime, *, is_exact: bool = False) -> Sequence[Slice]:
        """The slices of an hour, as the sums of its ends."""
        return added(
            Slice(hour, HOUR, item["outcome"]["S"], item["version"]["S"], unpacked(item["tally"]["B"]))
            for item in self.ends(hour, is_exact=is_exact)
        )

    def packed_hours(self, first: datetime, last: datetime, *, is_exact: bool = False) -> Iterator[Slice]:
        """The slices of the packed hours of a day, from one hour to another."""
        day, between = first.replace(hour=0), (f"{PACKED}{first:%H}", f"{PACKED}{last:%H}~")
        for item in self.of_day(day_key(day), between, is_exact=is_exact):
            hour, outcome, version = item["slice"]["S"].removeprefix(PACKED).split("#")
            yield Slice(day + int(hour) * HOUR, HOUR, outcome, version, unpacked(item["tally"]["B"]))
