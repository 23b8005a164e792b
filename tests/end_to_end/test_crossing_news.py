"""What comes while an order is under way, or is known late: it is looked at, and nothing is ordered or told twice."""

import pytest

from embedded_cloud import Execution
from local.partners.enedis import Ending, Fault, FaultKind, Operation
from local.partners.enedis.requests import OrderRequest
from local.stage import Customer
from local.stage.following import is_followed
from restoration.adapters.enedis.soap.codes import InterventionType, Realisation, Sheet
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


def test_refused_floor_order_does_not_block_a_later_full_payment(world: World) -> None:
    customer = world.new_customer(on=WINTER)
    world.enedis.network.inject(
        Fault(FaultKind.RESULT_CODE, operation=Operation.ORDER, point_id=customer.point_id, code="SGT999", label="?")
    )
    world.limit(customer)
    world.wait_until_it_waits(customer, "WaitForAdvisor")
    world.pay(customer)
    world.wait_for_outcomes(customer, "RESTORED")
    assert references(world, customer) == ["R/2"]


def test_somebody_else_s_restoration_that_runs_while_a_floor_is_wanted_is_followed_to_the_floor(world: World) -> None:
    customer = world.new_customer(on=WINTER, endings=[Ending.NEVER])
    world.enedis.network.receive(
        OrderRequest(
            customer.point_id,
            customer.contract_id,
            reference=None,
            sheet=Sheet.UNPAID_BILL,
            kind=InterventionType.RESTORATION,
            mode=Realisation.REMOTE,
        )
    )
    world.limit(customer)
    world.wait_until_followed(customer)
    world.enedis.network.change_point(customer.point_id, **FLOOR)
    world.wait_for_outcomes(customer, "FLOOR_RAISED")
    assert [order.reference for order in world.orders(customer)] == [None], "nothing but the other's order"


def test_order_whose_payment_bounces_is_finished_and_the_debt_stays_due(world: World) -> None:
    customer = world.limited_customer(endings=[Ending.NEVER])
    payment_id = world.pay(customer)
    reject(world, customer, payment_id)
    world.enedis.network.change_point(customer.point_id, **POWER_IS_ON)
    world.wait_for_outcomes(customer, "RESTORED")
    assert world.executions(customer)[-1].output["reason"] == "ORDER_FINISHED"
    assert references(world, customer) == ["R/1"]
    assert "DunningStopRequested" not in world.published(customer)


def test_order_whose_payment_bounced_is_not_tried_again_when_enedis_did_not_carry_it_out(world: World) -> None:
    """Billing reports the bounce as a new status of the payment, not as the bank's result."""
    customer = world.limited_customer(endings=[Ending.NEVER])
    payment_id = world.pay(customer)
    holder = world.wait_until_followed(customer)
    world.pay(customer, paymentId=payment_id, status="REJECTED")
    wait_until_followed_again(world, customer, holder)
    assert "PaymentReversedWhileOrdered" in world.published(customer), "the order is at Enedis: the advisors hear"
    world.enedis.network.change_ending(customer.point_id, Ending.NOT_DONE)
    world.wait_for_outcomes(customer, "BALANCE_DUE")
    assert references(world, customer) == ["R/1"]
    assert "openOrder" not in world.limitation(customer)


def reject(world: World, customer: Customer, payment_id: str) -> None:
    """Let the bank give a payment back once its order is followed, and wait until the execution has looked at that."""
    holder = world.wait_until_followed(customer)
    world.put(
        "PaymentRejected",
        paymentId=payment_id,
        contractIds=[customer.contract_id],
        at="2026-05-04T10:00:00Z",
        reason="impayé",
    )
    wait_until_followed_again(world, customer, holder)


def wait_until_followed_again(world: World, customer: Customer, holder: Execution) -> None:
    """Wait until an execution that follows an order has looked at the news, and follows it again."""

    def is_followed_again() -> bool:
        return holder.path.count("OrderAtEnedis") >= 2 and holder.rests and is_followed(holder)

    world.wait_about(customer, is_followed_again, "the order followed again")


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
