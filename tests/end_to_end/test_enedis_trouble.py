"""Enedis slow, down, lossy or unwilling: one restoration all the same, or an advisor who knows why."""

import pytest

from local.partners.enedis import Ending, Fault, FaultKind, Operation
from local.stage import Customer
from tests.end_to_end.world import World


def faults(world: World, customer: Customer, *kinds: FaultKind, operation: Operation, times: int = 1) -> None:
    for kind in kinds:
        world.enedis.network.inject(Fault(kind, operation=operation, point_id=customer.point_id, count=times))


def test_read_that_finds_enedis_unavailable_twice_is_retried_by_the_state_machine(world: World) -> None:
    customer = world.limited_customer()
    faults(world, customer, FaultKind.HTTP_503, operation=Operation.READ, times=2)
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    restored = world.executions(customer)[-1]
    failures = [event["taskFailedEventDetails"] for event in restored.history if event["type"] == "TaskFailed"]
    # On a slow machine a turn of the quota may be missed, too: another error, retried alike.
    assert [failure["error"] for failure in failures].count("EnedisUnavailable") == 2
    assert restored.path.count("ReadPoint") == 1, "retried within the state"


def test_order_that_finds_enedis_unavailable_waits_in_the_queue_and_fails_nothing(world: World) -> None:
    customer = world.limited_customer()
    faults(world, customer, FaultKind.HTTP_503, operation=Operation.ORDER, times=2)
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert len(world.orders(customer)) == 1


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_AFTER, FaultKind.CLOSED_AFTER, FaultKind.TRUNCATED])
def test_accepted_order_whose_answer_was_lost_is_adopted_and_not_doubled(world: World, kind: FaultKind) -> None:
    customer = world.limited_customer()
    faults(world, customer, kind, operation=Operation.ORDER)
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert len(world.orders(customer)) == 1


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_BEFORE, FaultKind.HTML_PAGE, FaultKind.EMPTY])
def test_order_that_never_arrived_is_sent_again_after_two_reads(world: World, kind: FaultKind) -> None:
    customer = world.limited_customer()
    faults(world, customer, kind, operation=Operation.ORDER)
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert [str(order.reference) for order in world.orders(customer)] == [f"{customer.limitation_id}/R/1"]


def test_point_with_a_running_request_is_followed(world: World) -> None:
    customer = world.limited_customer()
    world.enedis.network.inject(
        Fault(FaultKind.RESULT_CODE, operation=Operation.ORDER, point_id=customer.point_id, code="SGT4B8", label="x")
    )
    world.pay(customer)
    following = world.wait_until_followed(customer)
    assert "DecideRefusal" in following.path
    world.enedis.network.change_point(customer.point_id, supply_state="ALIM", limited_power_kva=None)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert world.orders(customer) == []


def test_generic_refusal_is_tried_once_more_under_a_new_name(world: World) -> None:
    customer = world.limited_customer()
    world.enedis.network.inject(
        Fault(FaultKind.RESULT_CODE, operation=Operation.ORDER, point_id=customer.point_id, code="SGT400", label="x")
    )
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert [str(order.reference) for order in world.orders(customer)] == [f"{customer.limitation_id}/R/2"]


def test_unknown_refusal_goes_to_an_advisor_with_the_code(world: World) -> None:
    customer = world.limited_customer()
    world.enedis.network.inject(
        Fault(FaultKind.RESULT_CODE, operation=Operation.ORDER, point_id=customer.point_id, code="SGT999", label="?")
    )
    world.pay(customer)
    world.wait_until_it_waits(customer, "WaitForAdvisor")
    assert "AdvisorDecisionRequested" in world.published(customer)
    world.advise(customer, "SEND_TECHNICIAN")
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert [str(order.reference) for order in world.orders(customer)] == [f"{customer.limitation_id}/T/2"]


def test_customer_of_another_supplier_gets_no_order(world: World) -> None:
    customer = world.limited_customer()
    world.enedis.network.inject(
        Fault(FaultKind.RESULT_CODE, operation=Operation.ORDER, point_id=customer.point_id, code="SGT4G2", label="x")
    )
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "NO_ORDER")
    assert world.orders(customer) == []


def test_inadmissible_case_goes_to_an_advisor(world: World) -> None:
    customer = world.limited_customer(endings=[Ending.INADMISSIBLE])
    world.pay(customer)
    world.wait_until_it_waits(customer, "WaitForAdvisor")
    world.advise(customer, "RESTORE")
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")


def test_point_unknown_to_enedis_fails_where_it_happened_with_a_human_cause(world: World) -> None:
    customer = world.limited_customer()
    world.enedis.network.inject(
        Fault(
            FaultKind.RESULT_CODE,
            operation=Operation.READ,
            point_id=customer.point_id,
            code="SGT401",
            label="Point inexistant",
        )
    )
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED")
    failed = world.executions(customer)[-1]
    assert failed.error == "EnedisRejected"
    assert failed.path[-1] == "ReadPoint"
    assert "SGT401" in str(failed.cause)
    assert "Point inexistant" in str(failed.cause)


def test_redriven_execution_that_was_taken_over_orders_nothing(world: World) -> None:
    customer = world.limited_customer()
    with world.failing("ReadPointFunction", customer, "InvalidResponse"):
        world.pay(customer)
        world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED")
    failed = world.executions(customer)[-1]
    world.pay(customer, amount=1.0)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED", "RESTORED")
    world.cloud.client("stepfunctions").redrive_execution(executionArn=failed.arn)
    world.wait(lambda: world.outcomes(customer)[1] not in {"FAILED", "RUNNING"}, "the redriven execution's end")
    assert len(world.orders(customer)) == 1


def test_redriven_execution_resumes_where_it_failed_and_restores(world: World) -> None:
    customer = world.limited_customer()
    with world.failing("ReadPointFunction", customer, "InvalidResponse"):
        world.pay(customer)
        world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED")
    failed = world.executions(customer)[-1]
    world.cloud.client("stepfunctions").redrive_execution(executionArn=failed.arn)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert world.executions(customer)[-1].arn == failed.arn
    assert len(world.orders(customer)) == 1
