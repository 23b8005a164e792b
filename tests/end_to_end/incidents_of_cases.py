"""Incidents of the runbook: restorations that fail, wait, are lost, or are asked about."""

import re
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from local.partners.billing import FaultKind
from local.stage import Gate
from ops.redrive.machine import Machine
from restoration.clock import PARIS
from tests.end_to_end.operations import Operations, freeze
from tests.end_to_end.provoked import fail
from tests.end_to_end.runbook_pages import EXAMPLE, Scene
from tests.end_to_end.world import World

CAUSE = "raised by the test"


def nothing(_world: World) -> Generator[Scene]:
    """The page needs no incident."""
    yield Scene()


def affected_customer(world: World) -> Generator[Scene]:
    """One execution fails, and the minute ends in which it did: both alarms go off."""
    [customer] = fail(world, 1)
    world.cloud.pass_minutes(1)
    yield Scene(says=("restoration-ExecutionsFailed", "CustomersAffected"))
    world.redrive(customer)
    world.wait_for_outcome(customer, "RESTORED")


def failed_restorations(world: World) -> Generator[Scene]:
    customers = [world.limited_customer() for _ in range(2)]
    for customer in customers:
        world.billing.inject(FaultKind.NOT_FOUND, times=1000, subject=customer.contract_id)
        world.pay(customer)
    for customer in customers:
        world.wait_for_outcomes(customer, "FAILED")
    yield Scene(
        {"LIM-000143": customers[0].limitation_id},
        says=("UnknownContract", "CheckPayment", customers[1].limitation_id),
        before={1: world.billing.clear_faults},
    )
    for customer in customers:
        world.wait_for_outcomes(customer, "RESTORED")


def many_failed(world: World) -> Generator[Scene]:
    """Three sets: one goes through, one is held and goes on, and one is given up."""
    operations, through = Operations(world.stage), fail(world, 2)
    ids: list[str] = []
    held: list[Gate] = []

    def begin_another() -> None:
        """Break another customer, and begin a redrive that is held in the state where it had failed."""
        [customer] = fail(world, 1)
        held.append(
            world.stage.hold("CheckPaymentFunction", lambda call: call["limitationId"] == customer.limitation_id)
        )
        ids.append(freeze(operations, "--cause", CAUSE))
        begun = operations.run("redrive", "--confirm", ids[-1], "--reason", "billing is mended", "--yes")
        assert begun.exit_code == 0, begun

    def let_it_end() -> None:
        held[-1].open()
        world.wait(lambda: not Machine(operations.account).position(ids[-1]).is_under_way, "the end of a run")

    yield Scene(
        {"78194d52f41b": lambda printed: ids[-1] if ids else re.findall(r"ops redrive --confirm (\w+)", printed)[-1]},
        says=("InvalidResponse", "PASSED"),
        before={2: begin_another, 3: let_it_end, 4: begin_another},
    )
    let_it_end()
    for customer in through:
        world.wait_for_outcomes(customer, "RESTORED")


def forgotten_by_enedis(world: World) -> Generator[Scene]:
    customer = world.followed_customer()
    yield Scene({EXAMPLE: customer.limitation_id}, says=("WaitForEnedis", customer.limitation_id))


def overdue_restorations(world: World) -> Generator[Scene]:
    """Five fail before an order, and one waits for Enedis and does not end."""
    failed, stuck = fail(world, 5), world.followed_customer()
    world.cloud.wait_idle(waiting=True)
    world.cloud.pass_minutes(1)
    says = "restoration-EarlySloBurns", "restoration-EarlyBurnsFastLong", "RemoteEnded", stuck.limitation_id
    yield Scene(says=(*says, "InvalidResponse"))
    for customer in failed:
        world.redrive(customer)
        world.wait_for_outcome(customer, "RESTORED")


def late_order(world: World) -> Generator[Scene]:
    customer = world.followed_customer()
    [execution] = world.executions(customer)

    def is_late() -> bool:
        world.cloud.pass_time(execution.arn)
        return any(
            line.get("late") is True and line.get("correlation_id") == customer.limitation_id
            for line in world.cloud.logs("ReadPointFunction")
        )

    world.wait(is_late, "a read of a late case")
    yield Scene(says=('"late":true', customer.limitation_id), counts="LateOrders")


def case_with_an_advisor(world: World) -> Generator[Scene]:
    customer = world.disputing_customer()
    yield Scene(says=(customer.limitation_id,))
    world.advise(customer, "RESTORE")
    world.wait_for_outcome(customer, "RESTORED")


