"""The record of executions equals their histories, whatever of log and status events came twice, late or not at all."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from local.cloud import Execution
from local.stage.customers import Customer
from restoration.adapters.dynamodb.decision_log import unpacked
from restoration.adapters.dynamodb.slice_items import HOUR
from restoration.clock import utc_now
from restoration.domain.course import Progress
from restoration.domain.course_event import NOTHING_TO_DO
from restoration.domain.service_level import CaseKind, Targets, ended
from restoration.domain.waiting import Party
from tests.end_to_end.recorded import (
    Record,
    all_executions,
    play,
    recorded_counts,
    same_numbers,
    troubled,
    wait_until_healed,
    wait_until_recorded,
)
from tests.end_to_end.world import World

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: all executions are counted here."""


type Played = tuple[Sequence[Customer], Customer]
"""The customers of a play, and the one among them who waits for an advisor."""


@pytest.fixture(scope="module")
def played(world: World) -> Played:
    return play(world)


@pytest.fixture(scope="module")
def played_in_trouble(world: World, record: Record) -> Played:
    """Played while lines and status events came twice, late or not at all; then healed."""
    with troubled(world) as lost:
        customers, disputes = play(world)
        world.wait_until_it_waits(disputes, "WaitForAdvisor")
    assert lost["lines"] > 0
    wait_until_healed(world, record, executions_of(world, customers))
    return customers, disputes


@pytest.fixture(scope="module")
def redriven(world: World, record: Record) -> tuple[Execution, Progress]:
    """An execution that failed, was redriven and restored; and where it was when it had failed."""
    customer = world.limited_customer()
    with world.failing("ReadPointFunction", customer, "InvalidConfiguration"):
        world.pay(customer)
        world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED")
    failed = next(each for each in world.executions(customer) if each.status == "FAILED")
    wait_until_recorded(world, record, [failed])
    found = record.table.find(failed.arn)
    assert found is not None
    world.cloud.redrive_execution(failed.arn)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    return failed, found.course.progress()


def executions_of(world: World, customers: Sequence[Customer]) -> list[Execution]:
    return [each for customer in customers for each in world.executions(customer)]


def test_log_and_status_events_alone_make_each_item_equal_to_a_recount_from_the_history(
    world: World, record: Record, played: Played
) -> None:
    customers, disputes = played
    executions = executions_of(world, customers)
    wait_until_recorded(world, record, executions)
    waiting = next(each for each in world.executions(disputes) if each.is_running)
    found = record.table.find(waiting.arn)
    assert found is not None
    assert (found.course.progress().state, found.course.progress().waits_for) == ("WaitForAdvisor", Party.ADVISOR)
    assert waiting.arn in {each.execution for each in record.table.open() if each.runs}


@pytest.mark.usefixtures("played", "redriven")
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
    # A redriven execution had passed the first two steps when it failed, and was counted there.
    number, redriven = restored["ended"].number, sum(each.redrives for each in all_executions(world))
    assert restored["ended"].sums == {
        "concerned": number - redriven,
        "certain": number - redriven,
        "ordered": number,
        "restored": number,
    }


@pytest.mark.usefixtures("played")
def test_rules_of_slices_equal_a_recount_from_the_table_of_decisions(world: World, record: Record) -> None:
    world.wait(lambda: same_numbers(record, all_executions(world)), "slices that equal the recount")
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


def test_cases_that_are_open_and_that_ended_are_those_of_the_histories(
    world: World, record: Record, played: Played
) -> None:
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
    customers, _ = played
    of_played = {each.arn for each in executions_of(world, customers)}
    [restored] = [each for arn, each in ended.items() if arn in of_played and each.outcome == "RESTORED"]
    assert restored.codes == frozenset({"SGT200"})
    assert restored.means
    assert restored.rules


@pytest.mark.usefixtures("played_in_trouble")
def test_duplicates_disorder_and_lost_lines_are_healed_by_the_reconciler(world: World, record: Record) -> None:
    world.wait(lambda: same_numbers(record, all_executions(world)), "counters that equal the recount")
    completeness = record.read.completeness()
    assert completeness is not None
    assert completeness.unreconciled == 0
    assert record.read.versions() != []


def test_failed_execution_is_counted_again_once_it_was_redriven(
    world: World, record: Record, redriven: tuple[Execution, Progress]
) -> None:
    execution, as_failed = redriven
    assert (as_failed.state, as_failed.error) == ("ReadPoint", "InvalidConfiguration")
    wait_until_recorded(world, record, [execution])
    world.wait(lambda: recorded_counts(record, execution.arn) == {0, 1}, "both counts of a redriven execution")
    world.wait(
        lambda: execution.arn not in {each.execution for each in record.read.open_cases()},
        "the case to be open no more",
    )


@pytest.mark.usefixtures("played", "played_in_trouble", "redriven")
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
