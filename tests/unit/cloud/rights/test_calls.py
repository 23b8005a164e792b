"""Which rights a request needs."""

import json
from typing import Any

import pytest

from embedded_cloud.backends.protocol import AwsRequest
from embedded_cloud.rights.calls import calls_of

ACCOUNT = "123456789012"
REGION = "eu-west-3"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
EVENTS = f"arn:aws:events:{REGION}:{ACCOUNT}"
PARAMETER = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}"


def needs(service: str, operation: str, parameters: dict[str, Any]) -> list[tuple[str, str]]:
    request = AwsRequest(
        service, REGION, "POST", "/", {"X-Amz-Target": f"Any_20120810.{operation}"}, json.dumps(parameters).encode()
    )
    return [(call.action, call.resource) for call in calls_of(request, ACCOUNT)]


def needs_of_path(service: str, method: str, path: str, body: bytes = b"") -> list[tuple[str, str]]:
    return [
        (call.action, call.resource) for call in calls_of(AwsRequest(service, REGION, method, path, {}, body), ACCOUNT)
    ]


PARTS = [
    {"Put": {"TableName": "a"}},
    {"Put": {"TableName": "a"}},
    {"Update": {"TableName": "b"}},
    {"ConditionCheck": {"TableName": "b"}},
]
REPLAY = {"ReplayName": "r", "EventSourceArn": f"{EVENTS}:archive/a", "Destination": {"Arn": f"{EVENTS}:event-bus/m"}}
SENT = {"QueueUrl": f"http://127.0.0.1:1/{ACCOUNT}/orders"}


@pytest.mark.parametrize(
    ("operation", "parameters", "needed"),
    [
        ("dynamodb:Query", {"TableName": "orders"}, [f"Query {TABLE}/orders"]),
        ("dynamodb:Scan", {"TableName": f"{TABLE}/orders"}, [f"Scan {TABLE}/orders"]),
        ("dynamodb:Query", {"TableName": "o", "IndexName": "by-day"}, [f"Query {TABLE}/o/index/by-day"]),
        ("dynamodb:BatchGetItem", {"RequestItems": {"a": {}, "b": {}}}, [f"BatchGetItem {TABLE}/{x}" for x in "ab"]),
        (
            "dynamodb:TransactWriteItems",
            {"TransactItems": PARTS},
            [f"PutItem {TABLE}/a", f"UpdateItem {TABLE}/b", f"ConditionCheckItem {TABLE}/b"],
        ),
        ("sqs:SendMessage", SENT, [f"SendMessage {QUEUE}:orders"]),
        ("sqs:SendMessageBatch", SENT, [f"SendMessage {QUEUE}:orders"]),
        ("events:StartReplay", REPLAY, [f"StartReplay {EVENTS}:{x}" for x in ("replay/r", "archive/a", "event-bus/m")]),
        ("states:StartExecution", {"stateMachineArn": "arn:machine"}, ["StartExecution arn:machine"]),
        ("states:SendTaskSuccess", {"taskToken": "t"}, ["SendTaskSuccess *"]),
        (
            "ssm:GetParameters",
            {"Names": ["/stack/mode", "plain"]},
            [f"GetParameters {PARAMETER}/{x}" for x in ("stack/mode", "plain")],
        ),
        ("kinesis:PutRecord", {"StreamName": "s"}, ["PutRecord *"]),
    ],
)
def test_operation_needs_its_rights_on_what_its_parameters_name(
    operation: str, parameters: dict[str, Any], needed: list[str]
) -> None:
    service, _, name = operation.partition(":")
    assert needs(service, name, parameters) == [(f"{service}:{a}", b) for a, b in map(str.split, needed)]


def test_item_is_known_by_the_only_attribute_of_its_key() -> None:
    def keys(key: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        body = json.dumps({"TableName": "a", "Key": key}).encode()
        request = AwsRequest("dynamodb", REGION, "POST", "/", {"X-Amz-Target": "DynamoDB_20120810.DeleteItem"}, body)
        [call] = calls_of(request, ACCOUNT)
        return dict(call.context)

    assert keys({"name": {"S": "outage"}}) == {"dynamodb:leadingkeys": ("outage",)}
    assert keys({"name": {"S": "outage"}, "at": {"S": "1"}}) == {}, "which of the two is the partition key?"


def test_each_entry_of_put_events_is_looked_at() -> None:
    entries = [{"Source": source, "DetailType": "X", "EventBusName": "main"} for source in ("a", "a", "b")]
    body = json.dumps({"Entries": [*entries, {"Source": "c", "DetailType": "X"}]}).encode()
    calls = calls_of(AwsRequest("events", REGION, "POST", "/", {"X-Amz-Target": "AWSEvents.PutEvents"}, body), ACCOUNT)
    seen = [(call.resource.rpartition("/")[2], dict(call.context)["events:source"]) for call in calls]
    assert seen == [("main", ("a",)), ("main", ("b",)), ("default", ("c",))]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/flows/c15/a.zip", ("s3:GetObject", "arn:aws:s3:::flows/c15/a.zip")),
        ("GET", "/flows/c15/a.zip?versionId=1", ("s3:GetObjectVersion", "arn:aws:s3:::flows/c15/a.zip")),
        ("GET", "/flows?list-type=2", ("s3:ListBucket", "arn:aws:s3:::flows")),
        ("PUT", "/flows/a%20b", ("s3:PutObject", "arn:aws:s3:::flows/a b")),
    ],
)
def test_object_and_bucket(method: str, path: str, expected: tuple[str, str]) -> None:
    assert needs_of_path("s3", method, path) == [expected]


def test_function_is_invoked_by_name_or_arn() -> None:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
    for name in ("f", arn.replace(":", "%3A")):
        called = needs_of_path("lambda", "POST", f"/2015-03-31/functions/{name}/invocations")
        assert called == [("lambda:InvokeFunction", arn)]


def test_mail_needs_its_identity_and_its_configuration_set() -> None:
    body = json.dumps({"FromEmailAddress": "Us <a@b.example>", "ConfigurationSetName": "c"}).encode()
    assert needs_of_path("ses", "POST", "/v2/email/outbound-emails", body) == [
        ("ses:SendEmail", f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/a@b.example"),
        ("ses:SendEmail", f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/c"),
    ]
