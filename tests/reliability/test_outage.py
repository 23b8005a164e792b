"""Enedis down for a while, with the breaker at work: nothing fails, few calls are made, everybody gets power once."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.stage import Customer
from tests.end_to_end.operations import Operations
from tests.end_to_end.world import World, running_world

BREAKER = {"Enedis.breakerFailures": "3", "Enedis.breakerRecoverySeconds": "1", "Enedis.readTimeoutSeconds": "1"}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running_world(BREAKER, pace=0.02, workers=3) as running:
        yield running


def paid(world: World, number: int) -> list[Customer]:
    """Customers who have paid and whose limitation comes to be known now."""
    customers = [world.new_customer() for _ in range(number)]
    for customer in customers:
        world.pay(customer, told=False)
        world.limit(customer)
    return customers


def ended(world: World, customers: list[Customer]) -> bool:
    return all(outcome != "RUNNING" for customer in customers for outcome in world.outcomes(customer) or ["RUNNING"])


def cut_off(world: World, number: int) -> tuple[list[Customer], int]:
    """Customers whose orders meet an outage that begins now; and how many calls were made before it."""
    place_order = world.cloud.pollers_of("OrdersQueue")[0]
    place_order.enabled = False
    customers = paid(world, number)
    for customer in customers:
        world.wait_in_state(customer, "OrderAtEnedis")
    before = len(world.enedis.network.journal.calls())
    world.enedis.network.begin_outage()
    place_order.enabled = True
    return customers, before


def breaker_item(world: World, name: str) -> dict[str, Any]:
    return dict(world.table("EnedisAccessTable").get_item(Key={"name": name}).get("Item", {}))


def test_outage_in_the_middle_fails_nothing_and_one_probe_ends_it(world: World) -> None:
    ordering, before = cut_off(world, 5)
    reading, journal = paid(world, 5), world.enedis.network.journal
    world.wait(lambda: breaker_item(world, "outage").get("beganAt"), "the breaker's opening")
    struck = len(journal.calls()) - before
    world.wait(lambda: len(journal.calls()) - before >= struck + 3, "three probes that fail")
    measured = world.cloud.invoke("MeasureEnedisFunction", {})
    assert measured["unreachableSince"] == breaker_item(world, "outage")["beganAt"]
    assert measured["daysUntilCertificateExpiry"] > 1
    shown = Operations(world.stage).run("outage", "--json").content
    assert shown["beganAt"] == measured["unreachableSince"]
    assert shown["breaker"] in {"open", "half_open"}
    assert shown["states"]["OrderAtEnedis"] == len(ordering)
    assert shown["calls"] >= 2 * len(ordering), "each still needs its order and a read"
    assert all(world.outcomes(customer) == ["RUNNING"] for customer in ordering + reading)

    world.enedis.network.clear_faults()
    world.wait(lambda: ended(world, ordering + reading), "everybody's end")
    assert [world.outcomes(customer) for customer in ordering + reading] == [["RESTORED"]] * 10
    assert [len(world.orders(customer)) for customer in ordering + reading] == [1] * 10
    assert breaker_item(world, "enedis")["state"] == "CLOSED"
    assert breaker_item(world, "outage") == {}
    assert world.cloud.invoke("MeasureEnedisFunction", {})["unreachableSince"] is None
    assert world.dead_letters("OrdersDeadLetters") == []


def test_outage_that_only_orders_met_is_ended_by_an_order(world: World) -> None:
    (customers, _), journal = cut_off(world, 3), world.enedis.network.journal
    world.wait(lambda: breaker_item(world, "outage").get("beganAt"), "the breaker's opening")
    struck = len(journal.calls())
    # By then no worker takes the breaker for closed any more: an order alone can be the probe that closes it.
    world.wait(lambda: len(journal.calls()) >= struck + 3, "three probes that fail")
    world.enedis.network.clear_faults()
    world.wait(lambda: ended(world, customers), "everybody's end")
    assert [world.outcomes(customer) for customer in customers] == [["RESTORED"]] * 3
    assert breaker_item(world, "outage") == {}
