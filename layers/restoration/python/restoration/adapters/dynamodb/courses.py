"""The courses of executions, and the hourly counts of those that ended, in two tables.

An item of ``courses`` only grows. Each event is an attribute of its own (``e17``), so a writer need not read first, and
neither order nor repetition matters. A second write says where the execution stands; of two writers the one that knows
more wins. What is counted of an execution is added to ``counters`` in one transaction with the mark that it was
counted.
"""

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from restoration.clock import from_text, moment_of, to_text
from restoration.domain.course import Course, OpenCourse, Recorded
from restoration.domain.course_event import End, Event, Kind
from restoration.domain.limitation import limitation_of
from restoration.domain.service_level import CaseKind, Underway, kind_under_way, stood_still
from restoration.domain.tally import Count, Tally, hour_of, tally_of
from restoration.domain.waiting import Party
from restoration.errors import CountersContended

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

KEPT = timedelta(days=30)
"""After its end: longer than an execution can be redriven (14 days)."""
EVENTS_AT_ONCE = 50
"""In one write: an expression has at most 4 KB."""
ATTEMPTS = 8
"""At counting, where another worker counts in the same hour."""
BY_STANDING = "by-standing"
RUNNING, INCOMPLETE = "RUNNING", "INCOMPLETE"
RECONCILIATION = {"hour": "reconciliation", "counted": "-"}


