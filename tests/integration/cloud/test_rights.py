"""Every call is made by somebody, and refused as AWS refuses it when they lack the right."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_cloud import EmbeddedCloud
from embedded_cloud.errors import AccessDeniedError, TemplateError
from embedded_cloud.rights.principals import Principal
from tests.integration.cloud.machines import over_http, refused

BILLING = Principal("arn:aws:iam::222222222222:user/billing", "222222222222", is_trusted=True)


def event(cloud: EmbeddedCloud, source: str) -> dict[str, Any]:
    bus = cloud.outputs["BusName"]
    return {"Source": source, "DetailType": "Something", "Detail": "{}", "EventBusName": bus}


def new_denials(cloud: EmbeddedCloud, before: int) -> list[AccessDeniedError]:
    return cloud.rights.record.denials[before:]


def powerless(cloud: EmbeddedCloud, service: str, *, is_remote: bool) -> Any:
    """A client in a role that allows nothing."""
    name = "sample-EchoFunctionRole"
    role = next(arn for arn in cloud.rights.roles if arn.endswith(name))
    key = cloud.rights.key_of_role(role, "lambda.amazonaws.com", "test")
    return over_http(cloud, service, key) if is_remote else cloud.client(service, key)


MAIL = {"FromEmailAddress": "a@b.example", "Destination": {"ToAddresses": ["c@d.example"]}, "Content": {}}
SMS = {"DestinationPhoneNumber": "+33612345678", "OriginationIdentity": "US"}
RECORD = {"QueueUrl": "https://x/123456789012/sample-Orders", "MessageBody": "x"}
NOTICE = {"TopicArn": "arn:aws:sns:eu-west-3:123456789012:t", "Message": "x"}
DENIED, DENIED_BY_JSON = "AccessDenied", "AccessDeniedException"


@pytest.mark.parametrize("is_remote", [False, True])
@pytest.mark.parametrize(
    ("service", "code", "method", "arguments", "action"),
    [
        ("dynamodb", DENIED_BY_JSON, "scan", {"TableName": "sample-items"}, "dynamodb:Scan"),
        ("sqs", DENIED, "send_message", RECORD, "sqs:SendMessage"),
        ("stepfunctions", DENIED_BY_JSON, "stop_execution", {"executionArn": "arn:x"}, "states:StopExecution"),
        ("secretsmanager", DENIED_BY_JSON, "get_secret_value", {"SecretId": "s"}, "secretsmanager:GetSecretValue"),
        ("ssm", DENIED_BY_JSON, "get_parameters", {"Names": ["/sample/setting"]}, "ssm:GetParameters"),
        ("lambda", DENIED_BY_JSON, "invoke", {"FunctionName": "sample-echo"}, "lambda:InvokeFunction"),
        ("s3", DENIED, "get_object", {"Bucket": "sample-drops", "Key": "a/b"}, "s3:GetObject"),
        ("sesv2", DENIED_BY_JSON, "send_email", MAIL, "ses:SendEmail"),
        ("pinpoint-sms-voice-v2", DENIED_BY_JSON, "send_text_message", SMS, "sms-voice:SendTextMessage"),
        ("sns", "AuthorizationError", "publish", NOTICE, "sns:Publish"),
        ("iam", DENIED, "list_roles", {}, "iam:ListRoles"),
    ],
)
def test_call_without_the_right_is_refused_in_the_words_of_its_service(
    cloud: EmbeddedCloud,
    service: str,
    code: str,
    method: str,
    arguments: dict[str, Any],
    action: str,
    *,
    is_remote: bool,
) -> None:
    client = powerless(cloud, service, is_remote=is_remote)
    before = len(cloud.rights.record.denials)
    found, message = refused(lambda: getattr(client, method)(**arguments))
    assert found == code
    assert message.startswith(
        "User: arn:aws:sts::123456789012:assumed-role/sample-EchoFunctionRole/test is not authorized to perform: "
        f"{action} on resource: "
    )
    [denial] = new_denials(cloud, before)
    assert (denial.role, denial.action) == ("sample-EchoFunctionRole", action)


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("dynamodb", "list_tables", "UnrecognizedClientException"),
        ("lambda", "list_functions", "UnrecognizedClientException"),
        ("sqs", "list_queues", "InvalidClientTokenId"),
        ("sns", "list_topics", "InvalidClientTokenId"),
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
    ],
)
def test_key_that_nobody_issued_opens_nothing(cloud: EmbeddedCloud, service: str, operation: str, code: str) -> None:
    client = over_http(cloud, service, "AKIAIOSFODNN7EXAMPLE")
    assert refused(getattr(client, operation))[0] == code


def test_somebody_who_assumed_a_role_may_do_what_it_says_and_no_more(cloud: EmbeddedCloud) -> None:
    table = cloud.physical_id("Table")
    dynamodb = cloud.client("dynamodb", cloud.key_in_role("PeopleRole"))
    dynamodb.put_item(TableName=table, Item={"id": {"S": "by-hand"}})
    code, message = refused(lambda: dynamodb.delete_item(TableName=table, Key={"id": {"S": "by-hand"}}))
    assert code == "AccessDeniedException"
    assert message.endswith("with an explicit deny in an identity-based policy")
    refused(lambda: dynamodb.scan(TableName=table))


def test_object_below_an_allowed_prefix_is_read(cloud: EmbeddedCloud) -> None:
    bucket = cloud.outputs["DropsName"]
    for key in ("open/a", "closed/a"):
        cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
    s3 = cloud.client("s3", cloud.key_in_role("PeopleRole"))
    assert s3.get_object(Bucket=bucket, Key="open/a")["Body"].read() == b"x"
    assert refused(lambda: s3.get_object(Bucket=bucket, Key="closed/a"))[0] == "AccessDenied"
    # Whether there is one at all is told to those who may list.
    code, words = refused(lambda: s3.get_object(Bucket=bucket, Key="open/none"))
    assert (code, "s3:ListBucket" in words) == ("AccessDenied", True)
    assert refused(lambda: cloud.client("s3").get_object(Bucket=bucket, Key="open/none"))[0] == "NoSuchKey"


def test_role_with_a_second_factor_is_not_assumed_without_one(cloud: EmbeddedCloud) -> None:
    code, message = refused(lambda: cloud.key_in_role("PeopleRole", second_factor=False))
    assert (code, "sts:AssumeRole" in message) == ("AccessDenied", True)


def test_only_its_service_acts_in_a_role(cloud: EmbeddedCloud) -> None:
    assert refused(lambda: cloud.key_in_role("EchoFunctionRole"))[0] == "AccessDenied"


def test_queue_that_is_given_another_policy_judges_by_it(cloud: EmbeddedCloud) -> None:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="guarded")["QueueUrl"]
    own = "arn:aws:sqs:eu-west-3:123456789012:guarded"

    def close(action: str, resource: str) -> None:
        policy = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource}}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})

    code, message = refused(lambda: close("sqs:SendMessage", f"{own}-2"))
    assert code == "InvalidAttributeValue"
    assert message.startswith("Invalid value for the parameter Policy.")
    sqs.send_message(QueueUrl=url, MessageBody="open")
    close("sqs:SendMessage", own)
    assert refused(lambda: sqs.send_message(QueueUrl=url, MessageBody="closed"))[0] == "AccessDenied"
    close("sqs:PurgeQueue", own)
    sqs.send_message(QueueUrl=url, MessageBody="open again")


def test_rule_that_the_queue_does_not_know_delivers_nothing(cloud: EmbeddedCloud) -> None:
    """As on AWS, the sender of the event hears nothing of it."""
    events, bus = cloud.client("events"), cloud.outputs["BusName"]
    queue = f"arn:aws:sqs:eu-west-3:123456789012:{cloud.outputs['PaymentsUrl'].rpartition('/')[2]}"
    events.put_rule(Name="unknown", EventBusName=bus, EventPattern=json.dumps({"source": ["somebody"]}))
    events.put_targets(Rule="unknown", EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue}])
    before = len(cloud.rights.record.denials)
    events.put_events(Entries=[event(cloud, "somebody")])
    events.remove_targets(Rule="unknown", EventBusName=bus, Ids=["queue"])
    [denial] = new_denials(cloud, before)
    assert (denial.role, denial.action, denial.resource) == ("events.amazonaws.com", "sqs:SendMessage", queue)


def test_policy_that_aws_manages_and_nobody_here_knows_is_an_error(cloud: EmbeddedCloud) -> None:
    with pytest.raises(TemplateError, match="PowerUserAccess"):
        cloud.rights.put_role(
            "arn:aws:iam::1:role/any", {"Statement": []}, {}, ["arn:aws:iam::aws:policy/PowerUserAccess"]
        )


def test_everybody_may_ask_who_they_are(cloud: EmbeddedCloud) -> None:
    asked = cloud.client("sts", cloud.key_in_role("PeopleRole")).get_caller_identity()
    assert asked["Arn"] == "arn:aws:sts::123456789012:assumed-role/sample-PeopleRole/somebody"
    assert asked["Account"] == "123456789012"
    assert cloud.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/administrator"
