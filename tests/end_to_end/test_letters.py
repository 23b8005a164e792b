"""Dead letters on the deployed stack, by the operations' tool in its role; and what that role can't forge."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from local.partners.enedis.flows import zipped_flow
from record.domain.dead_letter import QUEUES, Family
from tests.end_to_end.flow_files import next_moment
from tests.end_to_end.operations import Operations
from tests.end_to_end.provoked import on_the_bus, put_aside
from tests.end_to_end.world import World
from tests.fakes.message_world import record


def letters(operations: Operations, family: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = operations.run("letters", "list", family, "--json").content["letters"]
    return found


def wait_for_letters(world: World, operations: Operations, family: Family, count: int) -> list[dict[str, Any]]:
    """Wait until so many letters are visible, then look at them once: a look takes a second."""
    name = operations.account.name(QUEUES[family])
    world.wait(lambda: world.cloud.queue_depths()[name].visible == count, f"{count} dead letters of {family}")
    return letters(operations, family)


def archived(world: World, bucket: str = "OperationsBucketName") -> list[dict[str, Any]]:
    s3, bucket = world.cloud.client("s3"), world.cloud.outputs[bucket]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="letters/").get("Contents", [])
    return [json.loads(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()) for each in listed]


def test_decision_about_an_unknown_limitation_waits_for_billing_and_then_goes_back(
    world: World, operations: Operations
) -> None:
    """Put aside, listed with its reason, refused before the mend, taken after it: the customer gets power."""
    customer = world.new_customer()
    decision = {
        "limitationId": customer.limitation_id,
        "decision": "RESTORE",
        "advisor": "ADV-7",
        "reason": "Preuve de paiement vue",
        "at": datetime.now(UTC).isoformat(),
    }
    world.put("AdvisorDecided", source="advisors", **decision)
    (letter,) = wait_for_letters(world, operations, Family.RESUMPTIONS, 1)
    assert letter["error"] == "InvalidEvent"
    assert letter["reason"] == f"detail.limitationId: no limitation {customer.limitation_id} is registered"
    assert letter["to"] is None

    early = operations.run("letters", "replay", "resumptions", "--all", "--reason", "try", "--yes")
    assert "none of them may be replayed today" in str(early.error)

    world.register(customer)
    (letter,) = letters(operations, "resumptions")
    assert (letter["to"], letter["today"]) == ("resumptions", "it would be taken")
    replayed = operations.run("letters", "replay", "resumptions", letter["id"][:8], typed=["billing sent it", "yes"])
    assert (replayed.error, replayed.exit_code) == (None, 0)
    assert "1 replayed." in replayed.text
    world.wait_for_outcome(customer, "RESTORED")
    assert world.cloud.queued("ResumptionsDeadLetters") == [], "deleted, and not only hidden"
    (kept,) = [each for each in archived(world) if each["letter"] == letter["id"]]
    assert kept["by"].endswith(":assumed-role/restoration-operations-OperationsRole/somebody")
    assert (kept["action"], kept["reason"], kept["sha256"]) == ("REPLAY", "billing sent it", letter["sha256"])


def move(world: World, source: str, target: str) -> None:
    """Move the one record of a queue, as SQS does with a record that its function failed on too often."""
    sqs, url = world.cloud.client("sqs"), world.cloud.physical_id(source)
    (queued,) = world.wait(lambda: sqs.receive_message(QueueUrl=url).get("Messages"), f"a record in {source}")
    put_aside(world, target, queued["Body"])
    sqs.delete_message(QueueUrl=url, ReceiptHandle=queued["ReceiptHandle"])


def replay(operations: Operations, family: str) -> None:
    ran = operations.run("letters", "replay", family, "--all", "--reason", "mended", "--yes")
    assert (ran.error, ran.exit_code) == (None, 0), ran.text


def test_order_that_was_put_aside_is_placed_once_when_it_is_replayed(world: World, operations: Operations) -> None:
    customer = world.limited_customer()
    world.stage.pause_orders()
    world.pay(customer)
    world.wait_in_state(customer, "OrderAtEnedis")
    move(world, "OrdersQueue", "OrdersDeadLetters")
    world.stage.pause_orders(paused=False)
    (letter,) = wait_for_letters(world, operations, Family.ORDERS, 1)
    assert (letter["what"], letter["to"]) == (f"order {customer.limitation_id}/R/1", "orders")
    replay(operations, "orders")
    world.wait_for_outcome(customer, "RESTORED")
    assert len(world.orders(customer)) == 1


def test_order_whose_execution_was_stopped_stays_and_is_discarded_with_a_copy(
    world: World, operations: Operations
) -> None:
    customer = world.limited_customer()
    world.stage.pause_orders()
    world.pay(customer)
    execution = world.wait_in_state(customer, "OrderAtEnedis")
    move(world, "OrdersQueue", "OrdersDeadLetters")
    world.stage.pause_orders(paused=False)
    world.stage.operations("stepfunctions").stop_execution(executionArn=execution.arn)
    world.wait(lambda: not execution.is_running, "the execution's end")
    (letter,) = wait_for_letters(world, operations, Family.ORDERS, 1)
    assert (letter["to"], "Redrive the execution" in letter["today"]) == (None, True)
    refused = operations.run("letters", "replay", "orders", "--all", "--reason", "try", "--yes")
    assert refused.exit_code == 1
    gone = operations.run("letters", "discard", "orders", letter["id"], "--reason", "redriven", "--yes")
    assert (gone.error, "1 discarded." in gone.text) == (None, True)
    (kept,) = [each for each in archived(world) if each["letter"] == letter["id"]]
    assert "body" not in kept
    (body,) = [each["body"] for each in archived(world, "RecordBucketName") if customer.limitation_id in each["body"]]
    assert sha256(body.encode()).hexdigest() == kept["sha256"]
    assert world.cloud.queued("OrdersDeadLetters") == [], "deleted, and not only hidden"
    assert world.orders(customer) == []
    world.redrive(customer)
    world.wait_for_outcome(customer, "RESTORED")
    assert len(world.orders(customer)) == 1


def test_order_that_names_another_point_fails_its_execution_and_reaches_nobody(
    world: World, operations: Operations
) -> None:
    """The record that somebody forged stays and may not be replayed; the redriven execution queues the right one."""
    customer, other = world.limited_customer(), world.new_customer()
    world.stage.pause_orders()
    world.pay(customer)
    execution = world.wait_in_state(customer, "OrderAtEnedis")
    sqs, url = world.cloud.client("sqs"), world.cloud.physical_id("OrdersQueue")
    (queued,) = world.wait(lambda: sqs.receive_message(QueueUrl=url).get("Messages"), "the order")
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(json.loads(queued["Body"]) | {"pointId": other.point_id}))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=queued["ReceiptHandle"])
    world.stage.pause_orders(paused=False)
    world.wait(lambda: not execution.is_running, "the execution's failure")
    assert (execution.status, execution.error) == ("FAILED", "InvalidEvent")
    (letter,) = wait_for_letters(world, operations, Family.ORDERS, 1)
    assert (letter["error"], letter["to"]) == ("InvalidEvent", None)
    assert f"ordered for point {other.point_id}" in letter["today"]
    assert operations.run("letters", "discard", "orders", "--all", "--reason", "forged", "--yes").exit_code == 0
    world.redrive(customer)
    world.wait_for_outcome(customer, "RESTORED")
    assert (len(world.orders(customer)), world.orders(other)) == (1, [])


def test_event_that_came_before_its_deployment_goes_to_the_queue_of_its_rule_after_it(
    world: World, operations: Operations
) -> None:
    customer = world.limited_customer()
    payment = world.payment(customer)
    world.billing.record(payment)
    put_aside(world, "UnrecognisedEventsQueue", on_the_bus("PaymentReceived", json.loads(str(payment["Detail"]))))
    put_aside(world, "UnrecognisedEventsQueue", on_the_bus("PaymentGuessed", {}))
    found = {each["to"]: each for each in wait_for_letters(world, operations, Family.UNRECOGNISED, 2)}
    assert set(found) == {"payments", None}
    replay(operations, "unrecognised")
    world.wait_for_outcome(customer, "RESTORED")
    (left,) = letters(operations, "unrecognised")
    assert "no rule takes PaymentGuessed of billing" in left["today"]
    assert operations.run("letters", "discard", "unrecognised", "--all", "--reason", "a test", "--yes").exit_code == 0


def test_records_of_the_other_families_go_back_to_their_queues(world: World, operations: Operations) -> None:
    customer = world.limited_customer()
    flow = zipped_flow([], datetime(2026, 5, 10, 2, tzinfo=UTC), flow="C15")
    bucket = world.cloud.outputs["FlowsBucketName"]
    version = world.cloud.client("s3").put_object(Bucket=bucket, Key="c15/again.zip", Body=flow)["VersionId"]
    dropped = {"bucket": {"name": bucket}, "object": {"key": "c15/again.zip", "size": 1, "version-id": version}}
    ended = {"contractId": "CTR-NOBODY", "pointId": customer.point_id, "at": "2026-05-04T09:00:00Z"}
    tag = urlsafe_b64encode(b"LIM-NOBODY#REFUSED#x").decode().rstrip("=")
    report = {"report": "Email Bounced", "tag": tag, "at": "2026-05-04T12:00:00Z"}
    payment = json.loads(str(world.payment(customer)["Detail"]))
    put_aside(world, "FlowsDeadLetters", on_the_bus("Object Created", dropped, "aws.s3"), ErrorType="Unexpected")
    put_aside(world, "LimitationsDeadLetters", on_the_bus("ContractEnded", ended), ErrorType="Unexpected")
    put_aside(world, "NotificationsDeadLetters", report, ErrorType="Unexpected")
    floor = record("PowerFloorRaised", limitation=customer.limitation_id)
    put_aside(world, "NotificationsDeadLetters", floor, ErrorType="Unexpected")
    put_aside(world, "PaymentsDeadLetters", on_the_bus("PaymentReceived", payment), ErrorType="Unexpected")
    families = ("flows", "limitations", "notifications", "payments")
    shown = operations.run("letters", "--json").content["groups"]
    assert {(each["family"], each["wouldBeTaken"]) for each in shown} == {(family, True) for family in families}
    counted = "restoration", "LettersReplayed"
    before = world.cloud.metrics.get(counted, 0)
    for family in families:
        replay(operations, family)
    assert world.cloud.metrics[counted] == before + 5
    world.wait_for_outcomes(customer, "BALANCE_DUE")
    assert "There are no dead letters." in operations.run("letters").text
    assert [world.cloud.queued(f"{family.title()}DeadLetters") for family in families] == [[]] * len(families)


def test_file_that_is_gone_when_it_is_its_turn_is_put_aside_with_that_reason(world: World) -> None:
    """S3 says so only to those who may list the bucket: without that right it is "access denied", and tried again."""
    s3, bucket = world.cloud.client("s3"), world.cloud.outputs["FlowsBucketName"]
    (poller,) = world.cloud.pollers_of("FlowsQueue")
    poller.enabled = False
    dropped = s3.put_object(Bucket=bucket, Key="x12/gone.zip", Body=zipped_flow([], next_moment()))
    s3.delete_object(Bucket=bucket, Key="x12/gone.zip", VersionId=dropped["VersionId"])
    poller.enabled = True
    world.wait(lambda: world.cloud.queued("FlowsDeadLetters"), "the record of a file that is gone")
    [(_, attributes)] = world.dead_letters("FlowsDeadLetters")
    assert attributes["ErrorReason"] == "x12/gone.zip: is not in the bucket any more"


def test_letters_function_sends_nothing_that_does_not_lie_in_a_dead_letter_queue(
    world: World, operations: Operations
) -> None:
    forged = json.dumps(on_the_bus("PaymentReceived", {"paymentId": "PAY-FORGED"}))
    who = {"operation": "operation-1", "by": "arn:somebody", "reason": "forged"}
    digest = sha256(forged.encode()).hexdigest()
    chosen = {"id": "00000000-0000-0000-0000-000000000000", "sha256": digest, "body": forged}
    request = {"action": "REPLAY", "family": "payments", "letters": [chosen], "body": forged, **who}
    response = world.stage.operations("lambda").invoke(
        FunctionName=world.cloud.physical_id("HandleDeadLettersFunction"), Payload=json.dumps(request)
    )
    (outcome,) = json.loads(response["Payload"].read())["letters"]
    assert outcome["fate"] == "NOT_FOUND"
    assert "PAY-FORGED" not in "".join(world.cloud.queued("PaymentsQueue"))
    assert letters(operations, "payments") == []
