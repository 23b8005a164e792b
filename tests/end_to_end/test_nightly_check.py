"""The nightly check of all open limitations: what no event brought is found, and nobody is disturbed for nothing."""

from local.partners.billing import FaultKind
from local.partners.enedis import Operation
from local.stage import Customer
from tests.end_to_end.world import World

OWN_CLOUD = {"NightlyCheckPageSize": "2", "NightlyCheckPauseSeconds": "1"}
"""A cloud whose register is checked two limitations at a time."""


def test_night_finds_each_lost_payment_once_waits_for_billing_and_disturbs_nobody_else(world: World) -> None:
    quiet, troubled, *others = (world.limited_customer() for _ in range(6))
    for customer in (troubled, *others):
        world.pay(customer, told=False)
    world.billing.inject(FaultKind.UNAVAILABLE, times=2, subject=troubled.contract_id)
    before = known_of(world, quiet)
    night = world.pass_night()
    assert night.status == "SUCCEEDED", night.cause
    assert (night.output["started"], night.output["failed"]) == (1 + len(others), [])
    assert (night.path.count("WaitForBilling"), night.path.count("CheckPage") >= 3) == (2, True), "pages of two"
    for customer in (troubled, *others):
        world.wait_for_outcomes(customer, "RESTORED")
    assert known_of(world, quiet) == before
    assert world.outcomes(quiet) == [], "no execution was started"


def known_of(world: World, customer: Customer) -> tuple[object, ...]:
    """What is known of a customer here, and what anybody outside heard: events, messages, reads at Enedis.

    The notice to the social services is due whatever the check finds: the customers have been limited for months.
    """
    world.wait_for_messages()
    events = [each for each in world.published(customer) if each != "SocialServicesNoticeDue"]
    claim = {name: value for name, value in world.limitation(customer).items() if name != "toldSince"}
    reads = world.enedis.network.journal.calls(Operation.READ, customer.point_id)
    return claim, events, world.told(customer), len(reads), len(world.decisions(customer))
