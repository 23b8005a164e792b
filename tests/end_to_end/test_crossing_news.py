"""What comes while an order is under way, or is known late: it is looked at, and nothing is ordered or told twice."""

import pytest

from local.partners.enedis import Ending
from local.stage import Customer
from restoration.domain.point import SupplyState
from tests.end_to_end.world import WINTER, World

FLOOR = {"limited_power_kva": 3}

OWN_CLOUD = {"Billing.lagSeconds": "86400"}
"""A cloud in which billing may take any time to show a payment."""

POWER_IS_ON = {"supply_state": SupplyState.SUPPLIED, "limited_power_kva": None}


def references(world: World, customer: Customer) -> list[str]:
    return [str(order.reference).removeprefix(f"{customer.limitation_id}/") for order in world.orders(customer)]


def floor_under_way(world: World) -> Customer:
    """A customer whose floor was ordered in winter; Enedis does nothing about it by itself."""
    customer = world.new_customer(on=WINTER, endings=[Ending.NEVER])
    world.limit(customer)
    world.wait_until_followed(customer)
    return customer


def test_floor_order_of_a_dead_execution_does_not_block_a_later_full_payment(world: World) -> None:
    customer = floor_under_way(world)
    world.cloud.stop_execution(world.executions(customer)[-1].arn, "Operator", "stopped by hand")
    world.pay(customer)
    world.wait_until_followed(customer)
    world.enedis.network.change_point(customer.point_id, **FLOOR)
    world.wait_for_outcomes(customer, "ABORTED", "RESTORED")
    assert references(world, customer) == ["F/1", "R/2"]


def test_payment_that_billing_shows_a_little_later_than_it_tells_restores(world: World) -> None:
    customer = world.limited_customer()
    entry = world.payment(customer)
    world.put_entries([entry])
    checking = world.wait_in_state(customer, "CheckPayment")
    world.wait_about(
        customer,
        lambda: "PaymentNotShown" in {failure.error for failure in checking.failures},
        "billing asked in vain",
    )
    world.billing.record(entry)
    world.wait_for_outcomes(customer, "RESTORED")
    assert "BalanceDue" not in world.published(customer)


@pytest.mark.parametrize("payments", [100])
def test_many_payments_on_one_limitation_pass_every_limit(world: World, payments: int) -> None:
    customer = world.limited_customer(debt=float(payments))
    for number in range(payments - 1):
        world.pay(customer, amount=1.0, told=False, means="CHEQUE" if number % 2 else "CARD", status="CLEARED")
    world.pay(customer, amount=1.0)
    world.wait_for_outcomes(customer, "RESTORED")
