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
    name, trust = context.name(resource, properties, "RoleName"), properties["AssumeRolePolicyDocument"]
    iam, rights = context.client("iam"), context.services.rights
    if context.is_there:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=_policy(trust))
    else:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))
    context.when_deleted(iam.delete_role, RoleName=name)
    inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in properties.get("Policies", [])}
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        if policy not in inline:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
    for policy, document in inline.items():
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=_policy(document))
        context.when_deleted(iam.delete_role_policy, RoleName=name, PolicyName=policy)
    role = iam.get_role(RoleName=name)["Role"]
    rights.put_role(role["Arn"], trust, inline, properties.get("ManagedPolicyArns", []))
    context.when_deleted(rights.remove_role, role["Arn"])
    return Created(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def create_managed_policy(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::IAM::ManagedPolicy` and attach it to its roles."""
    iam, rights = context.client("iam"), context.services.rights
    name = context.name(resource, properties, "ManagedPolicyName", 128)
    document, arn = properties["PolicyDocument"], f"arn:aws:iam::{context.account}:policy/{name}"
    if context.is_there:
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=_policy(document), SetAsDefault=True)
    else:
        iam.create_policy(PolicyName=name, PolicyDocument=_policy(document))
    context.when_deleted(iam.delete_policy, PolicyArn=arn)
    rights.add_customer_policy(arn, document)
    for role in set(context.before.get("Roles", [])) - set(properties.get("Roles", [])) if context.is_there else ():
        iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        rights.detach_policy(role, arn)
    for role in properties.get("Roles", []):
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        rights.attach_policy(role, arn)
        context.when_deleted(iam.detach_role_policy, RoleName=role, PolicyArn=arn)
        context.when_deleted(rights.detach_policy, role, arn)
    return Created(arn, {"PolicyArn": arn})


def _policy(document: dict[str, Any]) -> str:
    """Give a policy as JSON, with the version that SAM's policy templates leave out and moto insists on."""
    return json.dumps({"Version": "2012-10-17", **document})


def create_log_group(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Logs::LogGroup`; handlers' lines are in `EmbeddedCloud.logs`, not here."""
    name = context.name(resource, properties, "LogGroupName", 512)
    logs = context.client("logs")
    if not context.is_there:
        logs.create_log_group(logGroupName=name)
    context.when_deleted(logs.delete_log_group, logGroupName=name)
    context.when_deleted(context.services.machine_logs.unsubscribe, name)
    if "RetentionInDays" in properties:
        logs.put_retention_policy(logGroupName=name, retentionInDays=int(properties["RetentionInDays"]))
    return Created(name, {"Arn": context.arn("logs", f"log-group:{name}:*")})


def create_subscription_filter(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Logs::SubscriptionFilter` to a function: what state machines log is passed on, nothing else."""
    function, group = str(properties["DestinationArn"]), str(properties["LogGroupName"])
    name = context.name(resource, properties, "FilterName", 512, within=group)
    there = context.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    if group not in {each["logGroupName"] for each in there}:
        raise TemplateError(f"the log group {group} does not exist; the stack that has it is deployed first")
    if ":lambda:" not in function:
        raise TemplateError(f"only functions are subscribed to logs here, not {function}")
    group_arn = context.arn("logs", f"log-group:{group}:*")
    context.services.machine_logs.subscribe(group, name, group_arn, function, str(properties["FilterPattern"]))
    context.when_deleted(context.services.machine_logs.unsubscribe, group, name)
    return Created(name)


def create_alarm(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::CloudWatch::Alarm`, which is evaluated as the cloud's clock goes on."""
    name = context.name(resource, properties, "AlarmName", 255)
    arguments = _but_name(properties)
    for key in INTEGERS & set(arguments):
        arguments[key] = int(arguments[key])
    if "Threshold" in arguments:
        arguments["Threshold"] = float(arguments["Threshold"])
    cloudwatch = context.client("cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName=name, **_with_numbers(arguments))
    context.when_deleted(cloudwatch.delete_alarms, AlarmNames=[name])
    context.services.alarms.check(name)
    return Created(name, {"Arn": context.arn("cloudwatch", f"alarm:{name}")})


def create_composite_alarm(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::CloudWatch::CompositeAlarm`; the alarms that it names have to be there."""
    name = context.name(resource, properties, "AlarmName", 255)
    if "ActionsSuppressor" in properties:
        raise TemplateError("a suppressor of actions is not evaluated here")
    cloudwatch = context.client("cloudwatch")
    cloudwatch.put_composite_alarm(AlarmName=name, **_but_name(properties))
    context.when_deleted(cloudwatch.delete_alarms, AlarmNames=[name])
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
    cloudwatch = context.client("cloudwatch")
    cloudwatch.put_dashboard(DashboardName=name, DashboardBody=properties["DashboardBody"])
    context.when_deleted(cloudwatch.delete_dashboards, DashboardNames=[name])
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
