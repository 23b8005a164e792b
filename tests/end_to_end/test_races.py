"""What may cross, be lost, or die on the way: each ends with one order and power back, or says why not."""

from datetime import timedelta

from local.partners.enedis import Ending, Fault, FaultKind, Operation
from restoration.clock import utc_now
from restoration.domain.point import SupplyState
from tests.end_to_end.world import World


def test_second_payment_joins_the_execution_that_is_deciding_and_both_together_restore(world: World) -> None:
    customer = world.limited_customer()
    with world.held_decision(customer, "coverage") as deciding:
        world.pay(customer, amount=70.0)
        world.wait_until_held(deciding)
        world.pay(customer, amount=50.0)
        world.wait_for_outcome(customer, "JOINED")
    world.wait_for_outcomes(customer, "BALANCE_DUE", "JOINED", "RESTORED")
    holder = next(item for item in world.executions(customer) if item.output["outcome"] == "RESTORED")
    assert holder.path.count("CheckPayment") == 2
    assert len(world.orders(customer)) == 1


def test_payment_wakes_the_holder_that_waits_for_a_cheque_to_clear(world: World) -> None:
    customer = world.limited_customer()
    world.pay(customer, means="CHEQUE", status="RECEIVED")
    world.wait_until_it_waits(customer, "WaitForBank")
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "JOINED", "RESTORED")
    assert len(world.orders(customer)) == 1


def test_payment_that_billing_never_shows_is_decided_without(world: World) -> None:
    customer = world.limited_customer()
    world.put_entries([world.payment(customer)])
    world.wait_for_outcomes(customer, "BALANCE_DUE", "BALANCE_DUE")
    assert world.executions(customer)[-1].path.count("CheckPayment") == 1


def test_duplicate_of_a_running_payment_is_absorbed(world: World) -> None:
    customer = world.limited_customer()
    absorbed = world.cloud.metrics.get(("restoration", "TriggersAbsorbed"), 0)
    with world.held_decision(customer, "coverage") as deciding:
        payment_id = world.pay(customer)
        world.wait_until_held(deciding)
        world.pay(customer, paymentId=payment_id)
        world.wait(world.stage.watch.intake_is_empty, "the duplicate's being received")
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    world.cloud.wait_idle()
    assert world.outcomes(customer) == ["BALANCE_DUE", "RESTORED"]
    assert len(world.orders(customer)) == 1
    assert world.cloud.metrics[("restoration", "TriggersAbsorbed")] == absorbed + 1


def test_decision_that_comes_twice_is_absorbed_by_its_execution(world: World) -> None:
    customer = world.limited_customer()
    world.wait_for_outcomes(customer, "BALANCE_DUE")
    with world.held_decision(customer, "coverage") as deciding:
        world.advise(customer, "RESTORE")
        world.wait_until_held(deciding)
        world.advise(customer, "RESTORE")
        world.wait(world.stage.watch.intake_is_empty, "the second decision's being received")
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    world.cloud.wait_idle()
    assert world.outcomes(customer) == ["BALANCE_DUE", "RESTORED"]
    assert len(world.orders(customer)) == 1


def test_dead_holder_is_taken_over_by_the_next_trigger_which_says_so(world: World) -> None:
    customer = world.limited_customer()
    world.pay(customer, means="CHEQUE", status="RECEIVED")
    holder = world.wait_until_it_waits(customer, "WaitForBank")
    generation = int(world.limitation(customer)["generation"])
    world.cloud.stop_execution(holder.arn, "Operator", "stopped by hand")
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "ABORTED", "RESTORED")
    assert "RestorationTakenOver" in world.published(customer)
    assert int(world.limitation(customer)["generation"]) == generation + 1
    assert len(world.orders(customer)) == 1


def test_holder_that_died_after_its_order_is_taken_over_and_the_order_is_not_doubled(world: World) -> None:
    customer = world.limited_customer(endings=[Ending.NEVER])
    world.pay(customer, amount=customer.debt)
    holder = world.wait_until_followed(customer)
    world.cloud.stop_execution(holder.arn, "Operator", "stopped by hand")
    world.pay(customer, amount=1.0)
    world.wait_until_followed(customer)
    world.enedis.network.change_ending(customer.point_id, Ending.DONE)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "ABORTED", "RESTORED")
    assert len(world.orders(customer)) == 1


