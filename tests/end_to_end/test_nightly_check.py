"""The nightly check of all open limitations: what no event brought is found, and nobody is disturbed for nothing."""

from typing import Any

from local.partners.billing import FaultKind
from local.partners.enedis import Operation
from local.stage import Customer
from tests.end_to_end.world import NIGHTLY, World

NOTICE = "SocialServicesNoticeDue"

OWN_CLOUD = {"NightlyCheckPageSize": "2", "NightlyCheckPauseSeconds": "1"}
"""A cloud whose register is checked two limitations at a time."""


def check_register(world: World) -> dict[str, Any]:
    """Let a night pass: the check, and all that it started or woke."""
    check = world.pass_night()
    assert check.status == "SUCCEEDED", check.cause
    return dict(check.output)


def test_where_nothing_has_come_nothing_is_claimed_and_nobody_hears_of_the_check(world: World) -> None:
    customer = world.limited_customer()
    before, noise = claim_of(world, customer), heard(world, customer)
    kept = len(world.decisions(customer))
    check_register(world)
    assert world.outcomes(customer) == [], "no execution was started"
    assert len(world.decisions(customer)) == kept
    assert claim_of(world, customer) == before
    assert heard(world, customer) == noise


def heard(world: World, customer: Customer) -> tuple[object, ...]:
    """What anybody outside heard about a customer: events, messages, reads at Enedis.

    The notice to the social services is due whatever the check finds: the customers have been limited for months.
    """
    world.wait_for_messages()
    events = [each for each in world.published(customer) if each != NOTICE]
    return events, world.told(customer), reads(world, customer)


def claim_of(world: World, customer: Customer) -> dict[str, Any]:
    """The limitation's item without the notice that is kept there."""
    return {name: value for name, value in world.limitation(customer).items() if name != "toldSince"}


def reads(world: World, customer: Customer) -> int:
    return len(world.enedis.network.journal.calls(Operation.READ, customer.point_id))


def test_more_limitations_than_a_page_holds_are_all_looked_at_each_of_them_once(world: World) -> None:
    customers = [world.limited_customer() for _ in range(5)]
    for customer in customers:
        world.pay(customer, told=False)
    checked = check_register(world)
    assert checked["found"] >= checked["started"] >= len(customers)
    for customer in customers:
        world.wait_for_outcomes(customer, "RESTORED")
    assert world.cloud.executions(NIGHTLY)[-1].path.count("CheckPage") >= 3


def test_customer_for_whom_billing_has_an_error_stops_nobody_and_is_looked_at_again(world: World) -> None:
    troubled, others = world.limited_customer(), [world.limited_customer() for _ in range(3)]
    for customer in (troubled, *others):
        world.pay(customer, told=False)
    world.billing.inject(FaultKind.UNAVAILABLE, times=2, subject=troubled.contract_id)
    checked = check_register(world)
    assert checked["failed"] == []
    for customer in (troubled, *others):
        world.wait_for_outcomes(customer, "RESTORED")
    assert world.cloud.executions(NIGHTLY)[-1].path.count("WaitForBilling") == 2
