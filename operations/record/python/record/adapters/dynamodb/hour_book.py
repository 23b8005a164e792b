"""Packs what was counted: each hour that is over, and each day, into an item for each outcome and version.

What is packed can be made again from its ends at any time. There are only ever more of them, so of two packers the one
that has counted more wins.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

from record.adapters.dynamodb.courses import recorded_of
from record.adapters.dynamodb.plain import plain
from record.adapters.dynamodb.record_table import RecordTable
from record.adapters.dynamodb.slice_items import (
    DAY,
    DIRTY,
    HOUR,
    day_key,
    hour_key,
    hour_of_key,
    month_key,
    packed,
    packed_day_key,
    packed_key,
)
from record.domain.archive import line_of
from record.domain.record import added
from record.domain.tally import Tally
from restoration.adapters.dynamodb.batch_reads import AT_ONCE, items_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class HourBook:
    """The hours that grew since they were packed last."""

    def __init__(self, dynamodb: "DynamoDBClient", courses_table: str, counters_table: str) -> None:
        self._client = dynamodb
        self._courses = courses_table
        self._table = counters_table
        self._record = RecordTable(dynamodb, courses_table, counters_table)

    def grown(self) -> Mapping[datetime, int]:
        """The hours that grew, each with how often it did."""
        marks = self._record.of_day(DIRTY, is_exact=True)
        return {hour_of_key(item["slice"]["S"]): int(item["changes"]["N"]) for item in marks}

    def pack(self, hour: datetime) -> None:
        for each in self._record.slices_of(hour, is_exact=True):
            self._put(day_key(hour), packed_key(hour, each.outcome, each.version), each.tally)

    def pack_day(self, day: datetime) -> None:
        hours = self._record.packed_hours(day, day + DAY - HOUR, is_exact=True)
        for each in added(replace(each, start=day, length=DAY) for each in hours):
            self._put(month_key(day), packed_day_key(day, each.outcome, each.version), each.tally)

    def _put(self, day: str, key: str, tally: Tally) -> None:
        number = str(tally.counts["ended"].number)
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.put_item(
                TableName=self._table,
                Item={"day": {"S": day}, "slice": {"S": key}, "tally": {"B": packed(tally)}, "ended": {"N": number}},
                ConditionExpression="attribute_not_exists(ended) OR ended <= :ended",
                ExpressionAttributeValues={":ended": {"N": number}},
            )

    def lines(self, hour: datetime) -> Iterator[Mapping[str, Any]]:
        """The lines of the ends that are counted in an hour, as far as their executions are kept."""
        for some in batched(self._record.ends(hour, is_exact=True), AT_ONCE, strict=False):
            kept = self._read([item["execution"]["S"] for item in some])
            for item in some:
                if found := kept.get(item["execution"]["S"]):
                    course = recorded_of(found).course.at(int(item["redrives"]["N"]))
                    told = {name: found.get(name, ()) for name in ("means", "codes", "rules")}
                    yield line_of(course, str(found.get("version", "-")), **told)

    def _read(self, executions: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        keys = ({"execution": {"S": each}} for each in dict.fromkeys(executions))
        items = items_of(self._client, self._courses, keys, ConsistentRead=True)
        return {item["execution"]: item for item in map(plain, items)}

    def forget(self, hour: datetime, changes: int) -> None:
        """Forget that an hour grew, unless it has grown again."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.delete_item(
                TableName=self._table,
                Key={"day": {"S": DIRTY}, "slice": {"S": hour_key(hour)}},
                ConditionExpression="changes = :changes",
                ExpressionAttributeValues={":changes": {"N": str(changes)}},
            )
