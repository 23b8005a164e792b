"""One customer at a time: what a payment, or another reason for power, leads to."""

from datetime import date, timedelta
from functools import partial

import pytest

from local.partners.billing import FaultKind
from local.partners.enedis import Ending, PendingLimitation
from local.stage import Customer
from restoration.clock import utc_now
from restoration.domain.point import SupplyState, Visit
from tests.end_to_end.world import WINTER, World


def test_payment_restores_power_once_and_settles_everything(world: World) -> None:
    customer = world.limited_customer()
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert [str(order.reference) for order in world.orders(customer)] == [f"{customer.limitation_id}/R/1"]
    assert world.enedis.network.view(customer.point_id).supply_state is SupplyState.SUPPLIED
    limitation = world.limitation(customer)
    assert limitation["status"] == "CLOSED"
    assert "holder" not in limitation
    assert world.published(customer)[-5:] == [
        "DunningHoldRequested",
        "LimitationBeingLifted",
        "RestorationOrdered",
        "DunningStopRequested",
        "PowerRestored",
    ]


def test_payment_of_a_customer_who_is_not_limited_starts_nothing(world: World) -> None:
    customer = world.new_customer()
    world.pay(customer)
    world.cloud.wait_idle()
    assert world.executions(customer) == []


def test_payment_that_comes_before_its_limitation_restores_power(world: World) -> None:
    customer = world.new_customer()
    world.pay(customer)
    world.cloud.wait_idle()
    world.limit(customer)
    world.wait_for_outcomes(customer, "RESTORED")


def test_limitation_not_yet_carried_out_is_cancelled(world: World) -> None:
    customer = world.new_customer(
        supply_state=SupplyState.SUPPLIED, limited_power_kva=None, pending_limitation=PendingLimitation("L0000001")
    )
    world.limit(customer, "PowerLimitationRequested")
    world.wait_for_outcomes(customer, "BALANCE_DUE")
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "LIMITATION_CANCELLED")


def test_point_that_is_supplied_already_needs_no_order(world: World) -> None:
    customer = world.limited_customer(supply_state=SupplyState.SUPPLIED, limited_power_kva=None)
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "ALREADY_RESTORED")
    assert world.orders(customer) == []


def test_point_that_is_not_remotely_operable_gets_a_technician(world: World) -> None:
    customer = world.limited_customer(remotely_operable=False)
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert [str(order.reference) for order in world.orders(customer)] == [f"{customer.limitation_id}/T/1"]


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
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    told = visits_told(world, customer)
    assert (told.count(first.isoformat()), told.count(second.isoformat())) == (2, 1)


def visits_told(world: World, customer: Customer) -> list[str]:
    """The days in the customer's messages."""
    return [each.split("#")[3] for each in world.told(customer) if each.startswith("TECHNICIAN_VISIT")]


def is_told_more_often(world: World, customer: Customer, day: date, times: int) -> bool:
    return visits_told(world, customer).count(day.isoformat()) > times


def test_remote_orders_that_fail_twice_are_followed_by_a_technician(world: World) -> None:
    customer = world.limited_customer(endings=[Ending.NOT_DONE, Ending.NOT_DONE])
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert [str(order.reference) for order in world.orders(customer)] == [
        f"{customer.limitation_id}/R/1",
        f"{customer.limitation_id}/R/2",
        f"{customer.limitation_id}/T/3",
    ]


def test_part_payment_leaves_a_balance_and_lets_dunning_go_on(world: World) -> None:
    customer = world.limited_customer()
    world.pay(customer, amount=50.0)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "BALANCE_DUE")
    assert world.executions(customer)[-1].output["balance"] == "70"
    assert world.published(customer)[-2:] == ["DunningHoldReleased", "BalanceDue"]
    assert world.orders(customer) == []


def test_winter_raises_the_floor_and_a_later_payment_restores_in_full(world: World) -> None:
    customer = world.new_customer(on=WINTER)
    world.limit(customer, at="2026-11-30T08:00:00Z")
    world.wait_for_outcomes(customer, "FLOOR_RAISED")
    assert world.limitation(customer)["limitedPowerKva"] == "3"
    world.pay(customer)
    world.wait_for_outcomes(customer, "FLOOR_RAISED", "RESTORED")


