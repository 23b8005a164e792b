"""Queues, topics, buses and rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from embedded_cloud.errors import TemplateError
from embedded_cloud.messaging.targets import TARGET_SERVICES
from embedded_cloud.stack.creation import Created, fitted
from embedded_cloud.stack.intrinsics import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embedded_cloud.stack.creation import CreationContext, Creator
    from embedded_cloud.stack.template import Resource


def create_queue(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::SQS::Queue`, redrive policy included."""
    if properties.get("FifoQueue"):
        raise TemplateError("queues keep no order here: FIFO queues are not created")
    name = context.name(resource, properties, "QueueName", 80)
    attributes = {key: _text(properties[key]) for key in properties if key not in {"QueueName", "Tags"}}
    sqs, url = context.client("sqs"), f"{context.endpoint_url}/{context.account}/{name}"
    if context.is_there:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    else:
        sqs.create_queue(QueueName=name, Attributes=attributes)
    context.when_deleted(sqs.delete_queue, QueueUrl=url)
    return Created(url, {"Arn": context.arn("sqs", name), "QueueName": name, "QueueUrl": url})


def create_queue_policy(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Set the policy of an `AWS::SQS::QueuePolicy` on each of its queues; `queue_policies` judges by it."""
    set_attributes, policy = context.client("sqs").set_queue_attributes, json.dumps(properties["PolicyDocument"])
    for url in context.before.get("Queues", ()):
        if url not in properties["Queues"]:
            set_attributes(QueueUrl=url, Attributes={"Policy": ""})
    for url in properties["Queues"]:
        context.own(resource, url)
        set_attributes(QueueUrl=url, Attributes={"Policy": policy})
        context.when_deleted(set_attributes, QueueUrl=url, Attributes={"Policy": ""})
    return Created(f"{context.stack_name}-{resource.logical_id}")


def create_topic(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::SNS::Topic` which nobody is subscribed to yet."""
    name = context.name(resource, properties, "TopicName", 256)
    sns = context.client("sns")
    arn = sns.create_topic(Name=name)["TopicArn"]
    context.when_deleted(sns.delete_topic, TopicArn=arn)
    if "KmsMasterKeyId" in properties:
        sns.set_topic_attributes(
            TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=properties["KmsMasterKeyId"]
        )
    return Created(arn, {"TopicArn": arn, "TopicName": name})


def create_subscription(context: CreationContext, _: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::SNS::Subscription` to all that its topic has."""
    sns = context.client("sns")
    arn = sns.subscribe(**fitted("sns", "Subscribe", properties), ReturnSubscriptionArn=True)["SubscriptionArn"]
    context.when_deleted(sns.unsubscribe, SubscriptionArn=arn)
    return Created(arn, {"Arn": arn})


def create_event_bus(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Events::EventBus`."""
    name = context.name(resource, properties, "Name", 256)
    if not context.is_there:
        context.client("events").create_event_bus(Name=name)
    context.when_deleted(_delete_bus, context, name)
    return Created(name, {"Arn": context.arn("events", f"event-bus/{name}"), "Name": name})


def _delete_bus(context: CreationContext, name: str) -> None:
    events = context.client("events")
    try:
        events.delete_event_bus(Name=name)
    except ClientError as error:
        rules = [rule["Name"] for rule in events.list_rules(EventBusName=name)["Rules"]]
        owned = ((rule, context.owners.get(("AWS::Events::Rule", f"{name}|{rule}"))) for rule in rules)
        whose = ", ".join(f"{rule} of {owner[0] if owner else 'no stack'}" for rule, owner in owned)
        raise TemplateError(f"{error.response['Error']['Message']} Delete them first: {whose}") from error


def create_event_bus_policy(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Add the statement of an `AWS::Events::EventBusPolicy` to its bus's policy."""
    if "Statement" not in properties:
        raise TemplateError("a bus's policy is written as a Statement here, not as Action and Principal")
    arn = context.arn("events", f"event-bus/{properties.get('EventBusName', 'default')}")
    document = {"Statement": [properties["Statement"]]}
    statement_id, rights = str(properties["StatementId"]), context.services.rights
    # CloudFormation knows it by this alone, so that two buses of an account cannot have the same.
    context.own(resource, statement_id)
    rights.put_statement(arn, document, resource.logical_id, statement_id)
    context.when_deleted(rights.remove_statement, arn, statement_id)
    return Created(statement_id)


def create_rule(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Events::Rule` with its targets."""
    events, bus = context.client("events"), properties.get("EventBusName", "default")
    name, targets = context.name(resource, properties, "Name", within=bus), properties.get("Targets", [])
    for target in targets:
        if target["Arn"].split(":")[2] not in TARGET_SERVICES:
            raise TemplateError(f"events cannot be delivered to {target['Arn']} here")
    rule = {"State": "ENABLED", **fitted("events", "PutRule", properties), "Name": name, "EventBusName": bus}
    arn = events.put_rule(**rule)["RuleArn"]
    context.when_deleted(events.delete_rule, Name=name, EventBusName=bus)
    context.when_deleted(_remove_targets, events, name, bus)
    if targets:
        events.put_targets(Rule=name, EventBusName=bus, Targets=targets)
    if context.is_there:
        _remove_targets(events, name, bus, but=[target["Id"] for target in targets])
    return Created(name, {"Arn": arn})


def _remove_targets(events: Any, rule: str, bus: str, but: Sequence[str] = ()) -> None:
    there = events.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
    ids = [target["Id"] for target in there if target["Id"] not in but]
    if ids:
        events.remove_targets(Rule=rule, EventBusName=bus, Ids=ids)


def create_archive(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::Events::Archive`: moto keeps the events that match, and can replay them."""
    name = context.name(resource, properties, "ArchiveName", 48)
    arguments = {**fitted("events", "CreateArchive", properties), "ArchiveName": name}
    events = context.client("events")
    if context.is_there:
        events.update_archive(**arguments)
    else:
        events.create_archive(**arguments, EventSourceArn=properties["SourceArn"])
    context.when_deleted(events.delete_archive, ArchiveName=name)
    return Created(name, {"Arn": context.arn("events", f"archive/{name}"), "ArchiveName": name})


def create_mail_destination(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Let a configuration set of SES tell EventBridge's default bus what becomes of e-mails; to nobody else here."""
    destination = properties["EventDestination"]
    bus = destination.get("EventBridgeDestination", {}).get("EventBusArn", "")
    if not bus.endswith(":event-bus/default"):
        raise TemplateError("SES tells the default event bus only")
    if destination.get("Enabled"):
        carriers, name = context.services.carriers, properties["ConfigurationSetName"]
        carriers.set_destination(name, resource.logical_id, destination["MatchingEventTypes"])
        context.when_deleted(carriers.set_destination, name, resource.logical_id, [])
    return Created(f"{context.stack_name}-{resource.logical_id}")


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) else text_of(value)


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
