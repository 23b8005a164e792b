"""Each record of each queue comes twice, the newest first, and indexes are late: one order, and each message once."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from local.partners.enedis import Ending
from local.partners.enedis.flows import zipped_flow
from local.stage import Customer
from restoration.domain.point import SupplyState
from tests.end_to_end.flow_files import drop_and_wait, next_moment, row
from tests.end_to_end.recorded import Record, all_executions, wait_until_healed
from tests.end_to_end.world import World


@pytest.fixture(scope="module")
def world(world: World) -> Iterator[World]:
    with world.cloud.careless_queues(), world.cloud.late_indexes():
        yield world


def pays_what_comes_back(world: World, customer: Customer) -> None:
    payment_id = world.pay(customer)
    world.wait_for_outcome(customer, "RESTORED")
    world.pay(customer, paymentId=payment_id, status="REJECTED")
    world.wait(lambda: "RestoredPaymentReversed" in world.published(customer), "news of the payment that came back")


def pays_twice_for_the_whole(world: World, customer: Customer) -> None:
    for amount in (70.0, 50.0):
        world.pay(customer, amount=amount)


def pays_by_cheque(world: World, customer: Customer) -> None:
    payment_id = world.pay(customer, means="CHEQUE", status="RECEIVED")
    world.wait_until_it_waits(customer, "WaitForBank")
    contracts = [customer.contract_id]
    world.put("PaymentCleared", paymentId=payment_id, contractIds=contracts, at="2026-05-04T10:00:00Z")


def disputes(world: World, customer: Customer) -> None:
    world.dispute(customer)
    world.advise(customer, "RESTORE")


def is_shown_by_a_flow(world: World, customer: Customer) -> None:
    """Enedis brought power back by itself, and only its daily flow says so."""
    world.pay(customer)
    world.wait_until_followed(customer)
    world.enedis.network.change_point(customer.point_id, supply_state=SupplyState.SUPPLIED, limited_power_kva=None)
    flow = zipped_flow([row(customer, SupplyState.SUPPLIED, "RET00001", event="RET")], next_moment(), flow="C15")
    drop_and_wait(world, flow, f"c15/{customer.limitation_id}.zip")


WAYS: Mapping[Callable[[World, Customer], object], Mapping[str, Any]] = {
    World.pay: {},
    pays_what_comes_back: {},
    pays_twice_for_the_whole: {},
    pays_by_cheque: {},
    disputes: {},
    is_shown_by_a_flow: {"endings": [Ending.NEVER]},
}
"""What brings power back, and the settings of the customer's point."""
QUEUES = ("payments", "limitations", "resumptions", "enedis-orders", "notifications", "enedis-flows")


def test_every_way_to_power_ends_in_one_order_and_each_message_once(world: World, record: Record) -> None:
    customers = []
    for begin, point in WAYS.items():
        customer = world.limited_customer(**point)
        begin(world, customer)
        customers.append(customer)
    for customer in customers:
        world.wait_for_outcome(customer, "RESTORED")
    world.wait_for_messages()
    for customer in customers:
        assert len(world.orders(customer)) == 1
        assert world.outcomes(customer).count("RESTORED") == 1
        assert any("POWER_RESTORED" in each for each in world.told(customer))
    left = Counter((sent.to, sent.context["message"]) for sent in world.cloud.carriers.text_messages)
    left += Counter((sent.to, sent.tags["message"]) for sent in world.cloud.carriers.emails)
    assert set(left.values()) == {1}
    repeated = {name.removeprefix("restoration-"): len(it.repeated) for name, it in world.cloud.queues.careless.items()}
    assert not [name for name in QUEUES if not repeated[name]]
    wait_until_healed(world, record, all_executions(world))
    world.cloud.rights.record.raise_first()
