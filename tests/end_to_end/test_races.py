"""What may cross, be lost, or die on the way: each ends with one order and power back, or says why not."""

from collections.abc import Callable
from dataclasses import replace

from local.partners.billing import FaultKind
from local.partners.enedis import Operation
from local.stage import Customer
from tests.end_to_end.world import World

OWN_CLOUD = {"NightlyCheckPageSize": "2", "NightlyCheckPauseSeconds": "1"}
"""Its register is checked two limitations at a time."""


def test_decision_that_meets_a_transaction_of_its_limitation_is_taken_at_once(world: World) -> None:
    """Its event is not handled a second time, after minutes."""
    customer = world.disputing_customer()
    handled: list[bytes] = []

    def note(payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        handled.append(payload)
        return go_on()

    met = world.cloud.dispatcher.transactions.met
    with world.cloud.functions.named("ResumeRestorationFunction").wrappers.also(note):
        with world.cloud.item_in_transaction("LimitationsTable", {"limitationId": customer.limitation_id}):
            before = met["UpdateItem"]
            world.advise(customer, "RESTORE")
            world.wait(lambda: met["UpdateItem"] >= before + 2, "a write that is made again")
        world.wait_for_outcomes(customer, "RESTORED")
    assert sum(customer.limitation_id.encode() in payload for payload in handled) == 1


def test_second_limitation_of_a_point_is_closed_once_power_is_back_for_the_first_and_nobody_is_asked_to_pay(
    world: World,
) -> None:
    first = world.limited_customer()
    second = replace(first, limitation_id=world.new_customer().limitation_id)
    world.register(second, at="2026-05-02T08:00:00Z")
    [place_order] = world.cloud.pollers_of("OrdersQueue")
    place_order.enabled = False
    world.pay(first)
    world.wait_for_outcome(second, "BALANCE_DUE")
    place_order.enabled = True
    world.wait_for_outcome(first, "RESTORED")
    world.wait_for_outcomes(second, "BALANCE_DUE", "ALREADY_RESTORED")
    assert world.limitation(second)["status"] == "CLOSED"
    assert len(world.orders(first)) == 1
    published = world.published(second)
    assert (published[-1], published.count("BalanceDue")) == ("DunningHoldReleased", 1)
    assert "PowerRestored" not in published


def test_hundred_payments_on_one_limitation_pass_every_limit(world: World) -> None:
    customer = world.limited_customer(debt=100.0)
    for number in range(99):
        world.pay(customer, amount=1.0, told=False, means="CHEQUE" if number % 2 else "CARD", status="CLEARED")
    world.pay(customer, amount=1.0)
    world.wait_for_outcomes(customer, "RESTORED")


# ── What no event brought is found at night, and nobody is disturbed for nothing ──


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
