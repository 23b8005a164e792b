"""The record of executions equals their histories, whatever of log and status events came twice, late or not at all."""

import json
import random
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import boto3
import pytest

from local.cloud import Execution
from local.stage import Customer
from restoration.adapters.dynamodb.courses import CourseTable
from restoration.clock import utc_now
from restoration.contracts.machine_events import course_of_history
from restoration.domain.course import Course
from restoration.domain.course_event import NOTHING_TO_DO
from restoration.domain.tally import Tally, hour_of, sum_of, tally_of
from restoration.domain.waiting import Party
from tests.end_to_end.world import World


class Record:
    """What was recorded, beside what the histories say."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def table(self) -> CourseTable:
        cloud = self._world.cloud
        dynamodb = boto3.resource(
            "dynamodb",
            endpoint_url=cloud.endpoint_url,
            region_name=cloud.region,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        return CourseTable(dynamodb, cloud.physical_id("CoursesTable"), cloud.physical_id("CountersTable"), utc_now)

    def history(self, execution: Execution) -> Course:
        """Recount an execution from GetExecutionHistory."""
        pages = self._world.cloud.client("stepfunctions").get_paginator("get_execution_history")
        events = [event for page in pages.paginate(executionArn=execution.arn) for event in page["events"]]
        return course_of_history(execution.arn, events)

    def equals_history(self, execution: Execution) -> bool:
        """Whether all of an execution is recorded, as its history has it."""
        recorded, told = self.table.find(execution.arn), self.history(execution)
        return recorded is not None and (
            recorded.course.events,
            recorded.course.others,
            recorded.course.progress(),
        ) == (
            told.events,
            told.others,
            told.progress(),
        )

    def counted(self, executions: Sequence[Execution]) -> Tally:
        """What all hours have in which one of the executions ended."""
        courses = [self.history(each) for each in executions]
        hours = {hour_of(course, redrives) for course in courses for redrives in course.ends}
        return sum_of(map(self.table.tally, hours))

    def recount(self, executions: Sequence[Execution]) -> Tally:
        """What the histories of executions count."""
        courses = [self.history(each) for each in executions]
        return sum_of(tally_of(course, redrives) for course in courses for redrives in course.countable)

    def reconcile(self) -> Any:
        return self._world.cloud.invoke("ReconcileExecutionsFunction", {})


OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: all executions are counted here."""


@pytest.fixture(scope="module")
def record(world: World) -> Record:
    return Record(world)


def all_executions(world: World) -> list[Execution]:
    return [each for each in world.cloud.executions() if each.state_machine.endswith("-restoration")]


def play(world: World) -> tuple[list[Customer], Customer]:
    """Let one customer be restored, one wait for an advisor, and one pay too little; returns all, and who waits."""
    restored, disputes, poor = (world.limited_customer() for _ in range(3))
    world.pay(restored)
    world.dispute(disputes)
    world.pay(poor, amount=1.0)
    world.wait_for_outcomes(restored, "BALANCE_DUE", "RESTORED")
    world.wait_for_outcomes(poor, "BALANCE_DUE", "BALANCE_DUE")
    return [restored, disputes, poor], disputes


def wait_until_recorded(world: World, record: Record, executions: Sequence[Execution]) -> None:
    world.wait(lambda: all(map(record.equals_history, executions)), f"the record of {len(executions)} executions")


def test_log_and_status_events_alone_make_each_item_equal_to_a_recount_from_the_history(
    world: World, record: Record
) -> None:
    customers, disputes = play(world)
    executions = [each for customer in customers for each in world.executions(customer)]
    wait_until_recorded(world, record, executions)
    waiting = next(each for each in world.executions(disputes) if each.is_running)
    found = record.table.find(waiting.arn)
    assert found is not None
    assert (found.course.progress().state, found.course.progress().waits_for) == ("WaitForAdvisor", Party.ADVISOR)
    assert waiting.arn in {each.execution for each in record.table.open() if each.runs}


def test_counters_equal_a_recount_from_the_histories(world: World, record: Record) -> None:
    wait_until_recorded(world, record, all_executions(world))
    world.wait(lambda: same_numbers(record, all_executions(world)), "counters that equal the recount")
    counted, told = record.counted(all_executions(world)), record.recount(all_executions(world))
    # Of what found nothing to do only the status event is counted, whose moments are its own.
    whole = set(told.counts) - {f"outcome#{outcome}" for outcome in NOTHING_TO_DO}
    assert {"outcome#RESTORED", "state#ReadPoint", "transitions", "wait#enedis"} <= whole
    assert {key: counted.counts[key] for key in whole} == {key: told.counts[key] for key in whole}


def same_numbers(record: Record, executions: Sequence[Execution]) -> bool:
    counted, told = record.counted(executions), record.recount(executions)
    return {key: each.number for key, each in counted.counts.items()} == {
        key: each.number for key, each in told.counts.items()
    }


def test_duplicates_disorder_and_lost_lines_are_healed_by_the_reconciler(world: World, record: Record) -> None:
    chance = random.Random(12)  # noqa: S311 - which lines are lost is no secret

    dropped = 0

    def trouble(lines: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        nonlocal dropped
        kept = [line for line in lines if chance.random() >= 0.05]
        dropped += len(lines) - len(kept)
        again = [line for line in kept if chance.random() < 0.2]
        return chance.sample([*kept, *again], len(kept) + len(again))

    def lose_status(payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        """Lose each second status event."""
        is_status = "detail" in json.loads(payload)
        return b"null" if is_status and chance.random() < 0.5 else go_on()

    recorder = world.cloud.functions.named("RecordExecutionFunction")
    with recorder.wrapped(lose_status), world.cloud.machine_logs.tampering(trouble):
        customers, disputes = play(world)
        world.wait_until_it_waits(disputes, "WaitForAdvisor")
    executions = [each for customer in customers for each in world.executions(customer)]
    assert dropped > 0
    lost = [each for each in executions if not record.equals_history(each)]

    def healed() -> bool:
        if all(map(record.equals_history, executions)):
            return True
        record.reconcile()
        return False

    world.wait(healed, f"{len(lost)} executions that lost lines")
    world.wait(lambda: same_numbers(record, all_executions(world)), "counters that equal the recount")
    complete_to = record.table.complete_to()
    assert complete_to is not None
    assert complete_to[1] == 0


def test_failed_execution_is_counted_again_once_it_was_redriven(world: World, record: Record) -> None:
    customer = world.limited_customer()
    with world.failing("ReadPointFunction", customer, "InvalidConfiguration"):
        world.pay(customer)
        world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED")
    failed = next(each for each in world.executions(customer) if each.status == "FAILED")
    wait_until_recorded(world, record, [failed])
    found = record.table.find(failed.arn)
    assert found is not None
    assert (found.course.progress().state, found.course.progress().error) == ("ReadPoint", "InvalidConfiguration")
    world.cloud.redrive_execution(failed.arn)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    wait_until_recorded(world, record, [failed])
    world.wait(lambda: recorded_counts(record, failed) == {0, 1}, "both counts of a redriven execution")


def recorded_counts(record: Record, execution: Execution) -> set[int]:
    found = record.table.find(execution.arn)
    return set(found.counted) if found else set()