def test_claim_whose_answer_was_lost_is_claimed_again_by_the_same_execution(world: World) -> None:
    customer = world.limited_customer()

    def claims(request: object) -> bool:
        body = request.body  # type: ignore[attr-defined]
        return customer.limitation_id.encode() in body and b"SET holder = :me, generation = :generation" in body

    with world.lost_answers("UpdateItem", claims, times=3) as struck:
        world.pay(customer)
        world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert len(struck) == 3
    assert len(world.orders(customer)) == 1


def test_release_whose_answer_was_lost_ends_as_it_should(world: World) -> None:
    customer = world.limited_customer()

    def releases(request: object) -> bool:
        body = request.body  # type: ignore[attr-defined]
        return customer.limitation_id.encode() in body and b"SET settlement = :settlement" in body

    with world.lost_answers("UpdateItem", releases, times=3) as struck:
        world.pay(customer, amount=50.0)
        world.wait_for_outcomes(customer, "BALANCE_DUE", "BALANCE_DUE")
    assert len(struck) == 3
    assert "holder" not in world.limitation(customer)


def test_answer_that_comes_before_the_token_is_stored_is_not_lost(world: World) -> None:
    customer = world.limited_customer()
    with world.held_decision(customer, "coverage") as before_the_token:
        payment_id = world.pay(customer, means="CHEQUE", status="RECEIVED")
        world.wait_until_held(before_the_token)
        world.put("PaymentCleared", paymentId=payment_id, contractIds=[customer.contract_id], at="2026-05-04T10:00:00Z")
        world.wait(lambda: int(world.limitation(customer)["triggerCount"]) > 0, "the answer's being recorded")
    world.wait_for_outcome(customer, "RESTORED")
    holder = next(item for item in world.executions(customer) if item.output["outcome"] == "RESTORED")
    assert holder.path.count("WaitForBank") == 1, "it did not wait: the answer was there"
    assert len(world.orders(customer)) == 1


def test_answer_after_the_token_is_stored_resumes_the_execution(world: World) -> None:
    customer = world.limited_customer()
    payment_id = world.pay(customer, means="CHEQUE", status="RECEIVED")
    world.wait_until_it_waits(customer, "WaitForBank")
    world.put("PaymentCleared", paymentId=payment_id, contractIds=[customer.contract_id], at="2026-05-04T10:00:00Z")
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")


def test_rejected_cheque_leaves_the_balance_due(world: World) -> None:
    customer = world.limited_customer()
    payment_id = world.pay(customer, means="CHEQUE", status="RECEIVED")
    world.wait_until_it_waits(customer, "WaitForBank")
    world.put(
        "PaymentRejected",
        paymentId=payment_id,
        contractIds=[customer.contract_id],
        at="2026-05-04T10:00:00Z",
        reason="sans provision",
    )
    world.wait_for_outcomes(customer, "BALANCE_DUE", "BALANCE_DUE")
    assert world.orders(customer) == []


def test_payment_replayed_after_its_execution_failed_is_noted_on_the_incident(world: World) -> None:
    customer = world.limited_customer()
    world.enedis.network.change_point(customer.point_id, contract_id=customer.contract_id)
    with world.failing("ReadPointFunction", customer, "InvalidResponse"):
        payment_id = world.pay(customer)
        world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED")
    failed = next(item for item in world.executions(customer) if item.status == "FAILED")
    assert failed.error == "InvalidResponse"
    assert failed.path[-1] == "ReadPoint"
    world.pay(customer, paymentId=payment_id)
    world.wait(lambda: "triggersOnIncident" in world.limitation(customer), "the note on the incident")
    assert world.limitation(customer)["triggersOnIncident"] == [f"{payment_id}:CAPTURED"]
    assert world.outcomes(customer) == ["BALANCE_DUE", "FAILED"]
    assert world.orders(customer) == []


def test_new_payment_takes_over_from_a_failed_execution(world: World) -> None:
    customer = world.limited_customer()
    with world.failing("ReadPointFunction", customer, "InvalidResponse"):
        world.pay(customer)
        world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED")
    world.pay(customer, amount=1.0)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED", "RESTORED")
    assert len(world.orders(customer)) == 1


