"""Reads the record of executions for those who look at many cases at once: the tables ``counters`` and ``courses``.

What is read grows with the number of executions for few hours only: an hour, or a day, has an item for each outcome and
version. Hours that grew since they were packed last are summed from their ends; the present hour is always one of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from heapq import merge
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from pydantic.alias_generators import to_camel

from record.adapters.dynamodb.courses import BY_DAY, BY_STANDING, INCOMPLETE, RUNNING, STOPPED
from record.adapters.dynamodb.fast_reads import reading_fast
from record.adapters.dynamodb.slice_items import (
    DAY,
    DIRTY,
    END,
    HOUR,
    PACKED,
    RECONCILIATION,
    SIGNATURES,
    VERSIONS,
    day_key,
    hour_key,
    hour_of_key,
    month_key,
    packed_keys,
    reminders_key,
    slow_key,
    unpacked,
)
from record.domain.failure import UNSUCCESSFUL
from record.domain.promises import Promise
from record.domain.record import MOST_OPEN, Completeness, EndedCase, OpenCase, Signature, Slice, SlowCase, Stage, added
from record.domain.service_level import CaseKind
from record.domain.states import Party
from restoration.adapters.dynamodb.pages import items_found
from restoration.clock import from_text, milliseconds_of, moment_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

type Item = Mapping[str, Any]

ALL = " ", "~"
"""Between them is each sort key: they have letters of ASCII alone."""
LONGEST_BY_HOURS = timedelta(days=2)
"""A longer range is read by days, and by hours at its ends."""


class RecordTable:
    """The record of executions (:class:`record.domain.record.Record`).

    Parameters
    ----------
    dynamodb
        A client, not a resource: what it reads is parsed here. From now on it parses the responses of its queries fast.
    is_exact
        Whether what was counted just now has to be among what is read.
    """

    def __init__(
        self, dynamodb: "DynamoDBClient", courses_table: str, counters_table: str, *, is_exact: bool = False
    ) -> None:
        self._client = reading_fast(dynamodb)
        self._courses = courses_table
        self._counters = counters_table
        self._is_exact = is_exact

    # ── Slices ──

    def slices(self, since: datetime, until: datetime) -> Sequence[Slice]:
        # What grew is read first: what is packed afterwards is in the packed items, which are read later.
        grown = {hour_of_key(item["slice"]["S"]) for item in self.of_day(DIRTY)}
        hours = _hours_by_day(since.astimezone(UTC), until.astimezone(UTC))
        is_long = until - since > LONGEST_BY_HOURS
        days = {day for day, its in hours.items() if is_long and len(its) == DAY // HOUR}
        packed_days = {day for day in days if not hours[day] & grown}
        found: list[Slice] = []
        for _, month in groupby(sorted(packed_days), month_key):
            its = list(month)
            found += (each for each in self.packed(its[0], its[-1], DAY) if each.start in packed_days)
        for day in hours.keys() - packed_days:
            by_hour = self._hours(hours[day], grown)
            found += added(replace(each, start=day, length=DAY) for each in by_hour) if day in days else by_hour
        return sorted(found, key=lambda each: (each.start, each.outcome, each.version))

    def _hours(self, hours: set[datetime], grown: set[datetime]) -> Sequence[Slice]:
        wanted = hours & grown
        found = [each for hour in wanted for each in self.slices_of(hour)]
        if packed := hours - wanted:
            found += (each for each in self.packed(min(packed), max(packed), HOUR) if each.start in packed)
        return found

    # ── Items of the table ``counters`` ──

    def of_day(self, day: str, between: tuple[str, str] = ALL, **how: Any) -> Iterator[Item]:
        """The items of a partition, between two sort keys; ``how`` are other arguments of the query."""
        how |= {"ExpressionAttributeNames": {"#day": "day", "#slice": "slice"}, "ConsistentRead": self._is_exact}
        condition = "#day = :day AND #slice BETWEEN :first AND :last"
        return self._found(self._counters, condition, {"day": day, "first": between[0], "last": between[1]}, **how)

    def _found(self, table: str, condition: str, values: Mapping[str, str | int], **how: Any) -> Iterator[Item]:
        typed = {f":{name}": {"S" if isinstance(each, str) else "N": str(each)} for name, each in values.items()}
        how |= {"KeyConditionExpression": condition, "ExpressionAttributeValues": typed}
        return items_found(self._client.query, TableName=table, **how)

    def ends(self, hour: datetime) -> Iterator[Item]:
        """The ends that were counted in an hour."""
        beginning = f"{END}{hour_key(hour)[11:]}#"
        return self.of_day(day_key(hour), (beginning, f"{beginning}~"))

    def slices_of(self, hour: datetime) -> Sequence[Slice]:
        """The slices of an hour, as the sums of its ends."""
        return added(
            Slice(hour, HOUR, item["outcome"]["S"], item["version"]["S"], unpacked(item["tally"]["B"]))
            for item in self.ends(hour)
        )

    def packed(self, first: datetime, last: datetime, length: timedelta) -> Iterator[Slice]:
        """The slices of packed hours of a day, or of days of a month, from one to another."""
        (partition, beginning), (_, end) = packed_keys(first, length), packed_keys(last, length)
        for item in self.of_day(partition, (beginning, f"{end}~")):
            number, outcome, version = item["slice"]["S"].removeprefix(PACKED).split("#")
            start = first.replace(day=int(number)) if length == DAY else first.replace(hour=int(number))
            yield Slice(start, length, outcome, version, unpacked(item["tally"]["B"]))

    # ── Cases ──

    def open_cases(self, most: int = MOST_OPEN) -> Sequence[OpenCase]:
        """As of the protocol. One that ended without success and is not counted yet is open, too."""
        standing = [self._standing(each, most) for each in (*RUNNING, STOPPED, INCOMPLETE)]
        return list(islice(merge(*standing, key=lambda each: each.since), most))

    def _standing(self, standing: str, most: int) -> Iterator[OpenCase]:
        named = {"standing": standing}
        for item in self._found(self._courses, "standing = :standing", named, IndexName=BY_STANDING, Limit=most):
            # Of one without, nothing is known yet but that it is.
            if "status" in item and (standing != INCOMPLETE or item["status"]["S"] in UNSUCCESSFUL):
                yield read_as(OpenCase, item)

    def ended_cases(self, since: datetime, until: datetime, most: int = 5000) -> Sequence[EndedCase]:
        return list(islice(self._ended(since.astimezone(UTC), until.astimezone(UTC), most), most))

    def _ended(self, since: datetime, until: datetime, most: int) -> Iterator[EndedCase]:
        before_first, last = (milliseconds_of(each - timedelta(microseconds=1)) for each in (since, until))
        within = {"first": before_first + 1, "last": last}
        if within["first"] > within["last"]:
            return
        condition, how = "endedDay = :day AND endedAt BETWEEN :first AND :last", {"IndexName": BY_DAY, "Limit": most}
        day = _midnight(moment_of(within["last"]))
        while day + DAY > since:
            values: dict[str, str | int] = {"day": day_key(day), **within}
            found = self._found(self._courses, condition, values, ScanIndexForward=False, **how)
            yield from (read_as(EndedCase, item) for item in found)
            day -= DAY

    # ── What a month was worth ──

    def slowest(self, month: date, most: int = 10) -> Sequence[SlowCase]:
        found = self.of_day(slow_key(month), ScanIndexForward=False, Limit=most)
        return [read_as(SlowCase, item) for item in islice(found, most)]

    def reminders(self, month: date) -> Mapping[str, int]:
        found: Counter[str] = Counter()
        for item in self.of_day(reminders_key(month)):
            found.update({means: int(value["N"]) for means, value in item.items() if means not in {"day", "slice"}})
        return found

    # ── What is known of all ──

    def signatures(self) -> Mapping[str, Signature]:
        # Of one without, the first writer has not said all yet.
        items = {item["slice"]["S"]: item for item in self.of_day(SIGNATURES) if "lastSeen" in item}
        return {name: read_as(Signature, item, id=name) for name, item in items.items()}

    def versions(self) -> Sequence[datetime]:
        return sorted(from_text(item["slice"]["S"]) for item in self.of_day(VERSIONS))

    def completeness(self) -> Completeness | None:
        key: Any = {name: {"S": value} for name, value in RECONCILIATION.items()}
        item = self._client.get_item(TableName=self._counters, Key=key, ConsistentRead=True).get("Item")
        return Completeness(from_text(item["completeTo"]["S"]), int(item["unreconciled"]["N"])) if item else None


def _hours_by_day(since: datetime, until: datetime) -> Mapping[datetime, set[datetime]]:
    hour, hours = since.replace(minute=0, second=0, microsecond=0), defaultdict[datetime, set[datetime]](set)
    while hour < until:
        if hour >= since:
            hours[_midnight(hour)].add(hour)
        hour += HOUR
    return hours


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def read_as[Kind](kind: Callable[..., Kind], item: Item, **others: object) -> Kind:
    """What an item says of a case or a signature: each field by its type, but for ``others``."""
    attributes = _attributes_of(kind)
    for name in attributes.keys() & item:
        field, read = attributes[name]
        if field not in others:
            (told,) = item[name].values()
            others[field] = read(told)
    return kind(**others)


@cache
def _attributes_of(kind: Any) -> Mapping[str, tuple[str, Callable[[Any], object]]]:
    """Each field by the name of its attribute, and how that is read."""
    return {to_camel(each.name): (each.name, _READ[each.type]) for each in fields(kind) if each.type in _READ}


_READ: Mapping[Any, Callable[[Any], object]] = {
    str: str,
    int: int,
    datetime: moment_of,
    datetime | None: moment_of,
    timedelta: lambda told: timedelta(milliseconds=int(told)),
    frozenset[str]: frozenset,
    frozenset[Stage]: lambda told: frozenset(map(Stage, told)),
    Stage: Stage,
    CaseKind: CaseKind,
    Party | None: Party,
    Mapping[Party, int]: lambda told: {Party(part): int(took["N"]) for part, took in told.items()},
    Sequence[Promise]: lambda told: [Promise.read(each["S"]) for each in told],
}
"""How an attribute is read, by the type of its field."""
