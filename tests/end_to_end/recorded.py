"""What was recorded of executions, beside what their histories say; and the trouble that the record gets over."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

from embedded_cloud import Execution
from embedded_cloud.errors import WaitTimeoutError
from record.adapters.dynamodb.courses import CourseTable
from record.adapters.dynamodb.record_table import RecordTable
from record.contracts.machine_events import course_of_history
from record.domain.course import Course
from record.domain.course_event import NOTHING_TO_DO
from restoration.clock import from_text, utc_now
from tests.end_to_end.histories import Told
from tests.end_to_end.world import World


class Record:
    """What was recorded, beside what the histories say."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def table(self) -> CourseTable:
        return CourseTable(self._world.dynamodb, self._world.cloud.physical_id("CoursesTable"), utc_now)

    @cached_property
    def read(self) -> RecordTable:
        """The record as screens read it."""
        cloud = self._world.cloud
        return RecordTable(
            cloud.client("dynamodb"), cloud.physical_id("CoursesTable"), cloud.physical_id("CountersTable")
        )

    def history(self, execution: Execution) -> Course:
        """Recount an execution from GetExecutionHistory."""
        pages = self._world.cloud.client("stepfunctions").get_paginator("get_execution_history")
        events = [event for page in pages.paginate(executionArn=execution.arn) for event in page["events"]]
        return course_of_history(execution.arn, events)

    def equals_history(self, execution: Execution) -> bool:
        """Whether all of an execution is recorded, as its history has it."""
        recorded, told = self.table.find(execution.arn), self.history(execution)
        return recorded is not None and _all_of(recorded.course) == _all_of(told)

    def reconcile(self) -> Any:
        return self._world.cloud.invoke("ReconcileExecutionsFunction", {})


def _all_of(course: Course) -> object:
    """All that is known; the moments of an end are those of its event, not those that its status tells."""
    return course.events, course.others, replace(course.end, started_at=0, ended_at=0)


def all_executions(world: World) -> list[Execution]:
    return [each for each in world.cloud.executions() if each.state_machine.endswith("-restoration")]


@contextmanager
def troubled(world: World) -> Iterator[Counter[str]]:
    """Lose 5 % of the lines of the machine's log, repeat 20 %, reorder all, and lose half of the status events.

    Counts what was lost: ``lines`` and ``statuses``.
    """
    chance, lost = random.Random(12), Counter[str]()  # noqa: S311 - which lines are lost is no secret

    def lose_lines(lines: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        kept = [line for line in lines if chance.random() >= 0.05]
        lost["lines"] += len(lines) - len(kept)
        again = [line for line in kept if chance.random() < 0.2]
        return chance.sample([*kept, *again], len(kept) + len(again))

    def lose_status(payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        if "executionArn" in json.loads(payload).get("detail", ()) and chance.random() < 0.5:
            lost["statuses"] += 1
            return b"null"
        return go_on()

    recorder = world.cloud.functions.named("RecordExecutionFunction")
    with recorder.wrappers.also(lose_status), world.cloud.machine_logs.tamperers.also(lose_lines):
        yield lost
        world.cloud.machine_logs.flush()


def wait_until_healed(world: World, record: Record, executions: Sequence[Execution]) -> None:
    """Reconcile until all of some executions is recorded, but of those that found nothing to do: their end suffices."""
    wanting = [each for each in executions if (each.output or {}).get("outcome") not in NOTHING_TO_DO]

    def healed() -> bool:
        wanting[:] = [each for each in wanting if not record.equals_history(each)]
        if wanting:
            record.reconcile()
        return not wanting

    try:
        world.wait(healed, "executions that lost lines")
    except WaitTimeoutError as error:
        raise AssertionError(f"{error}\n  not healed: {', '.join(each.arn for each in wanting)}") from error


def recorded_counts(record: Record, execution: str) -> set[int]:
    """After which redrives an execution was counted."""
    found = record.table.find(execution)
    return set(found.counted) if found else set()


def asked_by(executions: Iterable[Told], world: World) -> Iterator[Mapping[str, Any]]:
    """The records of decisions that executions asked for before one of their ends."""
    by_name = {told.arn.rpartition(":")[2]: told for told in executions}
    for item in world.stage.items("DecisionsTable", "decidedAt"):
        asker = by_name.get(str(item.get("askedBy", "")).partition("/")[0])
        if asker and "grounds" in item:
            decided = from_text(str(item["decidedAt"]).partition("#")[0])
            yield from [item] * any(decided <= end.at for end in asker.ends)