class CourseTable:
    """Keeps courses and counts.

    Parameters
    ----------
    clock
        The present moment.
    sleep
        Waits some seconds, between two attempts to count.
    """

    def __init__(
        self,
        dynamodb: "DynamoDBServiceResource",
        courses_table: str,
        counters_table: str,
        clock: "Callable[[], datetime]",
        sleep: "Callable[[float], None]" = time.sleep,
    ) -> None:
        self._courses = dynamodb.Table(courses_table)
        self._counters = dynamodb.Table(counters_table)
        self._client = dynamodb.meta.client
        self._clock = clock
        self._sleep = sleep

    # ── Courses ──

    def add(self, course: Course) -> Recorded:
        """Add what a course knows; returns all that is known of the execution now, and what was counted of it."""
        attributes: dict[str, Any] = {f"e{event.id}": _text(event) for event in course.events.values()}
        attributes |= {f"end{end.redrives}": _item_of_end(end) for end in course.ends.values()}
        item: Mapping[str, Any] = {}
        for names in batched(attributes, EVENTS_AT_ONCE, strict=False) if attributes else [()]:
            item = self._add(course, {name: attributes[name] for name in names})
        return recorded_of(item)

    def _add(self, course: Course, attributes: Mapping[str, Any]) -> Mapping[str, Any]:
        values: dict[str, Any] = {f":{name}": value for name, value in attributes.items()}
        sets = [f"{name} = :{name}" for name in attributes]
        values |= {":now": to_text(self._clock()), ":limitation": limitation_of(course.execution) or "-"}
        sets += ["changedAt = :now", "limitationId = :limitation"]
        expression = f"SET {', '.join(sets)}"
        if course.others:
            expression += " ADD otherIds :others"
            values[":others"] = set(course.others)
        return self._courses.update_item(
            Key={"execution": course.execution},
            UpdateExpression=expression,
            ExpressionAttributeValues=values,
            ReturnValues="ALL_NEW",
        )["Attributes"]

    def say_where(self, recorded: Recorded) -> None:
        """Write where an execution stands, unless somebody who knew more has."""
        course, progress = recorded.course, recorded.course.progress()
        is_counted = course.has_ended and course.redrives in recorded.counted
        sets: dict[str, Any] = {
            "known": course.known,
            "status": progress.status,
            "state": progress.state or "-",
            "since": progress.since,
            "startedAt": progress.started_at,
            "redrives": progress.redrives,
            "isSettled": not course.missing and course.rests,
            "kind": kind_under_way(course).value,
            "stoodStill": stood_still(progress.visits) // timedelta(milliseconds=1),
        }
        removes = []
        optional = {
            "endedAt": progress.ended_at,
            "waitsFor": progress.waits_for.value if progress.waits_for else None,
            "outcome": progress.outcome or None,
            "standing": None if is_counted else INCOMPLETE if course.has_ended else RUNNING,
            "expiresAt": progress.ended_at and int(progress.ended_at / 1000 + KEPT.total_seconds()),
        }
        for name, value in optional.items():
            if value is None:
                removes.append(f"#{name}")
            else:
                sets[name] = value
        expression = f"SET {', '.join(f'#{name} = :{name}' for name in sets)}"
        if removes:
            expression += f" REMOVE {', '.join(removes)}"
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._courses.update_item(
                Key={"execution": course.execution},
                UpdateExpression=expression,
                ConditionExpression="attribute_not_exists(#known) OR #known <= :known",
                ExpressionAttributeNames={f"#{name}": name for name in {**sets, **optional}},
                ExpressionAttributeValues={f":{name}": value for name, value in sets.items()},
            )

    def note(self, execution: str) -> None:
        """Note an execution of which nothing is known, so that it is looked for until something is."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._courses.put_item(
                Item={
                    "execution": execution,
                    "limitationId": limitation_of(execution) or "-",
                    "standing": INCOMPLETE,
                    "since": 0,
                    "changedAt": to_text(self._clock()),
                },
                ConditionExpression="attribute_not_exists(execution)",
            )

    def forget(self, execution: str) -> None:
        """Leave an execution as it is that Step Functions does not know any more; its item expires."""
        self._courses.update_item(
            Key={"execution": execution},
            UpdateExpression="SET expiresAt = :at REMOVE standing",
            ExpressionAttributeValues={":at": int((self._clock() + KEPT).timestamp())},
        )

    def find(self, execution: str) -> Recorded | None:
        """What is known of an execution; None where nothing is."""
        item = self._courses.get_item(Key={"execution": execution}, ConsistentRead=True).get("Item")
        return recorded_of(item) if item else None

    def open(self) -> Iterator[OpenCourse]:
        """The executions that run, and those that ended and are not counted yet, as far as is known."""
        for standing in (RUNNING, INCOMPLETE):
            for item in self._standing(standing):
                yield OpenCourse(
                    execution=str(item["execution"]),
                    runs=standing == RUNNING,
                    is_settled=bool(item.get("isSettled")),
                    redrives=int(item.get("redrives", 0)),
                    changed_at=from_text(str(item["changedAt"])),
                )

    def under_way(self) -> Iterator[Underway]:
        """The cases that run, as far as is known, with what tells by when they should end."""
        for item in self._standing(RUNNING):
            if "kind" in item:
                yield Underway(
                    limitation_id=str(item["limitationId"]),
                    kind=CaseKind(item["kind"]),
                    started_at=moment_of(int(item["startedAt"])),
                    stood_still=timedelta(milliseconds=int(item["stoodStill"])),
                    waits_for=Party(item["waitsFor"]) if "waitsFor" in item else None,
                )

    def _standing(self, standing: str) -> Iterator[Mapping[str, Any]]:
        request: dict[str, Any] = {
            "IndexName": BY_STANDING,
            "KeyConditionExpression": "standing = :standing",
            "ExpressionAttributeValues": {":standing": standing},
        }
        while True:
            response = self._courses.query(**request)
            yield from response["Items"]
            if "LastEvaluatedKey" not in response:
                return
            request["ExclusiveStartKey"] = response["LastEvaluatedKey"]

    # ── Counts ──

    def count(self, course: Course, redrives: int) -> bool:
        """Count an execution after a redrive (0: its start), once; False when it was counted.

        Raises
        ------
        CountersContended
            When others counted in the same hour at each attempt.
        """
        hour, tally = _hour(hour_of(course, redrives)), tally_of(course, redrives)
        mark = {
            "TableName": self._courses.name,
            "Key": {"execution": course.execution},
            "UpdateExpression": "ADD counted :this",
            "ConditionExpression": "attribute_not_exists(counted) OR NOT contains(counted, :redrives)",
            "ExpressionAttributeValues": {":this": {redrives}, ":redrives": redrives},
        }
        adds = [self._addition(hour, key, count) for key, count in tally.counts.items()]
        for attempt in range(ATTEMPTS):
            try:
                self._client.transact_write_items(TransactItems=[{"Update": each} for each in (mark, *adds)])  # type: ignore[typeddict-item]
            except self._client.exceptions.TransactionCanceledException as error:
                reasons: Any = error.response.get("CancellationReasons", [])
                if reasons and reasons[0].get("Code") == "ConditionalCheckFailed":
                    return False
                self._sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - it spreads attempts, no secret
            else:
                return True
        raise CountersContended(
            f"{course.execution} could not be counted in {ATTEMPTS} attempts: others counted in {hour}"
        )

    def _addition(self, hour: str, key: str, count: Count) -> dict[str, Any]:
        numbers = {"n": count.number}
        numbers |= {f"b{bucket}": number for bucket, number in count.buckets.items()}
        numbers |= {f"s-{name}": number for name, number in count.sums.items()}
        places = list(numbers)
        return {
            "TableName": self._counters.name,
            "Key": {"hour": hour, "counted": key},
            "UpdateExpression": f"ADD {', '.join(f'#n{place} :n{place}' for place in range(len(places)))}",
            "ExpressionAttributeNames": {f"#n{place}": name for place, name in enumerate(places)},
            "ExpressionAttributeValues": {f":n{place}": numbers[name] for place, name in enumerate(places)},
        }

    def tally(self, hour: datetime) -> Tally:
        """What was counted of the executions that ended in an hour."""
        request: dict[str, Any] = {
            "KeyConditionExpression": "#hour = :hour",
            "ExpressionAttributeNames": {"#hour": "hour"},
            "ExpressionAttributeValues": {":hour": _hour(hour)},
        }
        counts: dict[str, Count] = {}
        while True:
            response = self._counters.query(**request)
            counts |= {str(item["counted"]): _count(item) for item in response["Items"]}
            if "LastEvaluatedKey" not in response:
                return Tally(counts)
            request["ExclusiveStartKey"] = response["LastEvaluatedKey"]

    # ── How far ──

    def complete_to(self) -> tuple[datetime, int] | None:
        """Up to when all is recorded, but for how many executions; None before the first reconciliation."""
        item = self._counters.get_item(Key=RECONCILIATION, ConsistentRead=True).get("Item")
        return (from_text(str(item["completeTo"])), int(item["unreconciled"])) if item else None  # type: ignore[arg-type]

    def say_complete_to(self, moment: datetime, unreconciled: int) -> None:
        """Keep up to when all is recorded, but for how many executions."""
        self._counters.put_item(Item={**RECONCILIATION, "completeTo": to_text(moment), "unreconciled": unreconciled})


def _hour(moment: datetime) -> str:
    return to_text(moment)[:13]


def _text(event: Event) -> str:
    return f"{event.kind.value}|{event.at}|{int(event.waits)}|{event.name}"


def _event(number: int, text: str) -> Event:
    kind, at, waits, name = text.split("|", 3)
    return Event(number, Kind(kind), int(at), name, waits == "1")


def _item_of_end(end: End) -> dict[str, Any]:
    return {
        "status": end.status,
        "startedAt": end.started_at,
        "endedAt": end.ended_at,
        "outcome": end.outcome,
        "reason": end.reason,
        "error": end.error,
        "cause": end.cause,
        "trigger": end.trigger,
    }


def _end(redrives: int, item: Mapping[str, Any]) -> End:
    moments = int(item["startedAt"]), int(item["endedAt"])
    said = (item[name] for name in ("outcome", "reason", "error", "cause"))
    return End(redrives, item["status"], *moments, *said, item.get("trigger", ""))


def recorded_of(item: Mapping[str, Any]) -> Recorded:
    """What an item of the table says, its attributes as plain values."""
    events: dict[int, Event] = {}
    ends: dict[int, End] = {}
    for name, value in item.items():
        if name.startswith("end") and name[3:].isdecimal():
            ends[int(name[3:])] = _end(int(name[3:]), value)
        elif name[:1] == "e" and name[1:].isdecimal():
            events[int(name[1:])] = _event(int(name[1:]), value)
    others = frozenset(int(each) for each in item.get("otherIds", ()))
    counted = frozenset(int(each) for each in item.get("counted", ()))
    return Recorded(Course(item["execution"], events, others, ends), counted)


def _count(item: Mapping[str, Any]) -> Count:
    buckets = {int(name[1:]): int(value) for name, value in item.items() if name[0] == "b"}
    sums = {name[2:]: int(value) for name, value in item.items() if name.startswith("s-")}
    return Count(int(item["n"]), buckets, sums)