def test_point_that_is_cut_although_a_floor_is_due_gets_full_power_and_is_called_restored(world: World) -> None:
    """No floor can be ordered from a cut. "Raised to 3 kVA" would be false, and so would a register that says so."""
    customer = world.new_customer(on=WINTER, supply_state=SupplyState.CUT, limited_power_kva=None)
    world.limit(customer, at="2026-11-30T08:00:00Z")
    world.wait_for_outcomes(customer, "RESTORED")
    assert world.executions(customer)[-1].output["reason"] == "ORDER_FINISHED"
    assert world.limitation(customer)["status"] == "CLOSED"
    assert world.published(customer)[-2:] == ["DunningHoldReleased", "PowerRestored"]


def test_limitation_not_yet_carried_out_in_winter_is_cancelled_and_no_floor_is_announced(world: World) -> None:
    customer = world.new_customer(
        on=WINTER,
        supply_state=SupplyState.SUPPLIED,
        limited_power_kva=None,
        pending_limitation=PendingLimitation("L0000009"),
    )
    world.limit(customer, "PowerLimitationRequested", at="2026-11-30T08:00:00Z")
    world.wait_for_outcomes(customer, "LIMITATION_CANCELLED")
    assert "PowerFloorRaised" not in world.published(customer)


def test_agreed_plan_restores_when_its_first_instalment_is_certain(world: World) -> None:
    customer = world.limited_customer()
    world.pay(customer, amount=40.0)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "BALANCE_DUE")
    world.put(
        "PaymentPlanAgreed",
        planId=f"PLAN-{customer.limitation_id}",
        contractId=customer.contract_id,
        at="2026-05-04T10:00:00Z",
        firstInstalment=40.0,
    )
    world.wait_for_outcomes(customer, "BALANCE_DUE", "BALANCE_DUE", "RESTORED")


def test_one_payment_for_two_limited_points_restores_both(world: World) -> None:
    first, second = world.limited_customer(), world.limited_customer()
    world.pay(first, second)
    world.wait_for_outcomes(first, "BALANCE_DUE", "RESTORED")
    world.wait_for_outcomes(second, "BALANCE_DUE", "RESTORED")
    assert len(world.orders(first)) == len(world.orders(second)) == 1


def test_ended_contract_gets_no_order(world: World) -> None:
    customer = world.limited_customer()
    world.put("ContractEnded", contractId=customer.contract_id, pointId=customer.point_id, at="2026-05-03T10:00:00Z")
    world.wait(lambda: world.limitation(customer)["status"] == "ENDED", "the contract's end in the register")
    world.pay(customer)
    world.cloud.wait_idle()
    assert world.orders(customer) == []


def test_contract_that_ended_at_billing_closes_the_limitation_without_an_order(world: World) -> None:
    customer = world.limited_customer()
    world.billing.update_contract(customer.contract_id, status="ENDED")
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "CONTRACT_ENDED")
    assert world.limitation(customer)["status"] == "ENDED"
    assert world.orders(customer) == []
    world.pay(customer)
    world.cloud.wait_idle()
    assert world.outcomes(customer) == ["BALANCE_DUE", "CONTRACT_ENDED"], "taken off its contract's list"


def test_message_that_cannot_be_sent_holds_no_power_back(world: World) -> None:
    customer = world.limited_customer(remotely_operable=False, endings=[Ending.NEVER])
    world.billing.inject(FaultKind.NOT_FOUND, times=20, subject=customer.customer_id)
    world.pay(customer)

    def reported() -> list[str]:
        failed = [event["detail"] for event in world.heard("MessageFailed")]
        return [detail["kind"] for detail in failed if detail["limitationId"] == customer.limitation_id]

    world.wait(lambda: len(reported()) >= 2, "the visit that could not be told")
    world.enedis.network.change_point(customer.point_id, supply_state=SupplyState.SUPPLIED, limited_power_kva=None)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    world.wait(lambda: len(reported()) == 3, "the end that could not be told")
    assert reported() == ["ORDER_PLACED", "TECHNICIAN_VISIT", "POWER_RESTORED"]


@pytest.mark.parametrize(("decision", "outcome"), [("RESTORE", "RESTORED"), ("REFUSE", "REFUSED")])
def test_advisor_decides_what_the_rules_cannot(world: World, decision: str, outcome: str) -> None:
    customer = world.new_customer()
    world.limit(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE")
    world.dispute(customer)
    world.advise(customer, decision)
    world.wait_for_outcomes(customer, "BALANCE_DUE", outcome)
