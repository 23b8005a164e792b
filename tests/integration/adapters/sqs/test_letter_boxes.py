"""Dead letters in SQS: seen beyond ten, given back, sent on with their trace, deleted; the archive of what was done."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from record.adapters.s3.letter_archive import LetterArchive
from record.adapters.sqs.letter_boxes import LetterBoxes
from record.domain.dead_letter import Action, Family, Instruction
from restoration.adapters.sqs.dead_letters import DeadLetters
from restoration.clock import to_text
from restoration.errors import InvalidEvent
from restoration.tracing import record
from tests.integration.adapters.recording import Front

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
AT = datetime(2026, 11, 26, 10, 15, 0, 123_000, UTC)
JOURNAL, BODIES = "operations", "record"


@pytest.fixture
def urls(sqs: Any) -> dict[str, str]:
    return {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("payments", "payments-dead-letters")}


@pytest.fixture
def boxes(sqs: Any, urls: dict[str, str]) -> LetterBoxes:
    front: Any = Front(sqs)
    return LetterBoxes(front, urls["payments"].removesuffix("payments"))


def put_aside(sqs: Any, urls: dict[str, str], *bodies: str) -> None:
    for number, body in enumerate(bodies):
        letters = DeadLetters(sqs, urls["payments-dead-letters"])
        with record(TRACE):
            letters.put(body, InvalidEvent("detail.amount: too small"), f"message-{number}")


def visible(sqs: Any, url: str) -> int:
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"])


def test_a_look_sees_all_hides_them_meanwhile_and_gives_them_back(sqs: Any, urls: dict[str, str], boxes: Any) -> None:
    put_aside(sqs, urls, *(f"body {number}" for number in range(23)))
    letters = [letter for some in boxes.look(Family.PAYMENTS) for letter in some]
    assert {letter.body for letter in letters} == {f"body {number}" for number in range(23)}
    assert visible(sqs, urls["payments-dead-letters"]) == 0
    boxes.give_back(Family.PAYMENTS, letters)
    assert visible(sqs, urls["payments-dead-letters"]) == 23


def test_a_copy_has_body_trace_and_foreign_attributes_and_not_the_reason(
    sqs: Any, urls: dict[str, str], boxes: Any
) -> None:
    sqs.send_message(
        QueueUrl=urls["payments-dead-letters"],
        MessageBody="body",
        MessageAttributes={
            "ErrorType": {"DataType": "String", "StringValue": "InvalidEvent"},
            "RULE_ARN": {"DataType": "String", "StringValue": "arn"},
            "Tenant": {"DataType": "Number", "StringValue": "7"},
        },
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}},
    )
    ((letter,),) = boxes.look(Family.PAYMENTS)
    boxes.send(Family.PAYMENTS, letter)
    boxes.delete(Family.PAYMENTS, letter)
    assert visible(sqs, urls["payments-dead-letters"]) == 0
    (copy,) = sqs.receive_message(
        QueueUrl=urls["payments"], MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    )["Messages"]
    assert (copy["Body"], copy["Attributes"]["AWSTraceHeader"]) == ("body", TRACE)
    assert {name: (one["DataType"], one["StringValue"]) for name, one in copy["MessageAttributes"].items()} == {
        "Tenant": ("Number", "7"),
        "ReplayedMessageId": ("String", letter.id),
    }


def test_a_record_that_sqs_moved_is_told_from_others(sqs: Any, boxes: Any, urls: dict[str, str]) -> None:
    letters = sqs.get_queue_attributes(QueueUrl=urls["payments-dead-letters"], AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": letters["Attributes"]["QueueArn"], "maxReceiveCount": 1}
    sqs.set_queue_attributes(
        QueueUrl=urls["payments"], Attributes={"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "0"}
    )
    sqs.send_message(QueueUrl=urls["payments"], MessageBody="body")
    for _ in range(2):
        sqs.receive_message(QueueUrl=urls["payments"])
    ((letter,),) = boxes.look(Family.PAYMENTS)
    assert (letter.body, letter.was_moved_by_sqs, letter.error) == ("body", True, "FunctionDied")


@pytest.mark.parametrize("action", Action)
def test_what_was_done_is_kept_and_what_a_discarded_letter_contained_lies_elsewhere(
    action: Action, sqs: Any, urls: dict[str, str], boxes: Any
) -> None:
    put_aside(sqs, urls, "body é")
    ((letter,),) = boxes.look(Family.PAYMENTS)
    s3 = boto3.client("s3")
    for bucket in (JOURNAL, BODIES):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    archive = LetterArchive(s3, JOURNAL, BODIES)
    archive.keep(Family.PAYMENTS, letter, Instruction(action, "operation-1", "arn:somebody", "ticket 12"), AT)
    key = f"letters/2026/11/26/101500.123-{letter.id}-{action.lower()}.json"
    entry = s3.get_object(Bucket=JOURNAL, Key=key)["Body"].read().decode()
    kept = json.loads(entry)
    about = {"operation": "operation-1", "by": "arn:somebody", "reason": "ticket 12", "at": to_text(AT)}
    about |= {"letter": letter.id, "sha256": letter.digest, "family": "payments", "action": action.value}
    assert kept == {**about, "sentAt": to_text(letter.sent_at), "error": letter.error, "why": letter.reason}
    assert letter.error == "InvalidEvent"
    assert "body é" not in entry, "nobody could erase it there"
    lying = s3.list_objects_v2(Bucket=BODIES).get("Contents", [])
    assert [each["Key"] for each in lying] == ([key] if action is Action.DISCARD else [])
    for each in lying:
        lies = json.loads(s3.get_object(Bucket=BODIES, Key=each["Key"])["Body"].read())
        assert lies == {"body": "body é", "attributes": dict(letter.attributes)}
