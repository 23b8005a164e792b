"""Which rights a request needs."""

import json
from typing import Any

import pytest

from embedded_cloud.backends.protocol import AwsRequest
from embedded_cloud.rights.calls import calls_of

ACCOUNT = "123456789012"
REGION = "eu-west-3"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus"
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


def test_table_is_named_or_given_by_its_arn() -> None:
    assert needs("dynamodb", "Query", {"TableName": "orders"}) == [("dynamodb:Query", f"{TABLE}/orders")]
    assert needs("dynamodb", "Scan", {"TableName": f"{TABLE}/orders"}) == [("dynamodb:Scan", f"{TABLE}/orders")]
    by_index = {"TableName": "orders", "IndexName": "by-day"}
    assert needs("dynamodb", "Query", by_index) == [("dynamodb:Query", f"{TABLE}/orders/index/by-day")]


def test_batch_needs_its_right_on_each_table() -> None:
    asked: dict[str, Any] = {"RequestItems": {"a": {}, "b": {}}}
    assert needs("dynamodb", "BatchGetItem", asked) == [
        ("dynamodb:BatchGetItem", f"{TABLE}/a"),
        ("dynamodb:BatchGetItem", f"{TABLE}/b"),
    ]


def test_transaction_needs_the_rights_of_its_parts() -> None:
    parts = [
        {"Put": {"TableName": "a"}},
        {"Put": {"TableName": "a"}},
        {"Update": {"TableName": "b"}},
        {"ConditionCheck": {"TableName": "b"}},
    ]
    assert needs("dynamodb", "TransactWriteItems", {"TransactItems": parts}) == [
        ("dynamodb:PutItem", f"{TABLE}/a"),
        ("dynamodb:UpdateItem", f"{TABLE}/b"),
        ("dynamodb:ConditionCheckItem", f"{TABLE}/b"),
    ]


def test_item_is_known_by_the_only_attribute_of_its_key() -> None:
    def keys(key: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        body = json.dumps({"TableName": "a", "Key": key}).encode()
        request = AwsRequest("dynamodb", REGION, "POST", "/", {"X-Amz-Target": "DynamoDB_20120810.DeleteItem"}, body)
        [call] = calls_of(request, ACCOUNT)
        return dict(call.context)

    assert keys({"name": {"S": "outage"}}) == {"dynamodb:leadingkeys": ("outage",)}
    assert keys({"name": {"S": "outage"}, "at": {"S": "1"}}) == {}, "which of the two is the partition key?"


def test_queue_is_known_by_the_end_of_its_url() -> None:
    sent = {"QueueUrl": f"http://127.0.0.1:1/{ACCOUNT}/orders"}
    assert needs("sqs", "SendMessage", sent) == [("sqs:SendMessage", f"{QUEUE}:orders")]
    assert needs("sqs", "SendMessageBatch", sent) == [("sqs:SendMessage", f"{QUEUE}:orders")]


def test_each_entry_of_put_events_is_looked_at() -> None:
    entries = [{"Source": source, "DetailType": "X", "EventBusName": "main"} for source in ("a", "a", "b")]
    body = json.dumps({"Entries": [*entries, {"Source": "c", "DetailType": "X"}]}).encode()
    calls = calls_of(AwsRequest("events", REGION, "POST", "/", {"X-Amz-Target": "AWSEvents.PutEvents"}, body), ACCOUNT)
    seen = [(call.resource.rpartition("/")[2], dict(call.context)["events:source"]) for call in calls]
    assert seen == [("main", ("a",)), ("main", ("b",)), ("default", ("c",))]


def test_replay_needs_archive_bus_and_replay() -> None:
    archive = f"arn:aws:events:{REGION}:{ACCOUNT}:archive/a"
    asked = {"ReplayName": "r", "EventSourceArn": archive, "Destination": {"Arn": f"{BUS}/main"}}
    assert [resource for _, resource in needs("events", "StartReplay", asked)] == [
        f"arn:aws:events:{REGION}:{ACCOUNT}:replay/r",
        archive,
        f"{BUS}/main",
    ]


def test_execution_machine_and_token() -> None:
    machine = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"
    assert needs("states", "StartExecution", {"stateMachineArn": machine}) == [("states:StartExecution", machine)]
    assert needs("states", "SendTaskSuccess", {"taskToken": "t"}) == [("states:SendTaskSuccess", "*")]


def test_parameters_are_named_with_or_without_a_slash() -> None:
    parameter = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter"
    assert needs("ssm", "GetParameters", {"Names": ["/stack/mode", "plain"]}) == [
        ("ssm:GetParameters", f"{parameter}/stack/mode"),
        ("ssm:GetParameters", f"{parameter}/plain"),
    ]


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


def test_operation_that_nothing_here_knows_needs_every_resource() -> None:
    assert needs("kinesis", "PutRecord", {"StreamName": "s"}) == [("kinesis:PutRecord", "*")]
