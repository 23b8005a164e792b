"""Roles, whose policies judge every call; alarms, which are evaluated; log groups and dashboards, which moto keeps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.cloud.errors import TemplateError
from local.cloud.stack.creation import Created

if TYPE_CHECKING:
    from local.cloud.stack.creation import CreationContext, Creator
    from local.cloud.stack.template import Resource

INTEGERS = frozenset({"Period", "EvaluationPeriods", "DatapointsToAlarm"})


def create_role(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::IAM::Role` with its policies."""
    name = context.name(resource, properties, "RoleName")
    iam, rights = context.client("iam"), context.services.rights
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(properties["AssumeRolePolicyDocument"]))
    rights.add_role(role["Role"]["Arn"], properties["AssumeRolePolicyDocument"])
    for arn in properties.get("ManagedPolicyArns", []):
        rights.attach_policy(name, arn)
    for policy in properties.get("Policies", []):
        iam.put_role_policy(
            RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=_policy(policy["PolicyDocument"])
        )
        rights.add_policy(name, policy["PolicyName"], policy["PolicyDocument"])
    return Created(name, {"Arn": role["Role"]["Arn"], "RoleId": role["Role"]["RoleId"]})


def create_managed_policy(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::IAM::ManagedPolicy` and attach it to its roles."""
    iam = context.client("iam")
    arn = iam.create_policy(
        PolicyName=context.name(resource, properties, "ManagedPolicyName", 128),
        PolicyDocument=_policy(properties["PolicyDocument"]),
    )["Policy"]["Arn"]
    context.services.rights.add_customer_policy(arn, properties["PolicyDocument"])
    for role in properties.get("Roles", []):
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        context.services.rights.attach_policy(role, arn)
    return Created(arn, {"PolicyArn": arn})


def _policy(document: dict[str, Any]) -> str:
    """Give a policy as JSON, with the version that SAM's policy templates leave out and moto insists on."""
    return json.dumps({"Version": "2012-10-17", **document})


def create_log_group(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Logs::LogGroup`; handlers' lines are in `EmbeddedCloud.logs`, not here."""
    name = context.name(resource, properties, "LogGroupName", 512)
    logs = context.client("logs")
    logs.create_log_group(logGroupName=name)
    if "RetentionInDays" in properties:
        logs.put_retention_policy(logGroupName=name, retentionInDays=int(properties["RetentionInDays"]))
    return Created(name, {"Arn": context.arn("logs", f"log-group:{name}:*")})


def create_subscription_filter(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Logs::SubscriptionFilter` to a function: what state machines log is passed on, nothing else."""
    name, function = context.name(resource, properties, "FilterName", 512), str(properties["DestinationArn"])
    group = str(properties["LogGroupName"])
    if ":lambda:" not in function:
        raise TemplateError(f"only functions are subscribed to logs here, not {function}")
    group_arn = context.arn("logs", f"log-group:{group}:*")
    context.services.machine_logs.subscribe(group, name, group_arn, function, str(properties["FilterPattern"]))
    return Created(name, physical_id=f"{group}|{name}")


def create_alarm(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::CloudWatch::Alarm`, which is evaluated as the cloud's clock goes on."""
    name = context.name(resource, properties, "AlarmName", 255)
    arguments = _but_name(properties)
    for key in INTEGERS & set(arguments):
        arguments[key] = int(arguments[key])
    if "Threshold" in arguments:
        arguments["Threshold"] = float(arguments["Threshold"])
    context.client("cloudwatch").put_metric_alarm(AlarmName=name, **_with_numbers(arguments))
    context.services.alarms.check(name)
    return Created(name, {"Arn": context.arn("cloudwatch", f"alarm:{name}")})


def create_composite_alarm(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::CloudWatch::CompositeAlarm`; the alarms that it names have to be there."""
    name = context.name(resource, properties, "AlarmName", 255)
    if "ActionsSuppressor" in properties:
        raise TemplateError("a suppressor of actions is not evaluated here")
    context.client("cloudwatch").put_composite_alarm(AlarmName=name, **_but_name(properties))
    context.services.alarms.check(name)
    return Created(name, {"Arn": context.arn("cloudwatch", f"alarm:{name}")})


def _but_name(properties: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if key not in {"AlarmName", "Tags"}}


def _with_numbers(arguments: dict[str, Any]) -> dict[str, Any]:
    """Make numbers of the periods inside `Metrics`, which a template may write as text."""
    for metric in arguments.get("Metrics", []):
        stat = metric.get("MetricStat")
        if stat:
            stat["Period"] = int(stat["Period"])
        if "Period" in metric:
            metric["Period"] = int(metric["Period"])
        if isinstance(metric.get("ReturnData"), str):
            metric["ReturnData"] = metric["ReturnData"] == "true"
    return arguments


def create_dashboard(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::CloudWatch::Dashboard`."""
    name = context.name(resource, properties, "DashboardName", 255)
    context.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=properties["DashboardBody"])
    return Created(name)


CREATORS: dict[str, Creator] = {
    "AWS::IAM::Role": create_role,
    "AWS::IAM::ManagedPolicy": create_managed_policy,
    "AWS::Logs::LogGroup": create_log_group,
    "AWS::Logs::SubscriptionFilter": create_subscription_filter,
    "AWS::CloudWatch::Alarm": create_alarm,
    "AWS::CloudWatch::CompositeAlarm": create_composite_alarm,
    "AWS::CloudWatch::Dashboard": create_dashboard,
}
