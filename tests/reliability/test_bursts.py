"""Bursts under AWS's throttling, scaled: nothing fails and nothing is put aside, whatever comes at once.

A dunning batch, the replay of its archive, and a night on which most limitations are held. In an account they are
10,000 in ten minutes; here they are forty at once. The buckets are a hundredth of eu-west-3's, and refill at a
twentieth of their rates: a call that is made for each limitation meets an empty one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from embedded_cloud.backends.throttling import Throttling
from local.customers import entry, fields_of
from local.stage import deployed_stage
from tests.end_to_end.world import World

AT_ONCE = 40
MOST = 30
QUEUES = ("PaymentsDeadLetters", "LimitationsDeadLetters", "ResumptionsDeadLetters", "OrdersDeadLetters")


@pytest.fixture
def throttling() -> Throttling:
    return Throttling.of_region("eu-west-3", size=0.01, refill=0.05)


@pytest.fixture
def world(throttling: Throttling) -> Iterator[World]:
    parameters = {"SwitchCacheSeconds": "5", "NightlyCheckPauseSeconds": "1"}
    with deployed_stage(parameters=parameters, throttling=throttling) as stage:
        yield World(stage)


def assert_nothing_failed(world: World) -> None:
    assert [each.name for each in world.cloud.executions() if each.status not in {"RUNNING", "SUCCEEDED"}] == []
    assert [queue for queue in QUEUES if world.dead_letters(queue)] == []


def test_dunning_batch_its_replay_and_a_night_with_most_limitations_held(world: World, throttling: Throttling) -> None:
    customers = [world.new_customer() for _ in range(AT_ONCE)]
    at = datetime(2026, 5, 1, 8, tzinfo=UTC)
    events = [entry("PowerLimited", fields_of("PowerLimited", (each,), at, "")) for each in customers]
    before = throttling.calls["GetParameters"]
    world.stage.put(events)
    for customer in customers:
        world.wait(lambda: world.limitation(customer).get("triggerCount"), "the registration")  # noqa: B023 - run at once
    assert throttling.calls["GetParameters"] - before < AT_ONCE / 2, "the switch is remembered"
    assert_nothing_failed(world)

    asked, outcomes = throttling.calls["DescribeExecution"], [world.outcomes(each) for each in customers]
    world.put_entries(events)
    world.cloud.wait_idle(waiting=True)
    assert [world.outcomes(each) for each in customers] == outcomes
    assert throttling.calls["DescribeExecution"] == asked, "the register knows them all"
    assert_nothing_failed(world)

    held = customers[:MOST]
    for customer in held:
        world.pay(customer, means="CHEQUE", status="RECEIVED")
    for customer in held:
        world.wait_until_it_waits(customer, "WaitForBank")
    asked = throttling.calls["DescribeExecution"]
    check = world.pass_night()
    assert (check.status, check.output["found"], check.output["started"]) == ("SUCCEEDED", AT_ONCE, 0)
    assert throttling.calls["DescribeExecution"] == asked
    assert_nothing_failed(world)
