"""The table ``counters``: each end of an execution is kept once with its tally, in its hour.

An hour's slices are the sums of its ends. Each write may be repeated: the end has a key of its own and the first who
writes it is right, the hour is marked after it, and the mark on the execution that it is counted comes last.
What billing confirms of its reminders is counted beside it. A night of billing confirms thousands at once, so a day's
sum is spread over several items.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

from boto3.dynamodb.conditions import Key

from record.adapters.dynamodb.slice_items import (
    DIRTY,
    RECONCILIATION,
    SIGNATURES,
    VERSIONS,
    day_key,
    end_key,
    hour_key,
    key_of_name,
    key_of_reminders,
    packed,
    slow_key,
)
from record.domain.counting import (
    back_at,
    hour_of,
    outcome_of,
    problem_in,
    tally_of,
    took_after_paying,
    version_of,
)
from record.domain.course import Course
from record.domain.record import CaseFacts, Signature
from record.domain.states import Party
from restoration.adapters.dynamodb.pages import items_found
from restoration.adapters.dynamodb.transactions import write_together
from restoration.adapters.dynamodb.writes import on_condition, set_if, setting, update_if
from restoration.clock import from_text, milliseconds_of, moment_of, paris_date, to_text, utc_now
from restoration.domain.limitation import limitation_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

    from record.contracts.reminders import RemindersSuppressedDetail

ENDS_KEPT = timedelta(days=60)
"""Longer than an execution can end late in an hour: its course is kept for 30 days. What is packed has no end."""
SIGNATURES_KEPT = timedelta(days=400)
CUSTOMERS_KEPT = timedelta(days=430)
"""After the last milestone: as long as a closed limitation is kept. An event that is replayed is younger, too."""
REMINDER_PARTS = 16


class CounterTable:
    """Counts ends, and keeps what is known of all counting."""

    def __init__(
        self,
        dynamodb: "DynamoDBServiceResource",
        courses_table: str,
        counters_table: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._courses = dynamodb.Table(courses_table)
        self._counters = dynamodb.Table(counters_table)
        self._clock = clock

    # ── Counting ──

    def first(self, execution: str, names: Collection[str]) -> Collection[str]:
        """Those of some milestones at which no other execution of the same customer was before; asked again, the same.

        The item of a customer names, for each milestone, the execution that came there first.
        """
        me = execution.rpartition(":")[2]
        places = {f"n{place}": name for place, name in enumerate(sorted(names))}
        sets = ", ".join(f"#{place} = if_not_exists(#{place}, :me)" for place in places)
        key = {"day": f"customer#{limitation_of(execution) or me}", "slice": "-"}
        values = {":me": me, ":e": _seconds(self._clock() + CUSTOMERS_KEPT)}
        found = update_if(self._counters, key, f"SET {sets}, expiresAt = :e", "", values, **places) or {}
        return {name for name in places.values() if found[name] == me}

    def count(self, course: Course, facts: CaseFacts) -> bool:
        """Count an execution that ended, given as it was then, once; False when it was counted."""
        hour, version = hour_of(course), version_of(course, self._versions())
        if problem := problem_in(course):
            self._see(problem, version)
        # An end that is kept stays as it is: what was packed of it stays right.
        set_if(
            self._counters,
            {"day": day_key(hour), "slice": end_key(hour, course.execution, course.redrives)},
            "attribute_not_exists(tally)",
            execution=course.execution,
            redrives=course.redrives,
            outcome=outcome_of(course),
            version=version,
            tally=packed(tally_of(course, facts)),
            expiresAt=_seconds(hour + ENDS_KEPT),
        )
        if facts.paid and facts.paid.at:
            self._keep_slow(course, took_after_paying(course, facts.paid))
        update_if(self._counters, {"day": DIRTY, "slice": hour_key(hour)}, "ADD changes :one", "", {":one": 1})
        return self._mark(course, version, facts)

    def _keep_slow(self, course: Course, took: Mapping[Party, int]) -> None:
        """Keep how long a customer was limited after paying, to find a month's slowest; again, the same."""
        ended = moment_of(course.ended_at or 0)
        set_if(
            self._counters,
            {"day": slow_key(paris_date(ended)), "slice": f"{sum(took.values()):013d}#{course.name}"},
            "",
            execution=course.execution,
            limitationId=limitation_of(course.execution),
            restoredAt=back_at(course),
            took={str(part): milliseconds for part, milliseconds in took.items()},
            expiresAt=_seconds(ended + CUSTOMERS_KEPT),
        )

    def _mark(self, course: Course, version: str, facts: CaseFacts) -> bool:
        """Mark that an end was counted, and note on its item what tells the case from others; False when it was."""
        sets: dict[str, set[Any]] = {
            "counted": {course.redrives},
            "means": set(facts.means),
            "codes": {said.code for said in facts.returns},
            "rules": {f"{match.decision}#{match.rule}" for match in facts.rules},
        }
        added = {name: values for name, values in sets.items() if values}
        update = f"SET #version = :version ADD {', '.join(f'#{name} :{name}' for name in added)}"
        condition = "attribute_not_exists(#counted) OR NOT contains(#counted, :redrives)"
        values = {f":{name}": its for name, its in added.items()} | {":redrives": course.redrives, ":version": version}
        return update_if(self._courses, {"execution": course.execution}, update, condition, values) is not None

    def _see(self, problem: Signature, version: str) -> None:
        """Keep a signature of failures, before it is counted: to see it twice changes nothing."""
        key, moment = {"day": SIGNATURES, "slice": problem.id}, milliseconds_of(problem.last_seen)
        update, values = setting(state=problem.state, error=problem.error, words=problem.words)
        update_if(self._counters, key, f"{update} ADD #versions :versions", "", {**values, ":versions": {version}})
        set_if(self._counters, key, "attribute_not_exists(firstSeen) OR firstSeen > :firstSeen", firstSeen=moment)
        last = {"execution": problem.execution, "expiresAt": _seconds(problem.last_seen + SIGNATURES_KEPT)}
        set_if(self._counters, key, "attribute_not_exists(lastSeen) OR lastSeen < :lastSeen", lastSeen=moment, **last)

    def name(self, limitation_id: str, names: Iterable[str]) -> None:
        """Keep by what a customer may name a limitation: a payment, a case at Enedis; again, the same."""
        values = {":e": _seconds(self._clock() + CUSTOMERS_KEPT), ":limitation": {limitation_id}}
        for each in names:
            key = key_of_name(each)
            update_if(self._counters, key, "SET expiresAt = :e ADD limitations :limitation", "", values)

    def note_reminders(self, said: "RemindersSuppressedDetail") -> bool:
        """Count what billing confirms of its reminders, once; False when it was counted."""
        update, values = setting(
            limitationId=said.limitation_id,
            requestId=said.request_id,
            suppressedAt=to_text(said.at),
            means=said.means,
            reminders=said.reminders,
            expiresAt=_seconds(said.at + CUSTOMERS_KEPT),
        )
        own = {
            "TableName": self._counters.name,
            "Key": {"day": f"reminder#{said.suppression_id}", "slice": "-"},
            **on_condition("attribute_not_exists(reminders)", values, update),
        }
        day = {
            "TableName": self._counters.name,
            "Key": key_of_reminders(paris_date(said.at), crc32(said.suppression_id.encode()) % REMINDER_PARTS),
            **on_condition("", {":n": said.reminders}, "ADD #means :n", means=said.means),
        }
        return write_together(self._counters.meta.client, [{"Update": own}, {"Update": day}])

    # ── Versions of the machine ──

    def _versions(self) -> Iterator[datetime]:
        found = items_found(self._counters.query, KeyConditionExpression=Key("day").eq(VERSIONS))
        return (from_text(str(item["slice"])) for item in found)

    def note_version(self, deployed_at: datetime) -> None:
        """Keep when a version of the machine was deployed."""
        self._counters.put_item(Item={"day": VERSIONS, "slice": to_text(deployed_at)})

    # ── How far ──

    def say_complete_to(self, moment: datetime, unreconciled: int) -> None:
        """Keep up to when all is recorded, but for how many executions."""
        self._counters.put_item(Item={**RECONCILIATION, "completeTo": to_text(moment), "unreconciled": unreconciled})


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
