"""Queues, topics, buses and rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.cloud.errors import TemplateError
from local.cloud.messaging.targets import TARGET_SERVICES
from local.cloud.stack.creation import Created

if TYPE_CHECKING:
    from local.cloud.stack.creation import CreationContext, Creator
    from local.cloud.stack.template import Resource


def create_queue(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::SQS::Queue`, redrive policy included."""
    if properties.get("FifoQueue"):
        raise TemplateError("queues keep no order here: FIFO queues are not created")
    name = context.name(resource, properties, "QueueName", 80)
    attributes = {key: _text(properties[key]) for key in properties if key not in {"QueueName", "Tags"}}
    context.client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return Created(
        f"{context.endpoint_url}/{context.account}/{name}",
        {
            "Arn": context.arn("sqs", name),
            "QueueName": name,
            "QueueUrl": f"{context.endpoint_url}/{context.account}/{name}",
        },
    )


def create_queue_policy(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Set the policy of an `AWS::SQS::QueuePolicy` on each of its queues; `QueuePolicies` judges and keeps it."""
    for url in properties["Queues"]:
        context.client("sqs").set_queue_attributes(
            QueueUrl=url, Attributes={"Policy": json.dumps(properties["PolicyDocument"])}
        )
    return Created(f"{context.stack_name}-{resource.logical_id}")


def create_topic(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::SNS::Topic` which nobody is subscribed to yet."""
    name = context.name(resource, properties, "TopicName", 256)
    sns = context.client("sns")
    arn = sns.create_topic(Name=name)["TopicArn"]
    if "KmsMasterKeyId" in properties:
        sns.set_topic_attributes(
            TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=properties["KmsMasterKeyId"]
        )
    return Created(arn, {"TopicArn": arn, "TopicName": name})


def create_subscription(context: CreationContext, _: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::SNS::Subscription` to all that its topic has."""
    named = {key: properties[key] for key in ("TopicArn", "Protocol", "Endpoint")}
    arn = context.client("sns").subscribe(**named, ReturnSubscriptionArn=True)["SubscriptionArn"]
    return Created(arn, {"Arn": arn})


def create_event_bus(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Events::EventBus`."""
    name = context.name(resource, properties, "Name", 256)
    arn = context.client("events").create_event_bus(Name=name)["EventBusArn"]
    return Created(name, {"Arn": arn, "Name": name})


def create_event_bus_policy(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Add the statement of an `AWS::Events::EventBusPolicy` to its bus's policy."""
    if "Statement" not in properties:
        raise TemplateError("a bus's policy is written as a Statement here, not as Action and Principal")
    arn = context.arn("events", f"event-bus/{properties.get('EventBusName', 'default')}")
    document = {"Statement": [properties["Statement"]]}
    context.services.rights.add_resource_policy(arn, document, resource.logical_id)
    # CloudFormation knows it by this alone, so that two buses of an account cannot have the same.
    return Created(str(properties["StatementId"]))


def create_rule(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Events::Rule` with its targets."""
    name = context.name(resource, properties, "Name")
    events = context.client("events")
    bus = properties.get("EventBusName", "default")
    rule = {"Name": name, "EventBusName": bus, "State": properties.get("State", "ENABLED")}
    if "EventPattern" in properties:
        rule["EventPattern"] = json.dumps(properties["EventPattern"])
    if "ScheduleExpression" in properties:
        rule["ScheduleExpression"] = properties["ScheduleExpression"]
    arn = events.put_rule(**rule)["RuleArn"]
    targets = properties.get("Targets", [])
    for target in targets:
        if target["Arn"].split(":")[2] not in TARGET_SERVICES:
            raise TemplateError(f"events cannot be delivered to {target['Arn']} here")
    if targets:
        events.put_targets(Rule=name, EventBusName=bus, Targets=targets)
    return Created(name, {"Arn": arn}, physical_id=arn)


def create_archive(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Events::Archive`: moto keeps the events that match, and can replay them."""
    name = context.name(resource, properties, "ArchiveName", 48)
    arguments: dict[str, Any] = {"ArchiveName": name, "EventSourceArn": properties["SourceArn"]}
    if "EventPattern" in properties:
        arguments["EventPattern"] = json.dumps(properties["EventPattern"])
    if "RetentionDays" in properties:
        arguments["RetentionDays"] = int(properties["RetentionDays"])
    arn = context.client("events").create_archive(**arguments)["ArchiveArn"]
    return Created(name, {"Arn": arn, "ArchiveName": name})


def create_mail_destination(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Let a configuration set of SES tell EventBridge's default bus what becomes of e-mails; to nobody else here."""
    destination = properties["EventDestination"]
    bus = destination.get("EventBridgeDestination", {}).get("EventBusArn", "")
    if not bus.endswith(":event-bus/default"):
        raise TemplateError("SES tells the default event bus only")
    if destination.get("Enabled"):
        context.services.carriers.add_destination(properties["ConfigurationSetName"], destination["MatchingEventTypes"])
    return Created(f"{context.stack_name}-{resource.logical_id}")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


CREATORS: dict[str, Creator] = {
    "AWS::SQS::Queue": create_queue,
    "AWS::SQS::QueuePolicy": create_queue_policy,
    "AWS::SNS::Topic": create_topic,
    "AWS::SNS::Subscription": create_subscription,
    "AWS::Events::EventBus": create_event_bus,
    "AWS::Events::EventBusPolicy": create_event_bus_policy,
    "AWS::Events::Rule": create_rule,
    "AWS::Events::Archive": create_archive,
    "AWS::SES::ConfigurationSetEventDestination": create_mail_destination,
}
