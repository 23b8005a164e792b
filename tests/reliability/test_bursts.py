"""Bursts under AWS's throttling, scaled: nothing fails and nothing is put aside, whatever comes at once.

A dunning batch, the replay of its archive, and a night on which most limitations are held. In an account they are
10,000 in ten minutes; here they are forty at once. The buckets are a hundredth of eu-west-3's, and refill at a
twentieth of their rates: a call that is made for each limitation meets an empty one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from embedded_cloud.backends.throttling import Throttling
from local.customers import entry, fields_of
from local.stage import Customer, Entry, deployed_stage
from tests.end_to_end.world import World

AT_ONCE = 40
MOST = 30
QUEUES = ("PaymentsDeadLetters", "LimitationsDeadLetters", "ResumptionsDeadLetters", "OrdersDeadLetters")


@pytest.fixture(scope="module")
def throttling() -> Throttling:
    return Throttling.of_region("eu-west-3", size=0.01, refill=0.05)


@pytest.fixture(scope="module")
def world(throttling: Throttling) -> Iterator[World]:
    parameters = {"SwitchCacheSeconds": "5", "NightlyCheckPauseSeconds": "1"}
    with deployed_stage(parameters=parameters, throttling=throttling) as stage:
        yield World(stage)


@dataclass(frozen=True)
class Batch:
    """Limitations that dunning asked for at once; each was registered and checked, and its customer owes."""

    customers: list[Customer]
    events: list[Entry]
    switch_reads: int


@pytest.fixture(scope="module")
def batch(world: World, throttling: Throttling) -> Batch:
    customers = [world.new_customer() for _ in range(AT_ONCE)]
    at = datetime(2026, 5, 1, 8, tzinfo=UTC)
    events = [entry("PowerLimited", fields_of("PowerLimited", (each,), at, "")) for each in customers]
    before = throttling.calls["GetParameters"]
    world.stage.put(events)
    for customer in customers:
        world.wait(lambda: world.limitation(customer).get("triggerCount"), "the registration")  # noqa: B023 - run at once
    return Batch(customers, events, throttling.calls["GetParameters"] - before)


def assert_nothing_failed(world: World) -> None:
    assert [each.name for each in world.cloud.executions() if each.status not in {"RUNNING", "SUCCEEDED"}] == []
    assert [queue for queue in QUEUES if world.dead_letters(queue)] == []


def test_dunning_batch_is_registered_and_checked(world: World, batch: Batch) -> None:
    assert batch.switch_reads < AT_ONCE / 2, "the switch is remembered"
    assert_nothing_failed(world)


def test_replay_asks_step_functions_about_no_execution_that_the_register_knows(
    world: World, throttling: Throttling, batch: Batch
) -> None:
    before, outcomes = throttling.calls["DescribeExecution"], [world.outcomes(each) for each in batch.customers]
    world.put_entries(batch.events)
    world.cloud.wait_idle(waiting=True)
    assert [world.outcomes(each) for each in batch.customers] == outcomes
    assert throttling.calls["DescribeExecution"] == before
    assert_nothing_failed(world)


def test_night_on_which_most_limitations_are_held_asks_once_for_all(
    world: World, throttling: Throttling, batch: Batch
) -> None:
    held = batch.customers[:MOST]
    for customer in held:
        world.pay(customer, means="CHEQUE", status="RECEIVED")
    for customer in held:
        world.wait_until_it_waits(customer, "WaitForBank")
    before = throttling.calls["DescribeExecution"]
    check = world.pass_night()
    assert (check.status, check.output["found"], check.output["started"]) == ("SUCCEEDED", AT_ONCE, 0)
    assert throttling.calls["DescribeExecution"] == before
    assert_nothing_failed(world)
