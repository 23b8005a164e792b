"""A message's whole way: an event on the bus, the queue, the function, the carrier; and what is reported afterwards."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from restoration.clock import paris_date, to_text, utc_now
from restoration.contracts.notifications import attempt_of
from tests.end_to_end.world import World

POINT = "30009990000001"

OWN_CLOUD: dict[str, str] = {}

LONGEST_TO_A_FIRST_LOOK = timedelta(seconds=15)
"""The second look comes so much later, too: the functions' clock is the machine's, and no test can move it."""

REPORTED_AT = "2026-05-04T08:00:00.000Z"


def register(world: World, number: int, **attributes: str) -> str:
    """A limited customer of the register, as the claim's functions leave it; the contact is billing's."""
    limitation = f"LIM-M{number}"
    item = {
        "limitationId": limitation,
        "contractId": f"CTR-M{number}",
        "pointId": POINT,
        "customerId": f"CUS-M{number}",
        "status": "LIMITED",
        "lastEventAt": REPORTED_AT,
        "registeredAt": REPORTED_AT,
        **attributes,
    }
    world.table("LimitationsTable").put_item(Item={**item, "limitedPowerKva": 1, "generation": 1})
    world.billing.contact(f"CUS-M{number}", email=f"m{number}@example.org", mobile=f"+3363998000{number}")
    return limitation


FACTS: dict[str, dict[str, Any]] = {
    "PowerRestored": {
        "basis": "DEBT_COVERED",
        "residual": "0.00",
        "reviewOn": None,
        "communicatingMeter": True,
        "unclaimable": "0.00",
    },
    "BalanceDue": {"rejected": False, "unclaimable": "0.00"},
}


def publish(world: World, detail_type: str, limitation: str, at: datetime | None = None, **facts: Any) -> None:
    """What the machine and its functions put on the bus, now or dated otherwise."""
    detail = {
        "id": f"{limitation}:1:{detail_type}:",
        "limitationId": limitation,
        "contractId": limitation.replace("LIM", "CTR"),
        "generation": 1,
        **FACTS.get(detail_type, {}),
        **facts,
    }
    entry = {"Source": "restoration", "DetailType": detail_type, "Detail": json.dumps(detail)}
    dated = {"Time": at} if at else {}
    world.put_entries([entry | dated | {"EventBusName": world.cloud.outputs["EventBusName"]}])


def told(world: World, number: int) -> list[str]:
    """What left for a customer: by SMS or by e-mail, as the hour at which the test runs has it."""
    carriers = world.cloud.carriers
    sms = [sent.body for sent in carriers.text_messages if sent.to == f"+3363998000{number}"]
    return sms + [sent.body for sent in carriers.emails if sent.to == f"m{number}@example.org"]


def sending(world: World, message_id: str) -> dict[str, Any]:
    return dict(world.table("MessagesTable").get_item(Key={"messageId": message_id}).get("Item", {}))


def wait_for_state(world: World, message_id: str, state: str) -> None:
    world.wait(lambda: sending(world, message_id).get("state") == state, f"{message_id} {state}")
    world.cloud.wait_idle(waiting=True)


def test_a_balance_is_kept_and_told_a_while_later_if_it_is_still_true(world: World) -> None:
    still_due, paid_the_rest = register(world, 2), register(world, 3)

    def is_looked_at_again(records: Mapping[str, Any]) -> bool:
        return paid_the_rest in str(records) and course_of(world, balance_due(paid_the_rest)) == ["KEPT"]

    # Dated ahead: a busy machine has not looked at it for the first time before the delay is over.
    at = utc_now() + LONGEST_TO_A_FIRST_LOOK
    with world.held("NotifyCustomerFunction", is_looked_at_again) as second_look:
        for limitation in (still_due, paid_the_rest):
            publish(world, "BalanceDue", limitation, at, balance="40.5", paid=True)
        world.wait_until_held(second_look)
        register(world, 3, holder="arn:the-execution-of-the-second-payment")
    wait_for_state(world, balance_due(still_due), "SENT")
    assert course_of(world, balance_due(still_due)) == ["KEPT", "SENT"]
    assert course_of(world, balance_due(paid_the_rest)) == ["KEPT", "DROPPED"]
    assert ["40,50 €" in text for text in told(world, 2)] == [True]
    assert told(world, 3) == []


def balance_due(limitation: str) -> str:
    return f"{limitation}#BALANCE_DUE#1#40.50"


def course_of(world: World, key: str) -> list[str]:
    """What became of a message, each time it was looked at."""
    lines = [line for line in world.cloud.logs("NotifyCustomerFunction") if line.get("message") == "customer notified"]
    return [line["status"] for line in lines if line["key"] == key]


def test_a_check_of_over_half_an_hour_is_told_while_it_lasts(world: World) -> None:
    held = {"holder": "arn:the-execution-that-checks", "claimMode": "on"}
    half_an_hour_ago = utc_now() - timedelta(minutes=30)
    looked_at, waits = register(world, 7, **held), register(world, 8, **held, waitingSince="…")
    for limitation in (looked_at, waits):
        trigger = {"type": "PaymentReceived", "id": "PAY-1:CAPTURED"}
        publish(world, "DunningHoldRequested", limitation, half_an_hour_ago, trigger=trigger)
    keys = [f"{limitation}#CASE_DELAYED#{paris_date(half_an_hour_ago)}" for limitation in (looked_at, waits)]
    world.wait(lambda: [course_of(world, key) for key in keys] == [["SENT"], ["DROPPED"]], "one told, and one dropped")
    assert ["prend plus de temps" in text for text in told(world, 7)] == [True]
    assert told(world, 8) == []


def test_an_incident_that_still_holds_a_case_after_half_an_hour_is_told(world: World) -> None:
    customer = world.limited_customer()
    with world.failing("CheckPaymentFunction", customer, "UnknownContract"):
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
    wait_for_state(world, key + str(paris_date(began - timedelta(days=1))), "SENT")


def test_of_a_customer_with_neither_mobile_nor_e_mail_billing_is_asked_for_a_letter_once(world: World) -> None:
    limitation = register(world, 5)
    key = f"{limitation}#PAYMENT_REJECTED#1#40.50"
    world.billing.contact("CUS-M5", email=None, mobile=None)

    def ask_again(*statuses: str) -> None:
        """One comes after the other: a copy that crossed the first would be kept for ten seconds.

        Each is kept for a second, unless a slow machine takes that long to look at it.
        """
        publish(world, "BalanceDue", limitation, balance="40.5", paid=False, rejected=True)
        world.wait(lambda: [each for each in course_of(world, key) if each != "KEPT"] == list(statuses), f"{key}")

    ask_again("SENT")
    ask_again("SENT", "ALREADY_SENT")
    (letter,) = world.heard("LetterRequested")
    assert (letter["detail"]["kind"], letter["detail"]["byTelephone"]) == ("PAYMENT_REJECTED", False)
    assert "Un paiement pour votre contrat" in letter["detail"]["text"]
    assert told(world, 5) == []


def test_a_carrier_s_report_leads_back_to_the_message_and_no_address_is_kept(world: World) -> None:
    limitation, carriers = register(world, 6, status="CLOSED"), world.cloud.carriers
    publish(world, "PowerRestored", limitation, pointId=POINT, outcome="RESTORED", reference=None)
    wait_for_state(world, f"{limitation}#POWER_RESTORED#1", "SENT")
    tags = {attempt_of(sent.context["message"]) for sent in carriers.text_messages}
    tags |= {attempt_of(sent.tags["message"]) for sent in carriers.emails}
    assert f"{limitation}#POWER_RESTORED#1" in tags
    written = str(world.table("MessagesTable").scan()["Items"]) + json.dumps(world.cloud.logs("NotifyCustomerFunction"))
    assert "m6@example.org" not in written
    assert "+3363998" not in written
