"""Each command of the runbook runs, as it stands there, against an incident of its page."""

import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.cloud.errors import ThrottledError
from local.partners.billing import FaultKind
from local.partners.enedis import Ending
from local.partners.enedis.flows import zipped_flow
from local.stage import Customer, Gate
from local.stage.profiles import write_profiles
from ops.outage import BREAKER, OUTAGE
from ops.redrive.machine import Machine
from restoration.clock import PARIS, to_text
from restoration.domain.point import SupplyState
from tests.aws_cli import environment_with_aws
from tests.end_to_end.flow_files import drop, drop_and_wait, next_moment, row
from tests.end_to_end.operations import Operations
from tests.end_to_end.runbook_pages import SETUP, Scene, not_run, pages, run
from tests.end_to_end.test_bulk_redrive import fail, freeze
from tests.end_to_end.test_letters import on_the_bus, put_aside
from tests.end_to_end.world import World, running_world
from tests.fakes.message_world import record

EXAMPLE = "LIM-000015"
LETTER = "1f0c2d3e"
CAUSE = "raised by the test"
EXAMPLE_MESSAGE = "LIM-000015#POWER_RESTORED#LIM-000015/R/1"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running_world(RemoteSlaSeconds="1") as running:
        yield running


@pytest.fixture(scope="module")
def environment(world: World, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    folder: Path = tmp_path_factory.mktemp("aws")
    write_profiles(world.stage, folder / "aws.config")
    return environment_with_aws(folder, world.cloud.endpoint_url, folder / "aws.config")


# ── Incidents: what is provoked before a page is followed, and what must be so at its end ──


def nothing(_world: World) -> Generator[Scene]:
    """The page needs no incident."""
    yield Scene()


def failed_restorations(world: World) -> Generator[Scene]:
    customers = [world.limited_customer() for _ in range(2)]
    for customer in customers:
        world.billing.inject(FaultKind.NOT_FOUND, times=1000, subject=customer.contract_id)
        world.pay(customer)
    for customer in customers:
        world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED")
    yield Scene(
        {"LIM-000143": customers[0].limitation_id},
        says=("UnknownContract", "CheckPayment", customers[1].limitation_id),
        before={1: world.billing.clear_faults},
    )
    for customer in customers:
        world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")


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
        world.wait(lambda: Machine(operations.account).running(ids[-1]) is None, "the end of a run")

    yield Scene(
        {"78194d52f41b": lambda printed: ids[-1] if ids else re.findall(r"ops redrive --confirm (\w+)", printed)[-1]},
        says=("InvalidResponse", "PASSED"),
        before={2: begin_another, 3: let_it_end, 4: begin_another},
    )
    let_it_end()
    for customer in through:
        world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")


def forgotten_by_enedis(world: World) -> Generator[Scene]:
    customer = world.limited_customer(endings=[Ending.NEVER])
    world.pay(customer)
    world.wait_until_it_waits(customer, "WaitForEnedis")
    yield Scene({EXAMPLE: customer.limitation_id}, says=("WaitForEnedis", customer.limitation_id))


def late_order(world: World) -> Generator[Scene]:
    customer = world.limited_customer(endings=[Ending.NEVER])
    world.pay(customer)
    execution = world.wait_until_it_waits(customer, "WaitForEnedis")

    def is_late() -> bool:
        world.cloud.pass_time(execution.arn)
        return any(
            line.get("late") is True and line.get("correlation_id") == customer.limitation_id
            for line in world.cloud.logs("read_point")
        )

    world.wait(is_late, "a read of a late case")
    yield Scene(says=('"late":true', customer.limitation_id))


def messages_that_fail(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    world.billing.contact(customer.customer_id, email="gone@example.org", mobile="+33639980099")
    world.cloud.carriers.mail_fates["gone@example.org"] = "bounce"
    world.cloud.carriers.sms_fates["+33639980099"] = "UNREACHABLE"
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    world.wait(lambda: world.cloud.queued("NotificationsDeadLetters"), "a message that did not arrive")
    put_aside(
        world,
        "NotificationsDeadLetters",
        record("PowerFloorRaised", limitation=customer.limitation_id),
        ErrorType="MessageNotSent",
    )
    unknown = EXAMPLE_MESSAGE.replace(EXAMPLE, "LIM-UNKNOWN")
    table = world.cloud.physical_id("MessagesTable")
    item = {"messageId": {"S": unknown}, "state": {"S": "UNKNOWN"}}
    world.cloud.client("dynamodb").put_item(TableName=table, Item=item)
    yield Scene({EXAMPLE: "LIM-UNKNOWN"}, says=("MessageNotDelivered", "MessageNotSent", "1 replayed", "FAILED"))
    found = world.cloud.client("dynamodb").get_item(TableName=table, Key={"messageId": {"S": unknown}})
    assert "Item" not in found
    world.dead_letters("NotificationsDeadLetters")


def message_that_bounced(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    world.billing.contact(customer.customer_id, email="full@example.org", mobile=None)
    world.cloud.carriers.mail_fates["full@example.org"] = "bounce"
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")

    def is_reported() -> bool:
        lines = world.cloud.logs("notify_customer")
        return any(it.get("report") == "BOUNCED" and customer.limitation_id in it["key"] for it in lines)

    world.wait(is_reported, "a message that bounced")
    yield Scene(says=("delivery reported", "BOUNCED", customer.limitation_id, "HEALTHY"))


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


def payments_put_aside(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    good = json.loads(str(world.payment(customer)["Detail"]))
    broken = {**good, "paymentId": "PAY-BROKEN", "amount": -5}
    world.put_entries([{"Source": "billing", "DetailType": "PaymentReceived", "Detail": json.dumps(broken)}])
    world.wait(lambda: world.cloud.queued("PaymentsDeadLetters"), "a payment that breaks its contract")
    letter = letter_id(world, "PaymentsDeadLetters")
    world.billing.record({"Source": "billing", "DetailType": "PaymentReceived", "Detail": json.dumps(good)})
    put_aside(world, "PaymentsDeadLetters", on_the_bus("PaymentReceived", good))
    yield Scene({LETTER: letter[:8]}, says=("InvalidEvent", "detail.amount", "1 replayed", "1 discarded"))
    world.wait_for_outcome(customer, "RESTORED")
    assert world.cloud.queued("PaymentsDeadLetters") == []


def function_that_raises(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    world.billing.inject(FaultKind.UNAVAILABLE, times=3, subject=customer.contract_id)
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    yield Scene(says=("BillingUnavailable", customer.limitation_id))


def queue_that_waits(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    [poller] = world.cloud.pollers_of("PaymentsQueue")
    poller.enabled = False
    world.pay(customer)
    yield Scene(says=('"ApproximateNumberOfMessages": "1"',))
    poller.enabled = True
    world.wait_for_outcome(customer, "RESTORED")


def outage(world: World) -> Generator[Scene]:
    """As the functions leave it in their table once enough calls in a row have failed."""
    table, began = world.cloud.physical_id("EnedisAccessTable"), datetime.now(UTC) - timedelta(hours=1)
    moment = began.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    expires = {"N": str(int((began + timedelta(days=1)).timestamp()))}
    client = world.cloud.client("dynamodb")
    client.put_item(TableName=table, Item={"name": {"S": OUTAGE}, "beganAt": {"S": moment}, "expiration": expires})
    client.put_item(TableName=table, Item={"name": {"S": BREAKER}, "state": {"S": "OPEN"}, "expiration": expires})
    world.cloud.invoke("MeasureEnedisFunction", {})
    yield Scene(says=("Enedis unreachable", "Kept in the journal"))
    for name in (OUTAGE, BREAKER):
        assert "Item" not in client.get_item(TableName=table, Key={"name": {"S": name}})


def quota_used_up(world: World) -> Generator[Scene]:
    """All turns of the next minutes are booked."""
    client, table = world.cloud.client("dynamodb"), world.cloud.physical_id("EnedisAccessTable")
    key, now = {"name": {"S": "quota"}}, datetime.now(UTC).timestamp() * 1000
    booked = {**key, "next_at": {"N": str(round(now + 600_000))}, "reach": {"N": "3600000"}}
    customer = world.limited_customer()
    client.put_item(TableName=table, Item=booked)
    world.pay(customer)
    world.wait(
        lambda: any("no turn within" in json.dumps(line) for line in world.cloud.logs("read_point")), "no turn is left"
    )
    yield Scene(says=("no turn within",))
    client.delete_item(TableName=table, Key=key)
    world.wait_for_outcome(customer, "RESTORED")


def certificate_that_is_none(world: World) -> Generator[Scene]:
    secrets, arn = world.cloud.client("secretsmanager"), world.cloud.outputs["EnedisSecretArn"]
    good = secrets.get_secret_value(SecretId=arn)["SecretString"]
    secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(json.loads(good) | {"certificate": "none"}))
    try:
        world.end_workers("MeasureEnedisFunction")
        world.cloud.invoke("MeasureEnedisFunction", {})
        yield Scene(says=("no usable certificate",))
    finally:
        secrets.put_secret_value(SecretId=arn, SecretString=good)
        world.end_workers("MeasureEnedisFunction")


def flow_that_is_broken(world: World) -> Generator[Scene]:
    drop(world, zipped_flow([], next_moment())[:-40], "x12/broken.zip")
    world.wait(lambda: world.cloud.queued("FlowsDeadLetters"), "a flow that was put aside")
    yield Scene(says=("x12/broken.zip", "InvalidFlow", "invalid event put aside"))
    world.dead_letters("FlowsDeadLetters")


def flow_with_bad_rows(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    bad = row(customer, SupplyState.LIMITED, "SKIP0001", limited_power_kva="x")
    drop_and_wait(world, zipped_flow([bad], next_moment()), "x12/rows.zip")
    yield Scene(says=("row skipped", "x12/rows.zip"))


def flow_that_differs(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    lifted = row(customer, SupplyState.SUPPLIED, "RET00009")
    drop_and_wait(world, zipped_flow([lifted], next_moment()), "x12/differs.zip")
    yield Scene(says=("flow worked through", "FlowLimitationsLifted"))
    world.wait_for_rest(customer, 2)


def flow_that_contradicts(world: World) -> Generator[Scene]:
    """We registered a limitation from the flow and gave power back, days ago; the flow still shows it."""
    customer, tables = world.new_customer(), world.cloud.client("dynamodb")
    world.billing.update_contract(customer.contract_id, customer_id=customer.customer_id, point_id=customer.point_id)
    rows = [row(customer, SupplyState.LIMITED, "LIM00077", limitation_reason="IMPAYE")]
    shown_at = datetime.now(UTC) + timedelta(minutes=1)
    drop_and_wait(world, zipped_flow(rows, shown_at), "x12/unknown.zip")
    registered = Customer("ENEDIS-LIM00077-1", customer.contract_id, customer.point_id, customer.customer_id, 0.0)
    world.wait_for_outcome(registered, "RESTORED")
    tables.update_item(
        TableName=world.cloud.physical_id("LimitedContractsTable"),
        Key={"contractId": {"S": customer.contract_id}},
        UpdateExpression="SET limitations = :none, lastClosedAt = :at",
        ExpressionAttributeValues={":none": {"M": {}}, ":at": {"S": "2026-05-05T00:00:00.000Z"}},
    )
    drop_and_wait(world, zipped_flow(rows, shown_at + timedelta(minutes=1)), "x12/late.zip")
    yield Scene(says=("still shows a limitation that was closed", registered.limitation_id))


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
    world.turn_switch("on")


def purged_queue(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    [poller] = world.cloud.pollers_of("PaymentsQueue")
    poller.enabled = False
    start = datetime.now(UTC) - timedelta(seconds=2)
    world.pay(customer)
    world.cloud.client("sqs").purge_queue(QueueUrl=world.cloud.physical_id("PaymentsQueue"))
    poller.enabled = True
    end = datetime.now(UTC) + timedelta(seconds=2)
    window = {"2026-11-25T08:00": start.isoformat(), "2026-11-25T09:00": end.isoformat()}
    yield Scene(window, says=("are on the bus again",))
    world.wait_for_outcome(customer, "RESTORED")


def customer_who_calls(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    world.pay(customer)
    world.wait_for_outcome(customer, "RESTORED")
    world.wait_for_messages()
    yield Scene(
        {EXAMPLE: customer.limitation_id, "CTR-000015": customer.contract_id, "30000000000001": customer.point_id},
        says=("Votre puissance est rétablie", "POWER_RESTORED", '"ACCEPTED"', "Politique commerciale"),
    )


def order_that_is_gone(world: World) -> Generator[Scene]:
    """A script deletes an order that Enedis has, after the moment to which the table is restored."""
    customer = world.limited_customer(endings=[Ending.NEVER])
    world.pay(customer)
    world.wait_until_followed(customer)
    client, table = world.cloud.client("dynamodb"), world.cloud.physical_id("OrdersTable")
    key = {"reference": {"S": f"{customer.limitation_id}/R/1"}}
    [poller] = world.cloud.pollers_of("OrdersQueue")
    seen: list[bool] = []

    def delete_it() -> None:
        seen.append(poller.enabled)
        client.delete_item(TableName=table, Key=key)

    yield Scene(
        {"TABLE=limitations": "TABLE=orders"},
        says=('"ACTIVE"', "is started", "Kept in the journal"),
        before={2: delete_it},
    )
    assert (seen, poller.enabled) == ([False], True)
    assert client.get_item(TableName=table, Key=key)["Item"]["status"] == {"S": "ACCEPTED"}
    runs = world.cloud.executions("NightlyCheckStateMachine")
    world.wait(lambda: not any(it.is_running for it in runs), "the end of the check")


def bad_deployment(world: World) -> Generator[Scene]:
    customer = world.limited_customer(endings=[Ending.NEVER])
    since = datetime.now(PARIS).strftime("%Y-%m-%dT%H:%M")
    world.pay(customer)
    world.wait_until_followed(customer)
    yield Scene(
        {"LIM-000143": customer.limitation_id, "2026-11-26T01:50": since},
        says=(customer.limitation_id, "Kept in the journal"),
    )
    world.wait_for_outcomes(customer, "BALANCE_DUE", "ABORTED")


def affected_customer(world: World) -> Generator[Scene]:
    """One execution fails, and the minute ends in which it did: both alarms go off."""
    [customer] = fail(world, 1)
    world.cloud.pass_minutes(1)
    yield Scene(says=("restoration-ExecutionsFailed", "CustomersAffected"))
    [failed] = [it for it in world.executions(customer) if it.error]
    world.stage.operations("stepfunctions").redrive_execution(executionArn=failed.arn)
    world.wait_for_outcome(customer, "RESTORED")


def throttled_function(world: World) -> Generator[Scene]:
    customer = world.limited_customer()

    def refuse(_payload: bytes, _go_on: Callable[[], bytes]) -> bytes:
        raise ThrottledError("Rate Exceeded.")

    with world.cloud.functions.named("ReceivePaymentsFunction").wrapped(refuse):
        world.pay(customer)
        yield Scene()
    world.wait_for_outcome(customer, "RESTORED")


def rule_that_is_off(world: World, name: str, bus: str) -> Generator[Scene]:
    """Somebody has disabled a rule."""
    events = world.cloud.client("events")
    [rule] = [it for it in events.list_rules(EventBusName=bus)["Rules"] if name in it["Name"]]
    events.disable_rule(Name=rule["Name"], EventBusName=bus)
    yield Scene(says=(rule["Name"], "DISABLED"))
    events.enable_rule(Name=rule["Name"], EventBusName=bus)


def measurement_that_stopped(world: World) -> Generator[Scene]:
    yield from rule_that_is_off(world, "MeasureEnedis", "default")


def record_that_lags(world: World) -> Generator[Scene]:
    """The record was reconciled once, and not since: nothing fires the schedule here."""
    world.cloud.invoke("ReconcileExecutionsFunction", {})
    yield Scene(says=("unreconciled", "completeTo"))


def silent_intake(world: World) -> Generator[Scene]:
    yield from rule_that_is_off(world, "PaymentEvents", world.stage.bus)


def limited_again(world: World) -> Generator[Scene]:
    """Billing did not hear that the debt is paid, and has the customer limited once more."""
    customer = world.limited_customer()
    world.pay(customer)
    world.wait_for_outcome(customer, "RESTORED")
    again = replace(customer, limitation_id=f"{customer.limitation_id}-B")
    world.limit(again, at=(datetime.now(UTC) + timedelta(minutes=1)).isoformat())
    world.wait_for_rest(again, 1)
    yield Scene(says=("limited again soon after closing", customer.contract_id))


def settled_and_shown(world: World) -> Generator[Scene]:
    """A limitation was closed days ago, and the flow still shows its point limited."""
    customer = world.new_customer()
    world.billing.update_contract(customer.contract_id, customer_id=customer.customer_id, point_id=customer.point_id)
    closed_at = datetime.now(UTC) - timedelta(days=3)
    item = {
        "contractId": {"S": customer.contract_id},
        "limitations": {"M": {}},
        "closedLimitations": {"M": {}},
        "lastClosedAt": {"S": to_text(closed_at)},
    }
    world.cloud.client("dynamodb").put_item(TableName=world.cloud.physical_id("LimitedContractsTable"), Item=item)
    began = (closed_at - timedelta(days=9)).date()
    shown = row(customer, SupplyState.LIMITED, "LIM00088", limitation_reason="IMPAYE", effective_on=began)
    drop_and_wait(world, zipped_flow([shown], datetime.now(UTC)), "x12/settled.zip")
    yield Scene(says=("days after it was settled",))
    registered = replace(customer, limitation_id="ENEDIS-LIM00088-1")
    world.wait_for_outcome(registered, "RESTORED")


INCIDENTS: Mapping[str, Callable[[World], Generator[Scene]]] = {
    SETUP: nothing,
    "Customers are affected": affected_customer,
    "A restoration failed": failed_restorations,
    "Redrive many at once": many_failed,
    "A restoration is too old": forgotten_by_enedis,
    "Enedis is late with orders": late_order,
    "Messages to customers fail": messages_that_fail,
    "Messages do not arrive": message_that_bounced,
    "The nightly check was not done": failed_night,
    "The protection campaign": campaign_planned,
    "Check one limitation now": lost_payment,
    "A dead-letter queue is not empty": payments_put_aside,
    "A function raises errors": function_that_raises,
    "A function is throttled": throttled_function,
    "A measurement is missing": measurement_that_stopped,
    "The record lags behind": record_that_lags,
    "No payment comes in": silent_intake,
    "Billing goes on with its reminders": limited_again,
    "A queue is too old": queue_that_waits,
    "Enedis is unreachable": outage,
    "The quota is exhausted": quota_used_up,
    "Our certificate for Enedis expires": certificate_that_is_none,
    "A flow of Enedis could not be read": flow_that_is_broken,
    "Rows of a flow were skipped": flow_with_bad_rows,
    "A flow differs too much": flow_that_differs,
    "A settled limitation is still shown": settled_and_shown,
    "A flow contradicts what was closed": flow_that_contradicts,
    "Turning the switch": switch_to_turn,
    "Events were lost": purged_queue,
    "A customer calls: where is their case?": customer_who_calls,
    "A table was restored to a point in time": order_that_is_gone,
    "A deployment was bad": bad_deployment,
}


# ── The pages ──


def test_each_page_with_commands_has_an_incident() -> None:
    assert list(pages()) == list(INCIDENTS)


def test_each_command_that_is_not_run_is_one_of_the_runbook() -> None:
    text = "\n".join(block for blocks in pages().values() for block in blocks)
    for command in not_run():
        assert command in text, f"decision 0011 lists {command}, which the runbook does not have"


@pytest.mark.parametrize("page", INCIDENTS)
def test_commands_of_a_page_run_against_its_incident(
    page: str, world: World, environment: Mapping[str, str], tmp_path: Path
) -> None:
    blocks = [block for block in pages()[page] if not any(command in block for command in not_run())]
    # What an incident has broken is mended, too, when its page fails.
    with closing(INCIDENTS[page](world)) as course:
        scene = next(course)
        printed = run(blocks, scene, environment, tmp_path)
        flat = " ".join(printed.split())
        for words in scene.says:
            assert words in printed or words in flat, printed
        assert next(course, None) is None


# ── Making trouble ──


def letter_id(world: World, queue: str) -> str:
    """The id of the one record in a queue, which stays visible."""
    found = world.cloud.client("sqs").receive_message(QueueUrl=world.cloud.physical_id(queue), VisibilityTimeout=0)
    return str(found["Messages"][0]["MessageId"])
