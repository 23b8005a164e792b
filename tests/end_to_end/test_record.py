"""The record of executions equals their histories, whatever of log and status events came twice, late or not at all."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import boto3
import pytest

from local.cloud import Execution
from local.stage import Customer
from restoration.adapters.dynamodb.counted_facts import CountedFacts
from restoration.adapters.dynamodb.courses import CourseTable
from restoration.adapters.dynamodb.decision_log import unpacked
from restoration.adapters.dynamodb.record_table import RecordTable
from restoration.adapters.dynamodb.slice_items import HOUR
from restoration.adapters.s3.execution_archive import ExecutionLines
from restoration.clock import utc_now
from restoration.contracts.machine_events import course_of_history
from restoration.domain.counting import outcome_of, tally_of
from restoration.domain.course import Course
from restoration.domain.course_event import NOTHING_TO_DO
from restoration.domain.record import NO_FACTS, OpenCase, Stage
from restoration.domain.service_level import CaseKind, Targets, ended
from restoration.domain.tally import Tally, sum_of
from restoration.domain.waiting import Party
from tests.end_to_end.world import World, running_world


class Record:
    """What was recorded, beside what the histories say."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def table(self) -> CourseTable:
        return CourseTable(self._dynamodb, self._world.cloud.physical_id("CoursesTable"), utc_now)

    @cached_property
    def read(self) -> RecordTable:
        """The record as screens read it."""
        cloud = self._world.cloud
        return RecordTable(
            cloud.client("dynamodb"), cloud.physical_id("CoursesTable"), cloud.physical_id("CountersTable")
        )

    @cached_property
    def facts(self) -> CountedFacts:
        cloud = self._world.cloud
        decisions, orders, limitations = (
            cloud.physical_id(f"{name}Table") for name in ("Decisions", "Orders", "Limitations")
        )
        return CountedFacts(self._dynamodb, decisions, orders, limitations, pytest.fail)

    @cached_property
    def _dynamodb(self) -> Any:
        cloud = self._world.cloud
        return boto3.resource(
            "dynamodb",
            endpoint_url=cloud.endpoint_url,
            region_name=cloud.region,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

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

    def counted(self) -> dict[str, Tally]:
        """What the slices of the last hours have, by outcome."""
        until = utc_now() + HOUR
        found: dict[str, list[Tally]] = {}
        for each in self.read.slices(until - 6 * HOUR, until):
            found.setdefault(each.outcome, []).append(each.tally)
        return {outcome: sum_of(tallies) for outcome, tallies in found.items()}

    def recount(self, executions: Sequence[Execution]) -> dict[str, Tally]:
        """What the histories of executions, the decisions and the orders count, by outcome."""
        found: dict[str, list[Tally]] = {}
        for course in map(self.history, executions):
            for redrives in course.countable:
                facts = NO_FACTS if course.ends[redrives].did_nothing else self.facts.of(course, redrives)
                found.setdefault(outcome_of(course, redrives), []).append(tally_of(course, redrives, facts))
        return {outcome: sum_of(tallies) for outcome, tallies in found.items()}

    def decisions(self) -> list[Mapping[str, Any]]:
        """The records of all decisions."""
        table = self._dynamodb.Table(self._world.cloud.physical_id("DecisionsTable"))
        pages = table.meta.client.get_paginator("scan").paginate(TableName=table.name)
        return [item for page in pages for item in page["Items"] if "grounds" in item]

    def reconcile(self) -> Any:
        return self._world.cloud.invoke("ReconcileExecutionsFunction", {})


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A cloud for this file alone: all executions are counted here."""
    with running_world() as running:
        yield running


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


def test_slices_equal_a_recount_from_the_histories_and_our_tables(world: World, record: Record) -> None:
    wait_until_recorded(world, record, all_executions(world))
    world.wait(lambda: same_numbers(record, all_executions(world)), "slices that equal the recount")
    counted, told = record.counted(), record.recount(all_executions(world))
    # Of what found nothing to do only the status event is counted, whose moments are its own.
    for outcome in told.keys() - NOTHING_TO_DO:
        assert counted[outcome] == told[outcome]
    restored = told["RESTORED"].counts
    assert {"ended", "restored", "state#ReadPoint", "transitions", "wait#enedis", "enedis#REMOTE"} <= set(restored)
    assert {"decision#coverage", "decision#action", "rule#action", "rule#certaintyRule"} <= set(restored)
    assert restored["ended"].sums == {"concerned": 1, "certain": 1, "ordered": 1, "restored": 1}


def same_numbers(record: Record, executions: Sequence[Execution]) -> bool:
    return numbers(record.counted()) == numbers(record.recount(executions))


def numbers(tallies: Mapping[str, Tally]) -> dict[tuple[str, str], int]:
    return {(outcome, key): each.number for outcome, tally in tallies.items() for key, each in tally.counts.items()}


def test_rules_of_slices_equal_a_recount_from_the_table_of_decisions(world: World, record: Record) -> None:
    running = {each.arn.rpartition(":")[2] for each in all_executions(world) if each.is_running}
    kept = Counter(
        (decision, f"{item['version']}#{rule}")
        for item in record.decisions()
        if asker_of(item) not in {*running, "notify_customer"}
        for decision, rule in rules_of(item)
    )
    counted: Counter[tuple[str, str]] = Counter()
    for tally in record.counted().values():
        for key, count in tally.counts.items():
            if key.startswith("rule#"):
                counted.update({(key.removeprefix("rule#"), name): number for name, number in count.sums.items()})
    assert counted
    assert counted == kept


def asker_of(item: Mapping[str, Any]) -> str:
    return str(item["askedBy"]).partition("/")[0]


def rules_of(item: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The matched rules in the record of a decision, each with its table."""
    return {(each["decision"], each["rule"]) for each in json.loads(unpacked(bytes(item["grounds"])))}


def test_cases_that_are_open_and_that_ended_are_those_of_the_histories(world: World, record: Record) -> None:
    executions = all_executions(world)
    wait_until_recorded(world, record, executions)
    world.wait(lambda: same_numbers(record, executions), "slices that equal the recount")
    progress = {each.arn: record.history(each).progress() for each in executions}
    running = {arn for arn, its in progress.items() if its.status == "RUNNING"}
    open_cases = {each.execution: each for each in record.read.open_cases()}
    assert set(open_cases) == running
    assert {(arn, each.state, each.since) for arn, each in open_cases.items()} == {
        (arn, progress[arn].state, progress[arn].since_moment) for arn in running
    }
    until = utc_now() + HOUR
    ended = {each.execution: each for each in record.read.ended_cases(until - 6 * HOUR, until)}
    assert set(ended) == {
        arn for arn, its in progress.items() if its.status != "RUNNING" and its.outcome not in NOTHING_TO_DO
    }
    for arn, each in ended.items():
        its = progress[arn]
        assert (each.outcome, each.state, each.redrives) == (its.outcome or its.status, its.state, its.redrives)
    restored = next(each for each in ended.values() if each.outcome == "RESTORED")
    assert restored.codes == frozenset({"SGT200"})
    assert restored.means
    assert restored.rules


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
    completeness = record.read.completeness()
    assert completeness is not None
    assert completeness.unreconciled == 0
    assert record.read.versions() != []


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
    world.wait(
        lambda: failed.arn not in {each.execution for each in record.read.open_cases()}, "the case to be open no more"
    )


def test_failed_case_stands_until_another_execution_has_taken_its_limitation_over(world: World, record: Record) -> None:
    customer = world.limited_customer()
    with world.failing("ReadPointFunction", customer, "InvalidConfiguration"):
        world.pay(customer)
        world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED")
    failed = next(each for each in world.executions(customer) if each.status == "FAILED")

    def standing() -> OpenCase | None:
        return next(
            (each for each in record.read.open_cases() if each.signature and each.execution == failed.arn), None
        )

    case = world.wait(standing, "the failed case among the open ones")
    assert case is not None
    assert (case.status, case.state, case.stage, case.waits_for) == ("FAILED", "ReadPoint", Stage.CERTAIN, Party.US)
    assert case.has_paid_and_waits
    assert record.read.signatures()[case.signature].error == "InvalidConfiguration"
    record.reconcile()
    assert standing() is not None
    world.pay(customer)
    world.wait_for_outcome(customer, "RESTORED")
    record.reconcile()
    assert standing() is None


def test_execution_counts_for_the_revision_on_which_it_began(world: World, record: Record) -> None:
    states, machine = world.cloud.client("stepfunctions"), world.cloud.arn("RestorationStateMachine")
    record.reconcile()
    assert len(record.read.versions()) == 1
    definition = states.describe_state_machine(stateMachineArn=machine)["definition"]
    states.update_state_machine(stateMachineArn=machine, definition=definition)
    world.limited_customer()  # its registration is an execution
    world.wait(lambda: record.reconcile() and len(record.read.versions()) > 1, "a second revision of the machine")
    customer = world.limited_customer()
    world.pay(customer)
    execution = world.wait_for_outcome(customer, "RESTORED")
    wait_until_recorded(world, record, [execution])
    until = utc_now() + HOUR

    def version() -> str | None:
        ended = record.read.ended_cases(until - 2 * HOUR, until)
        return next((each.version for each in ended if each.execution == execution.arn), None)

    assert datetime.fromisoformat(world.wait(version, "the counted execution") or "") == record.read.versions()[1]


def test_hour_that_is_over_is_archived_and_packed(world: World, record: Record) -> None:
    executions = world.cloud.arn("RestorationStateMachine").replace(":stateMachine:", ":execution:")
    hour = utc_now().replace(minute=0, second=0, microsecond=0) - 3 * HOUR
    ended = int(hour.timestamp() * 1000) + 60_000
    detail = {
        "executionArn": f"{executions}:LIM-9-x",
        "status": "SUCCEEDED",
        "startDate": ended - 500,
        "stopDate": ended,
        "output": json.dumps({"outcome": "JOINED"}),
    }
    world.cloud.invoke("RecordExecutionFunction", {"detail": detail})
    [before] = record.read.slices(hour, hour + HOUR)
    assert record.reconcile()["archived"] == 1
    assert record.reconcile()["archived"] == 0
    assert record.read.slices(hour, hour + HOUR) == [before]
    lines = ExecutionLines(world.cloud.client("s3"), world.cloud.physical_id("RecordBucket")).read(hour)
    assert [(each["outcome"], each["tookms"]) for each in lines] == [("JOINED", 500)]


def recorded_counts(record: Record, execution: Execution) -> set[int]:
    found = record.table.find(execution.arn)
    return set(found.counted) if found else set()


def test_each_end_is_measured_once_through_repeats_losses_and_a_redrive(world: World, record: Record) -> None:
    """All that was played here: what was measured equals a recount of the histories, by kind and in time."""
    executions = all_executions(world)
    world.wait(lambda: measured(world) == in_time(record, executions), "measurements that equal the recount")
    expected = in_time(record, executions)
    assert expected["RemoteEnded"] >= 3
    assert expected["EarlyEnded"] > expected["EarlyInTime"] > 0, "a failure is late, and a balance is not"


def measured(world: World) -> dict[str, int]:
    counters = {f"{kind}{name}" for kind in CaseKind for name in ("Ended", "InTime")}
    return {name: int(value) for (_, name), value in world.cloud.metrics.items() if name in counters and value}


def in_time(record: Record, executions: Sequence[Execution]) -> dict[str, int]:
    """What the histories of executions count, with the template's targets."""
    targets = Targets(early=timedelta(minutes=30), remote=timedelta(hours=24), technician_days=5)
    counts: Counter[str] = Counter()
    for course in map(record.history, executions):
        for redrives in course.countable:
            if found := ended(course, redrives, targets):
                counts.update({f"{found.kind}Ended": 1, f"{found.kind}InTime": int(found.in_time)})
    return {name: number for name, number in counts.items() if number}
