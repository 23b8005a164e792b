"""The nightly check of all open limitations: what no event brought is found, and nobody is disturbed for nothing."""

from collections import Counter
from typing import Any

import pytest

from local.partners.billing import FaultKind
from local.partners.enedis import Ending, Operation
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


def test_page_that_is_asked_for_twice_starts_nothing_twice(world: World) -> None:
    customers = [world.limited_customer() for _ in range(2)]
    for customer in customers:
        world.pay(customer, told=False)
    request: dict[str, Any] = {"checkId": "check-17", "at": "2026-05-05T02:15:00Z", "after": None}
    while True:
        first = world.cloud.invoke("CheckOpenLimitationsFunction", request)
        again = world.cloud.invoke("CheckOpenLimitationsFunction", request)
        assert again["after"] == first["after"]
        if first["after"] is None:
            break
        request |= {"after": first["after"]}
    world.cloud.wait_idle(waiting=True)
    started = Counter(item.input["limitationId"] for item in executions_of(world, "check-17"))
    assert set(started.values()) == {1}
    assert {customer.limitation_id for customer in customers} <= set(started)


def executions_of(world: World, check_id: str) -> list[Any]:
    restorations = world.cloud.executions("RestorationStateMachine")
    return [item for item in restorations if item.input["trigger"]["id"] == check_id]


def test_customer_who_paid_while_in_shadow_gets_power_at_the_next_check(world: World) -> None:
    customer = world.limited_customer()
    world.stage.switch("shadow")
    world.pay(customer)
    world.wait_for_outcomes(customer, "SHADOW")
    world.stage.switch("on")
    check_register(world)
    world.wait_for_outcomes(customer, "SHADOW", "RESTORED")


@pytest.mark.parametrize("answer", ["REFUSE", None])
def test_question_that_was_asked_is_not_asked_again_whatever_came_of_it(world: World, answer: str | None) -> None:
    customer = waiting_for_advisor(world)
    if answer:
        world.advise(customer, answer)
    else:  # the time runs out; the rules give power back for a dispute, so somebody ends it by hand
        world.cloud.stop_execution(world.executions(customer)[-1].arn, "Stopped", "by a test")
        release(world, customer)
    world.wait(lambda: "RUNNING" not in world.outcomes(customer), "the end of the question")
    noise, before = heard(world, customer), world.outcomes(customer)
    check_register(world)
    assert (heard(world, customer), world.outcomes(customer)) == (noise, before)
    world.pay(customer, told=False)
    check_register(world)
    world.wait_for_outcome(customer, "RESTORED")
    assert world.published(customer).count("AdvisorDecisionRequested") == 1


def release(world: World, customer: Customer) -> None:
    """Let go of a limitation as an execution that ended otherwise would have."""
    register, key = world.table("LimitationsTable"), {"limitationId": customer.limitation_id}
    kept = {
        name: value
        for name, value in register.get_item(Key=key)["Item"].items()
        if name not in {"holder", "waitingToken"}
    }
    register.put_item(Item={**kept, "outcome": "BALANCE_DUE"})


def test_another_question_is_asked_although_an_advisor_refused_once(world: World) -> None:
    customer = waiting_for_advisor(world, remotely_operable=False, endings=[Ending.NOT_DONE])
    world.advise(customer, "REFUSE")
    world.wait_for_outcome(customer, "REFUSED")
    world.pay(customer, told=False)
    check_register(world)
    world.wait(lambda: world.published(customer).count("AdvisorDecisionRequested") == 2, "the second question")


def test_payment_that_comes_while_a_check_restores_holds_its_reminders_back(world: World) -> None:
    customer = world.limited_customer()
    world.pay(customer, amount=60.0)
    world.wait_for_outcomes(customer, "BALANCE_DUE")
    world.pay(customer, amount=60.0, told=False)
    holds = world.published(customer).count("DunningHoldRequested")
    check_register(world)
    world.wait_for_outcome(customer, "RESTORED")
    assert world.published(customer).count("DunningHoldRequested") == holds + 1


def waiting_for_advisor(world: World, **point: Any) -> Customer:
    customer = world.limited_customer(**point)
    world.dispute(customer)
    return customer


def test_restoration_whose_execution_died_is_taken_over(world: World) -> None:
    customer = world.limited_customer()
    place_order = world.cloud.pollers_of("OrdersQueue")[0]
    place_order.enabled = False
    world.pay(customer)
    execution = world.wait_in_state(customer, "OrderAtEnedis")
    world.cloud.client("stepfunctions").stop_execution(executionArn=execution.arn)
    place_order.enabled = True
    check_register(world)
    world.wait(lambda: world.limitation(customer)["status"] == "CLOSED", "power")
    assert len(world.orders(customer)) == 1
    assert "RestorationTakenOver" in world.published(customer)
