"""The table ``counters``: each end of an execution is added once to the slice of its hour, outcome and version.

The addition and the mark that it was made are one transaction, of four items as a rule: the execution's own, a part of
the slice, the mark that this part is not packed yet, and the end in the list of its hour. A slice has several parts, so
that workers that count in the same hour seldom meet; each attempt takes another one.
"""

import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from record.adapters.dynamodb.slice_items import (
    DIRTY,
    RECONCILIATION,
    SIGNATURES,
    VERSIONS,
    attributes_of,
    day_key,
    end_key,
    hour_key,
    part_key,
)
from record.domain.counting import Problem, ended_at, hour_of, outcome_of, problem_at, tally_of, version_of
from record.domain.course import Course
from record.domain.record import CaseFacts
from record.errors import CountersContended
from restoration.adapters.dynamodb.batch_reads import items_found
from restoration.adapters.dynamodb.transactions import would_pass_later, write_together
from restoration.clock import from_text, moment_of, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

PARTS = 8
"""Of a slice."""
NUMBERS_AT_ONCE = 150
"""In one update: an expression has at most 4 KB, and a number takes ten letters of it. A restored case has some 150."""
PARTS_KEPT = timedelta(days=60)
"""Longer than an execution can end late in an hour: its course is kept for 30 days. What is packed has no end."""
SIGNATURES_KEPT = timedelta(days=400)


