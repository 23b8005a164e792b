"""Incidents of the runbook: messages, queues, functions and rules that do not do what they should."""

import json
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta

from embedded_cloud.errors import ThrottledError
from local.partners.billing import FaultKind
from tests.end_to_end import alarm_scene
from tests.end_to_end.provoked import on_the_bus, put_aside
from tests.end_to_end.runbook_pages import EXAMPLE, Scene
from tests.end_to_end.world import World
from tests.fakes.message_world import record

LETTER = "1f0c2d3e"
EXAMPLE_MESSAGE = "LIM-000015#POWER_RESTORED#LIM-000015/R/1"


def messages_that_fail(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    world.billing.contact(customer.customer_id, email="gone@example.org", mobile="+33639980099")
    world.cloud.carriers.mail_fates["gone@example.org"] = "bounce"
    world.cloud.carriers.sms_fates["+33639980099"] = "UNREACHABLE"
    world.pay(customer)
    world.wait_for_outcomes(customer, "RESTORED")
    world.wait(lambda: world.cloud.queued("NotificationsDeadLetters"), "a message that did not arrive")
    put_aside(
        world,
        "NotificationsDeadLetters",
        record("PowerFloorRaised", limitation=customer.limitation_id),
        ErrorType="MessageNotSent",
    )
    unknown = EXAMPLE_MESSAGE.replace(EXAMPLE, "LIM-UNKNOWN")
    world.table("MessagesTable").put_item(Item={"messageId": unknown, "state": "UNKNOWN"})
    says = "MessageNotDelivered", "MessageNotSent", "1 replayed", "FAILED"
    yield Scene({EXAMPLE: "LIM-UNKNOWN"}, says, "MessagesFailed")
    assert "Item" not in world.table("MessagesTable").get_item(Key={"messageId": unknown})
    world.dead_letters("NotificationsDeadLetters")


def message_that_bounced(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    world.billing.contact(customer.customer_id, email="full@example.org", mobile=None)
    world.cloud.carriers.mail_fates["full@example.org"] = "bounce"
    world.pay(customer)
    world.wait_for_outcomes(customer, "RESTORED")

    def is_reported() -> bool:
        lines = world.cloud.logs("NotifyCustomerFunction")
        return any(it.get("report") == "BOUNCED" and customer.limitation_id in it["key"] for it in lines)

    world.wait(is_reported, "a message that bounced")
    says = "delivery reported", "BOUNCED", customer.limitation_id, "HEALTHY"
    yield Scene(says=says, counts="MessagesUndelivered")


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


def letter_id(world: World, queue: str) -> str:
    """The id of the one record in a queue, which stays visible."""
    found = world.cloud.client("sqs").receive_message(QueueUrl=world.cloud.physical_id(queue), VisibilityTimeout=0)
    return str(found["Messages"][0]["MessageId"])


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


def queue_that_waits(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    [poller] = world.cloud.pollers_of("PaymentsQueue")
    poller.enabled = False
    world.pay(customer)
    try:
        yield Scene(says=('"ApproximateNumberOfMessages": "1"',))
    finally:
        poller.enabled = True
    world.wait_for_outcome(customer, "RESTORED")


def record_that_was_dropped(world: World) -> Generator[Scene]:
    dropped = {"FunctionName": "restoration-receive-payments"}
    alarm_scene.Scene(world).put_metric("RecursiveInvocationsDropped", 1, "AWS/Lambda", **dropped)
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    window = {"2026-11-25T08:00:00Z": hour.isoformat(), "2026-11-25T09:00:00Z": (hour + timedelta(hours=2)).isoformat()}
    yield Scene(window, says=('"Sum": 1.0',))


def function_that_raises(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    world.billing.inject(FaultKind.UNAVAILABLE, times=3, subject=customer.contract_id)
    world.pay(customer)
    world.wait_for_outcomes(customer, "RESTORED")
    yield Scene(says=("BillingUnavailable", customer.limitation_id))


def throttled_function(world: World) -> Generator[Scene]:
    customer = world.limited_customer()

    def refuse(_payload: bytes, _go_on: Callable[[], bytes]) -> bytes:
        raise ThrottledError("Rate Exceeded.")

    with world.cloud.functions.named("ClaimLimitationFunction").wrappers.also(refuse):
        world.pay(customer)
        yield Scene()
    world.wait_for_outcome(customer, "RESTORED")


def record_that_lags(world: World) -> Generator[Scene]:
    """The record was reconciled once, and not since: nothing fires the schedule here."""
    world.cloud.invoke("ReconcileExecutionsFunction", {})
    yield Scene(says=("unreconciled", "completeTo"))


def rule_that_is_off(world: World, name: str, bus: str) -> Generator[Scene]:
    """Somebody has disabled a rule."""
    events = world.cloud.client("events")
    [rule] = [it for it in events.list_rules(EventBusName=bus)["Rules"] if name in it["Name"]]
    events.disable_rule(Name=rule["Name"], EventBusName=bus)
    try:
        yield Scene(says=(rule["Name"], "DISABLED"))
    finally:
        events.enable_rule(Name=rule["Name"], EventBusName=bus)
