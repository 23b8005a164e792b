"""Packs what was counted: each hour that is over, and each day, into an item for each outcome and version.

Each hour is archived, too. One into which somebody counts late is packed and written again: the same hour gives the
same items and the same object.

What is packed can be made again from its ends at any time. There are only ever more of them, so of two packers the one
that has counted more wins.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

from record.adapters.dynamodb.courses import recorded_of
from record.adapters.dynamodb.record_table import RecordTable
from record.adapters.dynamodb.slice_items import DAY, DIRTY, HOUR, hour_key, hour_of_key, packed, packed_keys
from record.adapters.s3.execution_archive import ExecutionLines
from record.domain.archive import line_of
from record.domain.record import Slice, added
from restoration.adapters.dynamodb.batch_reads import AT_ONCE, items_of
from restoration.adapters.dynamodb.writes import on_condition, update_if

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table


@dataclass(frozen=True, slots=True)
class HourBook:
    """The hours that grew since they were packed last; ``record`` reads exactly, ``store`` is the archive."""

    dynamodb: "DynamoDBServiceResource"
    courses: str
    counters: "Table"
    record: RecordTable
    store: ExecutionLines

    def archive(self, until: datetime, is_time_left: Callable[[], bool] = lambda: True) -> int:
        """Pack and archive the hours that grew since they were last, the oldest first; returns how many.

        Parameters
        ----------
        until
            Those that were over by then (aware), when most of them is counted.
        is_time_left
            Whether there is time for one more hour.
        """
        archived, grown = 0, self.grown()
        for hour in sorted(hour for hour in grown if hour + HOUR <= until):
            if not is_time_left():
                break
            self.pack(hour)
            self.store.add(hour, self.lines(hour))
            # Last, so that an hour that was archived halfway is archived again, and one that has grown meanwhile.
            with suppress(self.counters.meta.client.exceptions.ConditionalCheckFailedException):
                unchanged = on_condition("changes = :changes", {":changes": grown[hour]})
                self.counters.delete_item(Key={"day": DIRTY, "slice": hour_key(hour)}, **unchanged)
            archived += 1
        return archived

    def grown(self) -> Mapping[datetime, int]:
        """The hours that grew, each with how often it did."""
        marks = self.record.of_day(DIRTY)
        return {hour_of_key(item["slice"]["S"]): int(item["changes"]["N"]) for item in marks}

    def pack(self, hour: datetime) -> None:
        """Pack an hour, then its day."""
        day = hour.replace(hour=0)
        self._put(self.record.slices_of(hour))
        hours = self.record.packed(day, day + DAY - HOUR, HOUR)
        self._put(added(replace(each, start=day, length=DAY) for each in hours))

    def _put(self, slices: Iterable[Slice]) -> None:
        for each in slices:
            partition, beginning = packed_keys(each.start, each.length)
            key = {"day": partition, "slice": f"{beginning}{each.outcome}#{each.version}"}
            values = {":tally": packed(each.tally), ":ended": each.tally.counts["ended"].number}
            is_newer = "attribute_not_exists(ended) OR ended <= :ended"
            update_if(self.counters, key, "SET tally = :tally, ended = :ended", is_newer, values)

    def lines(self, hour: datetime) -> Iterator[Mapping[str, Any]]:
        """The lines of the ends that are counted in an hour, as far as their executions are kept."""
        for some in batched(self.record.ends(hour), AT_ONCE, strict=False):
            keys = [{"execution": each} for each in dict.fromkeys(item["execution"]["S"] for item in some)]
            items = items_of(self.dynamodb, self.courses, keys, ConsistentRead=True)
            kept = {item["execution"]: item for item in items}
            for item in some:
                if found := kept.get(item["execution"]["S"]):
                    course = recorded_of(found).course.at(int(item["redrives"]["N"]))
                    told = {name: found.get(name, ()) for name in ("means", "codes", "rules")}
                    yield line_of(course, str(found.get("version", "-")), **told)
