"""A message that an incident makes due; and that nothing of ours keeps the addresses to which one leaves."""

import json
from datetime import timedelta
from typing import Any

from restoration.clock import paris_date, to_text, utc_now
from tests.end_to_end.world import World


def sending(world: World, message_id: str) -> dict[str, Any]:
    return dict(world.table("MessagesTable").get_item(Key={"messageId": message_id}).get("Item", {}))


def course_of(world: World, key: str) -> list[str]:
    """What became of a message, each time it was looked at."""
    lines = [line for line in world.cloud.logs("NotifyCustomerFunction") if line.get("message") == "customer notified"]
    return [line["status"] for line in lines if line["key"] == key]


def test_an_incident_that_still_holds_a_case_after_half_an_hour_is_told_and_no_address_is_kept(world: World) -> None:
    customer = world.limited_customer()
    world.billing.contact(customer.customer_id, email="m6@example.org", mobile="+33639980006")
    with world.failing("CheckPaymentFunction", "UnknownContract", customer):
        world.pay(customer)
        failed = world.wait_for_outcome(customer, "FAILED")
    began = utc_now() - timedelta(minutes=30)
    key = f"{customer.limitation_id}#CASE_DELAYED#"
    world.wait(lambda: course_of(world, key + str(paris_date(utc_now()))) == ["KEPT", "KEPT"], "look and incident kept")
    detail = {"executionArn": failed.arn, "status": "FAILED", "input": json.dumps(failed.input)}
    came = {"source": "aws.states", "detail-type": "Step Functions Execution Status Change", "detail": detail}
    body = json.dumps(came | {"time": to_text(began - timedelta(days=1))})
    queue = world.cloud.physical_id("NotificationsQueue")
    world.cloud.client("sqs").send_message(QueueUrl=queue, MessageBody=body)
    told = key + str(paris_date(began - timedelta(days=1)))
    world.wait(lambda: sending(world, told).get("state") == "SENT", f"{told} is sent")
    written = str(world.table("MessagesTable").scan()["Items"]) + json.dumps(world.cloud.logs("NotifyCustomerFunction"))
    assert "m6@example.org" not in written
    assert "+33639980006" not in written