def test_limitation_cancelled_by_billing_ends_the_execution_that_waits(world: World) -> None:
    customer = world.limited_customer()
    world.pay(customer, means="CHEQUE", status="RECEIVED")
    world.wait_until_it_waits(customer, "WaitForBank")
    world.put(
        "PowerLimitationCancelled",
        limitationId=customer.limitation_id,
        contractId=customer.contract_id,
        at="2026-05-04T10:00:00Z",
    )
    world.wait_for_outcomes(customer, "BALANCE_DUE", "JOINED", "CANCELLED_BY_BILLING")
    assert world.orders(customer) == []


def test_limitation_carried_out_although_it_was_cancelled_is_looked_at_again(world: World) -> None:
    customer = world.new_customer()
    world.limit(customer, "PowerLimitationRequested", at="2026-05-01T08:00:00Z")
    world.wait_for_outcomes(customer, "BALANCE_DUE")
    world.put(
        "PowerLimitationCancelled",
        limitationId=customer.limitation_id,
        contractId=customer.contract_id,
        at="2026-05-01T09:00:00Z",
    )
    world.wait_for_outcomes(customer, "BALANCE_DUE", "NOT_LIMITED")
    # The contract is not limited any more once the function that heard of the cancellation has ended.
    world.cloud.wait_idle()
    world.pay(customer)
    world.cloud.wait_idle()
    world.limit(customer, "PowerLimited", at="2026-05-01T10:00:00Z")
    world.wait_for_outcomes(customer, "BALANCE_DUE", "NOT_LIMITED", "RESTORED")


def test_limitation_that_enedis_carries_out_after_it_was_closed_is_restored_again(world: World) -> None:
    """They paid, and the point still had power: the limitation had not reached Enedis yet, and crossed the payment."""
    customer = world.new_customer(supply_state=SupplyState.SUPPLIED, limited_power_kva=None)
    world.limit(customer, "PowerLimitationRequested")
    world.wait_for_outcomes(customer, "BALANCE_DUE")
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "ALREADY_RESTORED")
    world.enedis.network.change_point(customer.point_id, supply_state=SupplyState.LIMITED, limited_power_kva=1)
    world.limit(customer, "PowerLimited", at=(utc_now() + timedelta(minutes=1)).isoformat())
    world.wait_for_outcomes(customer, "BALANCE_DUE", "ALREADY_RESTORED", "RESTORED")
    assert world.limitation(customer)["status"] == "CLOSED"


def test_open_order_of_a_dead_holder_is_finished_before_another_kind_is_ordered(world: World) -> None:
    customer = world.limited_customer(endings=[Ending.NEVER])
    world.enedis.network.inject(
        Fault(
            FaultKind.LATE_VISIBILITY,
            operation=Operation.ORDER,
            point_id=customer.point_id,
            delay=timedelta(days=1),
        )
    )
    world.pay(customer)
    holder = world.wait_until_followed(customer)
    world.cloud.stop_execution(holder.arn, "Operator", "stopped by hand")
    world.enedis.network.change_point(customer.point_id, remotely_operable=False)
    world.pay(customer, amount=1.0)
    following = world.wait_until_followed(customer)
    assert "OrderAtEnedis" in following.path
    world.enedis.network.change_point(customer.point_id, supply_state=SupplyState.SUPPLIED, limited_power_kva=None)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "ABORTED", "RESTORED")
    assert [str(order.reference) for order in world.orders(customer)] == [f"{customer.limitation_id}/R/1"]


def test_holder_that_step_functions_has_forgotten_is_taken_over(world: World) -> None:
    customer = world.limited_customer()
    machine = world.cloud.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:")
    world.cloud.client("dynamodb").update_item(
        TableName=world.cloud.physical_id("LimitationsTable"),
        Key={"limitationId": {"S": customer.limitation_id}},
        UpdateExpression="SET holder = :gone, claimedAt = :then",
        ExpressionAttributeValues={
            ":gone": {"S": f"{machine}:of-long-ago"},
            ":then": {"S": "2026-05-01T08:00:00.000Z"},
        },
    )
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert "RestorationTakenOver" in world.published(customer)
