"""handle_dead_letters: what it is asked in JSON, what it returns, and what it writes before it acts."""

import json
import os
from typing import Any

import boto3
import pytest
from pydantic import ValidationError

from tests.fakes.samples import payment
from tests.unit.functions.conftest import Load, Metrics

FAMILIES = ("PAYMENTS", "LIMITATIONS", "RESUMPTIONS", "ORDERS", "FLOWS", "NOTIFICATIONS")
WHO = {"operation": "operation-1", "by": "arn:somebody", "reason": "mended, ticket 12"}


@pytest.fixture
def handler(environment: None, load: Load, monkeypatch: pytest.MonkeyPatch, context: Any) -> Any:
    assert environment is None
    sqs, s3 = boto3.client("sqs"), boto3.client("s3")
    for family in FAMILIES:
        for kind in ("DEAD_LETTERS", "QUEUE"):
            url = sqs.create_queue(QueueName=f"{family}-{kind}")["QueueUrl"]
            monkeypatch.setenv(f"{family}_{kind}_URL", url)
    monkeypatch.setenv("UNRECOGNISED_EVENTS_URL", sqs.create_queue(QueueName="unrecognised")["QueueUrl"])
    monkeypatch.setattr("record.adapters.sqs.letter_boxes.WAIT_SECONDS", 0)
    monkeypatch.setenv("OPERATIONS_BUCKET", "operations")
    monkeypatch.setenv("RECORD_BUCKET", "record")
    for bucket in ("operations", "record"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    app = load("handle_dead_letters")

    def call(**request: Any) -> Any:
        return json.loads(json.dumps(app.handler(request, context)))

    return call


def put(family: str, text: str, kind: str = "DEAD_LETTERS", **attributes: str) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=os.environ[f"{family}_{kind}_URL"],
        MessageBody=text,
        MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    )


def bodies(family: str, kind: str = "QUEUE") -> list[str]:
    found = boto3.client("sqs").receive_message(QueueUrl=os.environ[f"{family}_{kind}_URL"], MaxNumberOfMessages=10)
    return [message["Body"] for message in found.get("Messages", [])]


def archived(bucket: str = "operations") -> list[dict[str, Any]]:
    s3 = boto3.client("s3")
    found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return [json.loads(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()) for each in found]


def test_replay_sends_what_was_looked_at_and_writes_who_and_why(handler: Any, metrics: Metrics) -> None:
    put("PAYMENTS", payment("PAY-1"), ErrorType="ClientError", ErrorReason="throttled")
    (letter,) = handler(action="LOOK", family="payments")["letters"]
    chosen = [{"id": letter["id"], "sha256": letter["sha256"]}]
    answer = handler(action="REPLAY", family="payments", letters=chosen, **WHO)
    assert [each["fate"] for each in answer["letters"]] == ["REPLAYED"]
    assert metrics()["LettersReplayed"] == [1]
    assert (bodies("PAYMENTS"), bodies("PAYMENTS", "DEAD_LETTERS")) == ([payment("PAY-1")], [])
    (kept,) = archived()
    assert (kept["by"], kept["reason"], kept["action"]) == ("arn:somebody", "mended, ticket 12", "REPLAY")
    assert "body" not in kept


@pytest.mark.parametrize(
    "request_of_nobody",
    [
        {"action": "REPLAY", "family": "payments", "letters": [{"id": "x", "sha256": "0" * 64}]},
        {"action": "REPLAY", "family": "payments", "letters": [], **WHO},
        {"action": "REPLAY", "family": "payments", "letters": [{"id": "x", "sha256": "short"}], **WHO},
        {"action": "REPLAY", "family": "payments", "letters": [{"id": "x", "body": payment("PAY-1")}], **WHO},
        {"action": "DISCARD", "family": "payments", "letters": [{"id": "x", "sha256": "0" * 64}], **WHO, "reason": " "},
        {"action": "SEND", "family": "payments", "body": payment("PAY-1")},
        {"action": "LOOK", "family": "neighbours"},
    ],
)
def test_request_without_who_why_or_what_was_looked_at_is_refused(
    handler: Any, request_of_nobody: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        handler(**request_of_nobody)
    assert bodies("PAYMENTS") == []