class CounterTable:
    """Counts ends, and keeps what is known of all counting.

    Parameters
    ----------
    sleep
        Waits some seconds, between two attempts to count.
    """

    def __init__(
        self,
        dynamodb: "DynamoDBServiceResource",
        courses_table: str,
        counters_table: str,
        sleep: "Callable[[float], None]" = time.sleep,
    ) -> None:
        self._courses = courses_table
        self._counters = dynamodb.Table(counters_table)
        self._client = dynamodb.meta.client
        self._sleep = sleep

    # ── Counting ──

    def count(self, course: Course, redrives: int, facts: CaseFacts) -> bool:
        """Count an execution after a redrive (0: its start), once; False when it was counted.

        Raises
        ------
        CountersContended
            When others counted into the same parts at each attempt.
        """
        hour, version = hour_of(course, redrives), version_of(course, self.revisions().values())
        if problem := problem_at(course, redrives):
            self._see(problem, moment_of(ended_at(course, redrives)), version, course.execution)
        mark = self._mark(course.execution, redrives, version, facts)
        numbers = attributes_of(tally_of(course, redrives, facts))
        end = hour, outcome_of(course, redrives), version

        def writes() -> Sequence[Mapping[str, Any]]:
            first = random.randrange(PARTS)  # noqa: S311 - it spreads writers, no secret
            updates = [mark]
            for place, names in enumerate(batched(numbers, NUMBERS_AT_ONCE, strict=False)):
                updates.append(
                    self._addition(hour, part_key(*end, first + place), {name: numbers[name] for name in names})
                )
            return [
                {"Update": each} for each in (*updates, self._dirt(hour, first), self._listing(hour, course, redrives))
            ]

        try:
            return write_together(self._client, writes, self._sleep)
        except self._client.exceptions.TransactionCanceledException as error:
            if not would_pass_later(error):
                raise
            raise CountersContended(f"{course.execution} could not be counted in {hour_key(hour)}: {error}") from error

    def _mark(self, execution: str, redrives: int, version: str, facts: CaseFacts) -> dict[str, Any]:
        """Mark that an end was counted, and note on its item what tells the case from others."""
        sets: dict[str, set[Any]] = {
            "counted": {redrives},
            "means": set(facts.means),
            "codes": {said.code for said in facts.returns},
            "rules": {f"{match.decision}#{match.rule}" for match in facts.rules},
        }
        added = {name: values for name, values in sets.items() if values}
        return {
            "TableName": self._courses,
            "Key": {"execution": execution},
            "UpdateExpression": f"SET #version = :version ADD {', '.join(f'#{name} :{name}' for name in added)}",
            "ConditionExpression": "attribute_not_exists(#counted) OR NOT contains(#counted, :redrives)",
            "ExpressionAttributeNames": {f"#{name}": name for name in ("version", *added)},
            "ExpressionAttributeValues": {
                **{f":{name}": values for name, values in added.items()},
                ":redrives": redrives,
                ":version": version,
            },
        }

    def _addition(self, hour: datetime, key: str, numbers: Mapping[str, int]) -> dict[str, Any]:
        places = range(len(numbers))
        values = {f":{place}": number for place, number in enumerate(numbers.values())}
        return {
            "TableName": self._counters.name,
            "Key": {"day": day_key(hour), "slice": key},
            "UpdateExpression": f"SET expiresAt = :e ADD {','.join(f'#{place} :{place}' for place in places)}",
            "ExpressionAttributeNames": {f"#{place}": name for place, name in enumerate(numbers)},
            "ExpressionAttributeValues": {**values, ":e": int((hour + PARTS_KEPT).timestamp())},
        }

    def _dirt(self, hour: datetime, part: int) -> dict[str, Any]:
        return {
            "TableName": self._counters.name,
            "Key": {"day": DIRTY, "slice": f"{hour_key(hour)}#{part}"},
            "UpdateExpression": "ADD changes :one",
            "ExpressionAttributeValues": {":one": 1},
        }

    def _listing(self, hour: datetime, course: Course, redrives: int) -> dict[str, Any]:
        return {
            "TableName": self._counters.name,
            "Key": {"day": day_key(hour), "slice": end_key(hour, course.execution, redrives)},
            "UpdateExpression": "SET execution = :execution, redrives = :redrives, expiresAt = :e",
            "ExpressionAttributeValues": {
                ":execution": course.execution,
                ":redrives": redrives,
                ":e": int((hour + PARTS_KEPT).timestamp()),
            },
        }

    def _see(self, problem: Problem, at: datetime, version: str, execution: str) -> None:
        """Keep a signature of failures, before it is counted: to see it twice changes nothing."""
        key, moment = {"day": SIGNATURES, "slice": problem.id}, to_text(at)
        self._counters.update_item(
            Key=key,
            UpdateExpression="SET #state = :state, #error = :error, #words = :words ADD #versions :versions",
            ExpressionAttributeNames={f"#{name}": name for name in ("state", "error", "words", "versions")},
            ExpressionAttributeValues={
                ":state": problem.state or "-",
                ":error": problem.error,
                ":words": problem.words,
                ":versions": {version},
            },
        )
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._counters.update_item(
                Key=key,
                UpdateExpression="SET firstSeen = :at",
                ConditionExpression="attribute_not_exists(firstSeen) OR firstSeen > :at",
                ExpressionAttributeValues={":at": moment},
            )
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._counters.update_item(
                Key=key,
                UpdateExpression="SET lastSeen = :at, execution = :execution, expiresAt = :expiry",
                ConditionExpression="attribute_not_exists(lastSeen) OR lastSeen < :at",
                ExpressionAttributeValues={
                    ":at": moment,
                    ":execution": execution,
                    ":expiry": int((at + SIGNATURES_KEPT).timestamp()),
                },
            )

    # ── Versions of the machine ──

    def revisions(self) -> Mapping[str, datetime]:
        """The revisions of the machine (``-`` is the first), each with the moment at which it was deployed."""
        found = items_found(
            self._counters.query,
            KeyConditionExpression="#day = :versions",
            ExpressionAttributeNames={"#day": "day"},
            ExpressionAttributeValues={":versions": VERSIONS},
        )
        return {str(item["revision"]): from_text(str(item["slice"])) for item in found}

    def note_revision(self, revision: str, deployed_at: datetime) -> None:
        """Keep a revision of the machine."""
        self._counters.put_item(Item={"day": VERSIONS, "slice": to_text(deployed_at), "revision": revision})

    # ── How far ──

    def complete_to(self) -> tuple[datetime, int] | None:
        """Up to when all is recorded, but for how many executions; None before the first reconciliation."""
        item = self._counters.get_item(Key=RECONCILIATION, ConsistentRead=True).get("Item")
        return (from_text(str(item["completeTo"])), int(item["unreconciled"])) if item else None  # type: ignore[arg-type]

    def say_complete_to(self, moment: datetime, unreconciled: int) -> None:
        """Keep up to when all is recorded, but for how many executions."""
        self._counters.put_item(Item={**RECONCILIATION, "completeTo": to_text(moment), "unreconciled": unreconciled})
