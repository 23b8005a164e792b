"""Urgent orders are first after an outage, by turns, and everybody's order is placed once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import batched

import pytest

from local.customers import entry, fields_of
from local.stage import Customer, Entry
from tests.end_to_end.world import World, running_world

EACH = 20
"""The last of so many customers is cut off."""
PATIENCE = 1200
SETTINGS = {
    "UrgentFirst": "true",
    # So few that any machine uses all turns: an order that is put back for two seconds misses as many everywhere.
    "EnedisCallsPerSecond": "10",
    # A read that finds no turn in time comes back minutes later.
    "Enedis.readLongestWaitSeconds": "120",
    "Enedis.breakerFailures": "3",
    "Enedis.breakerRecoverySeconds": "1",
    "Enedis.readTimeoutSeconds": "1",
    # Nobody reads: all turns are for orders.
    "FollowFirstWaitSeconds": "14400",
}


@pytest.fixture
def world() -> Iterator[World]:
    with running_world(SETTINGS, pace=3600, workers=3) as running:
        yield running


def cut_or_limited(customer: Customer, *, is_cut: bool) -> Entry:
    fields = fields_of("PowerLimited", (customer,), datetime(2026, 5, 1, 8, tzinfo=UTC), "")
    return entry("PowerLimited", fields | {"limitedPowerKva": 0 if is_cut else 1})


@pytest.mark.proof
@pytest.mark.timeout(2 * PATIENCE)
@pytest.mark.parametrize("waiting", [100, 400], ids=["part", "whole"])
def test_urgent_orders_are_placed_first_after_an_outage_and_every_order_once(world: World, waiting: int) -> None:
    customers = [world.new_customer() for _ in range(waiting)]
    urgent = set(customers[EACH - 1 :: EACH])
    for customer in customers:
        world.pay(customer, told=False)
    world.stage.pause_orders()
    world.stage.put([cut_or_limited(each, is_cut=each in urgent) for each in customers])
    world.cloud.wait_idle(timeout=PATIENCE)
    for each in batched(customers, 40, strict=False):
        world.stage.sweep(*(customer.limitation_id for customer in each))
    world.cloud.wait_idle(waiting=True, timeout=PATIENCE)
    queued = {name: len(world.cloud.queued(name)) for name in ("UrgentOrdersQueue", "OrdersQueue")}
    assert queued == {"UrgentOrdersQueue": len(urgent), "OrdersQueue": waiting - len(urgent)}

    network = world.enedis.network
    network.begin_outage()
    world.stage.pause_orders(paused=False)
    world.wait(lambda: world.table("EnedisAccessTable").get_item(Key={"name": "outage"}).get("Item"), "the outage")
    network.clear_faults()
    world.wait(lambda: len(network.journal.orders()) >= waiting, "all orders at Enedis", PATIENCE)

    placed = [order.point_id for order in network.journal.orders()]
    assert sorted(placed) == sorted(each.point_id for each in customers), "one order for each"
    turns = sorted(placed.index(each.point_id) + 1 for each in urgent)
    assert turns[-1] <= waiting / 3, f"urgent orders had turns {turns}"
    assert world.dead_letters("OrdersDeadLetters") == []
    classes = {each: world.decisions(each).count("priority") for each in customers[: 2 * EACH]}
    assert set(classes.values()) == {1}