def lost_payment(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    world.pay(customer, told=False)
    yield Scene({EXAMPLE: customer.limitation_id}, says=("started",))
    world.wait_for_outcome(customer, "RESTORED")
    world.cloud.wait_idle(waiting=True)


def failed_night(world: World) -> Generator[Scene]:
    """A page of the check fails for good; then one looks at all of them again, and finds the payment that was lost."""
    machine = world.cloud.arn("NightlyCheckStateMachine")
    world.cloud.client("stepfunctions").start_execution(stateMachineArn=machine, name="last-night")
    [night] = [it for it in world.cloud.executions("NightlyCheckStateMachine") if it.name == "last-night"]
    world.wait(lambda: not night.is_running, "the end of the check")
    for scene in lost_payment(world):
        yield Scene(says=("last-night", "page of the register looked at", *scene.says))


def campaign_planned(world: World) -> Generator[Scene]:
    started = world.cloud.client("stepfunctions").start_execution(
        stateMachineArn=world.cloud.arn("ProtectionCampaignStateMachine"), input='{"dryRun": true}'
    )["executionArn"]
    world.wait(lambda: not world.cloud.execution(started).is_running, "the end of the dry run")
    yield Scene(says=('"concerned"', '"hoursAtQuota"', "executionArn"))
    runs = world.cloud.executions("ProtectionCampaignStateMachine")
    world.wait(lambda: not any(it.is_running for it in runs), "the end of the campaign")


def switch_to_turn(world: World) -> Generator[Scene]:
    customer = world.limited_customer()

    def pay_in_shadow() -> None:
        world.pay(customer)
        world.wait(lambda: "SHADOW" in world.outcomes(customer), "an execution in shadow")

    [poller] = world.cloud.pollers_of("PaymentsQueue")
    seen: list[bool] = []
    yield Scene(
        {"ops switch shadow --percent 10": "ops switch shadow --percent 100"},
        says=("shadow", customer.limitation_id, '"State": "Disabling"', '"State": "Enabling"'),
        before={2: pay_in_shadow, 3: lambda: seen.append(poller.enabled)},
    )
    assert (seen, poller.enabled) == ([False], True)
    world.stage.switch("on")


def start_that_was_lost(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    yield Scene(says=(customer.limitation_id, "unseenSince"))


def limited_again(world: World) -> Generator[Scene]:
    """Billing did not hear that the debt is paid, and has the customer limited once more."""
    customer = world.restored_customer()
    again = replace(customer, limitation_id=f"{customer.limitation_id}-B")
    world.register(again, at=(datetime.now(UTC) + timedelta(minutes=1)).isoformat())
    says = "limited again soon after closing", customer.contract_id
    yield Scene(says=says, counts="LimitationsSoonAfterClosing")


def customer_who_calls(world: World) -> Generator[Scene]:
    customer = world.restored_customer()
    world.wait_for_messages()
    yield Scene(
        {EXAMPLE: customer.limitation_id, "CTR-000015": customer.contract_id, "30000000000001": customer.point_id},
        says=("Votre puissance est rétablie", "POWER_RESTORED", '"ACCEPTED"', "Politique commerciale"),
    )


def order_that_is_gone(world: World) -> Generator[Scene]:
    """A script deletes an order that Enedis has, after the moment to which the table is restored."""
    customer = world.followed_customer()
    orders, key = world.table("OrdersTable"), {"reference": f"{customer.limitation_id}/R/1"}
    pollers = [*world.cloud.pollers_of("OrdersQueue"), *world.cloud.pollers_of("UrgentOrdersQueue")]
    seen: list[bool] = []

    def delete_it() -> None:
        seen.extend(poller.enabled for poller in pollers)
        orders.delete_item(Key=key)

    yield Scene(
        {"TABLE=limitations": "TABLE=orders"},
        says=('"ACTIVE"', "is started", "Kept in the journal"),
        before={2: delete_it},
    )
    assert (seen, [poller.enabled for poller in pollers]) == ([False] * 2, [True] * 2)
    assert orders.get_item(Key=key)["Item"]["status"] == "ACCEPTED"
    runs = world.cloud.executions("NightlyCheckStateMachine")
    world.wait(lambda: not any(it.is_running for it in runs), "the end of the check")


def bad_deployment(world: World) -> Generator[Scene]:
    since = datetime.now(PARIS).strftime("%Y-%m-%dT%H:%M")
    customer = world.followed_customer()
    yield Scene(
        {"LIM-000143": customer.limitation_id, "2026-11-26T01:50": since},
        says=(customer.limitation_id, "Kept in the journal"),
    )
    world.wait_for_outcomes(customer, "ABORTED")
