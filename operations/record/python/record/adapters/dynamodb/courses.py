"""The table ``courses``: an item for each execution.

An item only grows. Each event is an attribute of its own (``e17``), so a writer need not read first, and neither order
nor repetition matters. A second write says where the execution stands; of two writers the one that knows more wins.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any
from zlib import crc32

from boto3.dynamodb.conditions import Key

from record.adapters.dynamodb.slice_items import day_key
from record.domain.counting import outcome_of, problem_in, stages_counted
from record.domain.course import Course, Recorded
from record.domain.course_event import End, Event, Kind
from record.domain.customers import reach_now, stages_now
from record.domain.service_level import CaseKind, kind_of, stood_still
from record.domain.steps import ways_of
from restoration.adapters.dynamodb.items import item_of, record_of
from restoration.adapters.dynamodb.pages import items_found
from restoration.adapters.dynamodb.writes import item_at, set_if, setting, update_if
from restoration.clock import from_text, moment_of, to_text
from restoration.domain.limitation import limitation_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

KEPT = timedelta(days=30)
"""After its end: longer than an execution can be redriven (14 days)."""
EVENTS_AT_ONCE = 50
"""In one write: an expression has at most 4 KB."""
LONGEST_CAUSE = 400
"""Letters of a cause that are kept; the rest is in the execution's history."""
BY_STANDING, BY_DAY = "by-standing", "by-day"
RUNNING = tuple(f"RUNNING#{number}" for number in range(8))
"""What runs, spread over keys of the index: each event of each execution writes there."""
INCOMPLETE, STOPPED = "INCOMPLETE", "STOPPED"
"""What ended and is not counted yet; what failed, was counted, and may hold its limitation."""


class CourseTable:
    """Keeps courses.

    Parameters
    ----------
    clock
        The present moment.
    """

    def __init__(
        self, dynamodb: "DynamoDBServiceResource", courses_table: str, clock: "Callable[[], datetime]"
    ) -> None:
        self._courses = dynamodb.Table(courses_table)
        self._clock = clock

    # ── Courses ──

    def add(self, course: Course) -> Recorded:
        """Add what a course knows; returns all that is known of the execution now, and what was counted of it."""
        attributes: dict[str, Any] = {f"e{event.id}": _text(event) for event in course.events.values()}
        ends = (replace(end, cause=end.cause[:LONGEST_CAUSE]) for end in course.ends.values())
        attributes |= {f"end{end.redrives}": item_of(end) for end in ends}
        item: Mapping[str, Any] = {}
        for names in batched(attributes, EVENTS_AT_ONCE, strict=False) if attributes else [()]:
            item = self._add(course, {name: attributes[name] for name in names})
        return recorded_of(item)

    def _add(self, course: Course, attributes: Mapping[str, Any]) -> Mapping[str, Any]:
        own = {"changedAt": to_text(self._clock()), "limitationId": limitation_of(course.execution)}
        update, values = setting(**attributes, **own)
        if course.others:
            update, values = f"{update} ADD otherIds :others", {**values, ":others": set(course.others)}
        return update_if(self._courses, {"execution": course.execution}, update, "", values) or {}

    def say_where(self, recorded: Recorded) -> None:
        """Write where an execution stands, unless somebody who knew more has."""
        condition = "attribute_not_exists(#known) OR #known <= :known"
        set_if(self._courses, {"execution": recorded.course.execution}, condition, **where_of(recorded))

    def note(self, execution: str) -> None:
        """Note an execution of which nothing is known, so that it is looked for until something is."""
        own = {"changedAt": to_text(self._clock()), "limitationId": limitation_of(execution)}
        unknown = "attribute_not_exists(execution)"
        set_if(self._courses, {"execution": execution}, unknown, standing=INCOMPLETE, since=0, **own)

    def forget(self, execution: str) -> None:
        """Leave an execution as it is that Step Functions does not know any more; its item expires."""
        expires_at = int((self._clock() + KEPT).timestamp())
        set_if(self._courses, {"execution": execution}, "", expiresAt=expires_at, standing=None)

    def find(self, execution: str) -> Recorded | None:
        """What is known of an execution; None where nothing is."""
        item = item_at(self._courses, execution=execution)
        return recorded_of(item) if item else None

    def open(self) -> Iterator[tuple[str, datetime, int | None]]:
        """What runs, and what ended and is not counted yet: since when, and how often it was redriven where it rests.

        None where it does not rest, or something of it is missing. The index has no events.
        """
        for standing in (*RUNNING, INCOMPLETE):
            for item in self._standing(standing):
                redrives = int(item["redrives"]) if item.get("isSettled") else None
                yield str(item["execution"]), from_text(item["changedAt"]), redrives

    def stopped(self) -> Iterator[str]:
        """The executions that failed, were counted, and were not found to have let their limitation go."""
        return (str(item["execution"]) for item in self._standing(STOPPED))

    def release(self, execution: str) -> None:
        """Note that an execution that failed does not hold its limitation any more; a redrive makes it stand again."""
        values = {":stopped": STOPPED}
        update_if(self._courses, {"execution": execution}, "REMOVE standing", "standing = :stopped", values)

    def _standing(self, standing: str) -> Iterator[Mapping[str, Any]]:
        return items_found(
            self._courses.query,
            IndexName=BY_STANDING,
            KeyConditionExpression=Key("standing").eq(standing),
        )


