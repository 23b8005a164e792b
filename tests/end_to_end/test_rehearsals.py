"""Two pages of the runbook, rehearsed: a table restored to a point in time, and a bad deployment rolled back.

In the end everybody who paid has power, and Enedis got no order twice.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from local.partners.enedis import Ending, Fault, FaultKind, Operation
from local.stage import Customer
from local.stage.following import is_followed
from restoration.domain.point import SupplyState
from tests.end_to_end.operations import Operations, administrators
from tests.end_to_end.world import World
from tests.statemachine.kept_machines import today

STACK = "restoration"
POWER_IS_ON = {"supply_state": SupplyState.SUPPLIED, "limited_power_kva": None}

OWN_CLOUD = {"NightlyCheckPageSize": "20", "NightlyCheckPauseSeconds": "1"}


def limited(world: World) -> Customer:
    """A limited customer, whose order stays open at Enedis."""
    return world.limited_customer(endings=(Ending.NEVER,) * 3)


def restore(world: World, *tables: str) -> None:
    """Restore tables to this moment, under another name, as DynamoDB does."""
    for table in tables:
        world.cloud.client("dynamodb").restore_table_to_point_in_time(
            SourceTableName=f"{STACK}-{table}",
            TargetTableName=f"{STACK}-{table}-restored",
            UseLatestRestorableTime=True,
        )


def put_back(world: World, *tables: str) -> None:
    operations = Operations(world.stage, administrators(world.cloud))
    for table in tables:
        typed = ["a wrong script", f"{STACK}-{table}"]
        assert operations.run("put-back", table, f"{STACK}-{table}-restored", typed=typed).exit_code == 0


def generations(world: World) -> dict[str, int]:
    """How often each limitation of the register was claimed."""
    return {str(it["limitationId"]): int(it.get("generation", 0)) for it in world.stage.items("LimitationsTable")}


def empty(world: World, table: str, key: str) -> None:
    """What a wrong script did to a table."""
    dynamodb = world.cloud.client("dynamodb")
    for item in dynamodb.scan(TableName=f"{STACK}-{table}")["Items"]:
        dynamodb.delete_item(TableName=f"{STACK}-{table}", Key={key: item[key]})


def replay(world: World, *rules: str) -> None:
    """Replay the archived events of the last hour for some rules."""
    now = datetime.now(UTC)
    window = [(now + after).isoformat() for after in (timedelta(hours=-1), timedelta())]
    for rule in rules:
        ran = Operations(world.stage).run("replay", *window, "--rule", rule, "--reason", "a wrong script", "--yes")
        assert (ran.error, ran.exit_code) == (None, 0), ran.text


def finish(world: World, *customers: Customer) -> None:
    """Let Enedis carry out every order, and wait until nobody is at work any more."""

    def all_rest() -> bool:
        running = [one for customer in customers for one in world.executions(customer) if one.is_running]
        return all(is_followed(one) and one.rests for one in running)

    world.wait(all_rest, "orders that are followed")
    for customer in customers:
        if world.orders(customer):
            world.enedis.network.change_point(customer.point_id, **POWER_IS_ON)
    world.wait(lambda: not any(it.is_running for c in customers for it in world.executions(c)), "the end of all")


def assert_power_is_back_once(world: World, *customers: Customer, thanked_twice: tuple[Customer, ...] = ()) -> None:
    assert world.enedis.network.journal.doubles() == {}
    for customer in customers:
        seen = world.enedis.network.view(customer.point_id).supply_state, world.limitation(customer)["status"]
        assert seen == (SupplyState.SUPPLIED, "CLOSED"), (customer, world.outcomes(customer))
        assert len(world.orders(customer)) == 1, (customer, world.orders(customer))
        thanks = sum(told.startswith("POWER_RESTORED") for told in world.told(customer))
        assert thanks <= 1 + (customer in thanked_twice), world.told(customer)


def test_executions_of_a_bad_definition_are_stopped_and_others_take_over(world: World) -> None:
    broken, waiting = limited(world), limited(world)
    bad: dict[str, Any] = json.loads(today())
    bad["States"]["DecideAction"]["Arguments"]["Payload"]["inputs"]["outcome"] = "{% $thereIsNoSuchVariable %}"
    world.deploy(json.dumps(bad))
    world.pay(broken)
    world.wait_for_outcomes(broken, "FAILED")
    world.pay(waiting, means="CHEQUE", status="RECEIVED")
    stuck = world.wait_until_it_waits(waiting, "WaitForBank")
    world.deploy(today())

    world.redrive(broken)
    world.wait(lambda: world.executions(broken)[-1].redrives and not world.executions(broken)[-1].is_running, "its end")
    assert world.executions(broken)[-1].status == "FAILED", "a redrive keeps the definition of the beginning"
    states = world.stage.operations("stepfunctions")
    states.stop_execution(executionArn=stuck.arn, error="BadDeployment", cause="began with a bad definition")
    world.billing.set_business_date(datetime(2026, 6, 4, tzinfo=UTC).date(), waiting.contract_id)
    world.pay(waiting, told=False)
    world.pass_night()
    finish(world, broken, waiting)
    assert_power_is_back_once(world, broken, waiting)


def test_orders_restored_while_executions_run_double_no_order(world: World) -> None:
    before, unknown = world.followed_customer(), limited(world)
    restore(world, "orders")
    since = world.followed_customer()
    # Enedis accepts this one's order, and its response is lost: the record waits in the queue, to be looked after.
    world.enedis.network.inject(Fault(FaultKind.TIMEOUT_AFTER, operation=Operation.ORDER, point_id=unknown.point_id))
    world.pay(unknown)
    world.wait(lambda: world.orders(unknown), "the order's acceptance")
    world.stage.pause_orders()
    world.wait(lambda: "UNKNOWN" in [it.get("status") for it in world.stage.items("OrdersTable")], "the lost response")

    world.stage.switch("off")
    empty(world, "orders", "reference")
    put_back(world, "orders")
    world.stage.pause_orders(paused=False)
    world.stage.switch("on")
    # News makes both look again, at an order that the table knows only from the limitation.
    for customer in (before, since):
        world.pay(customer, amount=1.0)
    world.pass_night()
    finish(world, before, since, unknown)
    assert_power_is_back_once(world, before, since, unknown)
    journal = world.enedis.network.journal
    assert len(journal.calls(Operation.ORDER, unknown.point_id)) == 1, "looked for, and not sent again"


def test_register_restored_while_executions_run_leaves_nobody_without_power_and_doubles_no_order(world: World) -> None:
    followed = world.followed_customer()
    paid_since, restored_since, cheque, asked = (limited(world) for _ in range(4))
    cheque_id = world.pay(cheque, means="CHEQUE", status="RECEIVED")
    world.wait_until_it_waits(cheque, "WaitForBank")
    world.dispute(asked)
    restore(world, "limitations", "limited-contracts")

    # Ten minutes of business, which the restored tables do not know.
    world.pay(paid_since)
    world.pay(restored_since)
    world.put("PaymentCleared", paymentId=cheque_id, contractIds=[cheque.contract_id], at="2026-05-04T10:00:00Z")
    world.advise(asked, "RESTORE")
    registered_since = limited(world)
    for customer in (paid_since, restored_since, cheque, asked):
        world.wait_until_followed(customer)
    world.enedis.network.change_point(restored_since.point_id, **POWER_IS_ON)
    world.wait_for_outcome(restored_since, "RESTORED")
    world.pay(registered_since, told=False)

    world.stage.switch("off")
    world.stage.pause_orders()
    known = generations(world)
    empty(world, "limitations", "limitationId")
    empty(world, "limited-contracts", "contractId")
    put_back(world, "limitations", "limited-contracts")
    put = generations(world)
    assert {one: put[one] > known[one] for one in put} == dict.fromkeys(put, True), "no claim is numbered as one before"
    assert put
    replay(world, "LimitationEvents", "ResumingEvents")
    world.wait(world.stage.watch.intake_is_empty, "the replayed events")
    world.stage.pause_orders(paused=False)
    world.stage.switch("on")
    world.pass_night()

    everybody = (followed, paid_since, restored_since, cheque, asked, registered_since)
    finish(world, *everybody)
    world.pass_night()
    finish(world, *everybody)
    # Their end was lost, and found again as another one.
    assert_power_is_back_once(world, *everybody, thanked_twice=(restored_since,))
