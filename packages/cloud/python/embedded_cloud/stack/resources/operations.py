"""Roles, whose policies judge every call; alarms, which are evaluated; log groups and dashboards, which moto keeps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.policy_validation import IAMPolicyDocumentValidator

from embedded_cloud.errors import InvalidPolicyError, TemplateError
from embedded_cloud.stack.creation import Created, fitted

if TYPE_CHECKING:
    from embedded_cloud.stack.creation import CreationContext, Creator
    from embedded_cloud.stack.template import Resource


def create_role(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::IAM::Role` with its policies; moto knows no more of it than that it is there."""
    name, trust = context.name(resource, properties, "RoleName"), properties["AssumeRolePolicyDocument"]
    iam, rights, path = context.client("iam"), context.services.rights, str(properties.get("Path", "/"))
    arn = f"arn:aws:iam::{context.account}:role{path}{name}"
    inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in properties.get("Policies", [])}
    for document in inline.values():
        _check_policy(document)
    if not context.is_there:
        iam.create_role(Path=path, RoleName=name, AssumeRolePolicyDocument=_policy(trust))
    context.when_deleted(iam.delete_role, RoleName=name)
    rights.put_role(arn, trust, inline, properties.get("ManagedPolicyArns", []))
    context.when_deleted(rights.remove_role, arn)
    return Created(name, {"Arn": arn})


def create_managed_policy(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::IAM::ManagedPolicy`, which roles name."""
    if "Roles" in properties:
        raise TemplateError("a managed policy does not name roles here: roles name it in ManagedPolicyArns")
    name, document = context.name(resource, properties, "ManagedPolicyName", 128), properties["PolicyDocument"]
    rights, arn = context.services.rights, f"arn:aws:iam::{context.account}:policy/{name}"
    _check_policy(document)
    rights.put_customer_policy(arn, document)
    context.when_deleted(rights.customer_policies.pop, arn)
    return Created(arn, {"PolicyArn": arn})


def _check_policy(document: dict[str, Any]) -> None:
    try:
        IAMPolicyDocumentValidator(_policy(document)).validate()
    except MalformedPolicyDocument as error:
        raise InvalidPolicyError(f"MalformedPolicyDocument: {error}") from error


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
    return _alarm(context, resource, properties, "PutMetricAlarm")


def create_composite_alarm(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::CloudWatch::CompositeAlarm`; the alarms that it names have to be there."""
    if "ActionsSuppressor" in properties:
        raise TemplateError("a suppressor of actions is not evaluated here")
    return _alarm(context, resource, properties, "PutCompositeAlarm")


def _alarm(context: CreationContext, resource: Resource, properties: dict[str, Any], operation: str) -> Created:
    name, cloudwatch = context.name(resource, properties, "AlarmName", 255), context.client("cloudwatch")
    put = getattr(cloudwatch, xform_name(operation))
    put(**{**fitted("cloudwatch", operation, properties), "AlarmName": name})
    context.when_deleted(cloudwatch.delete_alarms, AlarmNames=[name])
    context.services.alarms.check(name)
    return Created(name, {"Arn": context.arn("cloudwatch", f"alarm:{name}")})


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
