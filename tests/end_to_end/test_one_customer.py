"""One customer at a time: what a payment, or another reason for power, leads to."""

from datetime import date, timedelta
from functools import partial

from local.partners.enedis import Ending
from local.stage import Customer
from restoration.clock import utc_now
from restoration.domain.point import SupplyState, Visit
from tests.end_to_end.world import World


def test_customer_learns_when_the_technician_comes_and_of_every_change_of_it(world: World) -> None:
    customer = world.limited_customer(remotely_operable=False, endings=[Ending.NEVER])
    first, second = (utc_now().date() + timedelta(days=days) for days in (3, 5))
    world.pay(customer)
    world.wait(lambda: world.orders(customer), "the technician's order")
    for day in (first, second, first):
        times = visits_told(world, customer).count(day.isoformat())
        world.enedis.network.plan_visit(customer.point_id, Visit(day, "08:00-12:00"))
        world.wait(partial(is_told_more_often, world, customer, day, times), f"the visit on {day} told")
    world.enedis.network.change_point(customer.point_id, supply_state=SupplyState.SUPPLIED, limited_power_kva=None)
    world.wait_for_outcomes(customer, "RESTORED")
    told = visits_told(world, customer)
    assert (told.count(first.isoformat()), told.count(second.isoformat())) == (2, 1)


def test_customer_whose_contract_ends_next_month_pays_and_gets_power_back(world: World) -> None:
    customer = world.limited_customer()
    end = (utc_now() + timedelta(days=30)).isoformat()
    world.put("ContractEnded", contractId=customer.contract_id, at=end)
    world.cloud.wait_idle()
    world.pay(customer)
    world.wait_for_outcomes(customer, "RESTORED")


def visits_told(world: World, customer: Customer) -> list[str]:
    """The days in the customer's messages."""
    return [each.split("#")[3] for each in world.told(customer) if each.startswith("TECHNICIAN_VISIT")]


def is_told_more_often(world: World, customer: Customer, day: date, times: int) -> bool:
    return visits_told(world, customer).count(day.isoformat()) > times
