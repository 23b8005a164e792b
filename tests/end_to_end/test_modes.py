"""The switch: off claims nothing, shadow decides and orders nothing, a rollout percentage is in between."""

from collections.abc import Iterator

import pytest

from local.stage import Customer
from tests.end_to_end.world import World


@pytest.fixture
def switched(world: World, request: pytest.FixtureRequest) -> Iterator[World]:
    """The world with the switch turned as the test asks; turned on again when the test has ended."""
    mode, percent = request.param
    world.turn_switch(mode, percent)
    yield world
    world.turn_switch("on")


def registered(world: World, outcome: str) -> Customer:
    customer = world.new_customer()
    world.limit(customer)
    world.wait_for_outcomes(customer, outcome)
    return customer


@pytest.mark.parametrize("switched", [("off", 100)], indirect=True)
def test_switched_off_nothing_is_claimed(switched: World) -> None:
    customer = registered(switched, "OFF")
    switched.pay(customer)
    switched.wait_for_outcomes(customer, "OFF", "OFF")
    assert "holder" not in switched.limitation(customer)
    assert "generation" not in switched.limitation(customer)
    assert switched.published(customer) == []


@pytest.mark.parametrize("switched", [("shadow", 100), ("on", 0)], indirect=True)
def test_in_shadow_decisions_are_kept_and_nothing_leaves_the_house(switched: World) -> None:
    customer = registered(switched, "SHADOW")
    switched.pay(customer)
    switched.wait_for_outcomes(customer, "SHADOW", "SHADOW")
    assert [item.output["reason"] for item in switched.executions(customer)] == [
        "BALANCE_DUE:DEBT_NOT_COVERED",
        "RESTORE:REMOTE",
    ]
    assert switched.decisions(customer)[-1] == "action"
    assert switched.orders(customer) == []
    assert switched.published(customer) == []
    assert "holder" not in switched.limitation(customer)