def where_of(recorded: Recorded) -> dict[str, Any]:
    """The attributes that say where an execution stands; None for those that it has not (any more)."""
    course, end, firsts = recorded.course, recorded.course.end, recorded.firsts
    # One of which a part is known that is not counted yet may have been redriven, without a word of it.
    is_known = course.redrives in course.countable and course.has_ended
    is_counted = is_known and course.redrives in recorded.counted
    # Before all of it is known, the state in which it failed may be another.
    reach, problem = reach_now(recorded), problem_in(course) if is_counted else None
    newly = {each for each in stages_now(recorded) if firsts.get(each)} - stages_counted(course, recorded.counted)
    accepted, by_technician = recorded.technician_for
    standing: str | None = INCOMPLETE if course.has_ended else RUNNING[crc32(course.execution.encode()) % len(RUNNING)]
    if is_counted:
        standing = None if end.status == "SUCCEEDED" else STOPPED
    is_listed, ended_at = is_counted and not end.did_nothing, course.ended_at
    return {
        "known": course.known,
        "status": end.status,
        "state": course.state or "",
        "ways": ways_of(course.visits) or None,
        "promises": [str(each) for each in recorded.promises] or None,
        "since": course.since,
        "startedAt": course.started_at,
        "redrives": course.redrives,
        "isSettled": course.rests and not course.missing,
        "stage": reach.stage.value,
        "newly": {each.value for each in newly} or None,
        "origin": course.origin or None,
        "paidAt": recorded.paid_at,
        "firsts": dict(firsts) or None,
        "accepted": accepted or None,
        "kind": kind_of(course, by_technician=by_technician).value,
        "stoodStill": stood_still(course.visits) // timedelta(milliseconds=1),
        "certainAt": reach.certain_at,
        "granted": recorded.grant and list(recorded.grant),
        "endedAt": ended_at,
        "endedDay": day_key(moment_of(ended_at)) if is_listed and ended_at else None,
        "waitsFor": course.waits_for.value if course.waits_for else None,
        "outcome": outcome_of(course),
        "error": problem.error if problem else end.error or None,
        "signature": problem.id if problem else None,
        "standing": standing,
        "expiresAt": ended_at and int(ended_at / 1000 + KEPT.total_seconds()),
    }


def _text(event: Event) -> str:
    return f"{event.kind.value}|{event.at}|{int(event.waits)}|{event.name}"


def _event(number: int, text: str) -> Event:
    kind, at, waits, name = text.split("|", 3)
    return Event(number, Kind(kind), int(at), name, waits == "1")


def recorded_of(item: Mapping[str, Any]) -> Recorded:
    """What an item of the table says, its attributes as plain values."""
    events = [_event(int(name[1:]), told) for name, told in item.items() if name[:1] == "e" and name[1:].isdecimal()]
    events += [Event(int(each), Kind.OTHER, 0) for each in item.get("otherIds", ())]
    ends = [record_of(End, told) for name, told in item.items() if name[:3] == "end" and name[3:].isdecimal()]
    counted = frozenset(int(each) for each in item.get("counted", ()))
    at, is_full = item.get("granted", (0, True))
    technician_for = int(item.get("accepted", 0)), item.get("kind") == CaseKind.TECHNICIAN
    course = Course.of(item["execution"], events, ends, item.get("origin", ""))
    paid_at = int(item["paidAt"]) if "paidAt" in item else None
    grant = (int(at), is_full) if at else None
    known = course, from_text(item["changedAt"]), counted, grant, item.get("firsts", {}), technician_for
    return Recorded(*known, paid_at=paid_at)
