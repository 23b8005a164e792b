"""The one table of resources that are accepted and do nothing on the embedded cloud, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedded_cloud.stack.creation import Created

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embedded_cloud.stack.creation import CreationContext, Creator
    from embedded_cloud.stack.template import Resource

REASONS: dict[str, str] = {
    "AWS::SES::ConfigurationSet": "no mail leaves this machine; what its destination tells is in `Carriers`",
    "AWS::SMSVOICE::SenderId": "no SMS leaves this machine; `Carriers` takes any sender",
    "AWS::Scheduler::Schedule": "time-driven starts would make runs depend on the clock; a test starts what it needs",
    "AWS::Glue::Database": "a catalogue is for Athena",
    "AWS::Glue::Table": "a catalogue is for Athena",
    "AWS::Athena::WorkGroup": "nothing asks Athena here; the objects that it would read are in S3",
    "AWS::Athena::NamedQuery": "a saved query is for the console",
}


PROPERTIES: dict[tuple[str, str], str] = {
    ("AWS::Events::Rule", "ScheduleExpression"): "time does not start anything here; `EmbeddedCloud.fire_rule` does",
    ("AWS::DynamoDB::Table", "TimeToLiveSpecification"): "items do not expire while a run lasts",
    ("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification"): "its data are there as long as the cloud is",
    ("AWS::DynamoDB::Table", "SSESpecification"): "everything is in memory",
    ("AWS::DynamoDB::Table", "StreamSpecification"): "nobody reads streams here",
    ("AWS::S3::Bucket", "BucketEncryption"): "everything is in memory",
    ("AWS::S3::Bucket", "LifecycleConfiguration"): "objects do not expire while a run lasts",
    ("AWS::S3::Bucket", "PublicAccessBlockConfiguration"): "who may read and write is not enforced here",
    ("AWS::S3::Bucket", "OwnershipControls"): "who may read and write is not enforced here",
    ("AWS::Lambda::Function", "Architectures"): "functions run on this machine's own architecture",
    ("AWS::Lambda::Function", "VpcConfig"): "functions run in processes of this machine",
    ("AWS::Lambda::Function", "KmsKeyArn"): "everything is in memory",
    ("AWS::Lambda::Function", "DeadLetterConfig"): "an asynchronous invocation that was given up is in the logs only",
}
"""Properties of resources that are created, but which have no effect here."""

PARTS_OF_ID: dict[str, tuple[str, ...]] = {
    "AWS::Athena::NamedQuery": (),
    "AWS::Scheduler::Schedule": ("GroupName", "Name"),
    "AWS::SMSVOICE::SenderId": ("IsoCountryCode", "SenderId"),
}
"""Properties that say which one it is in the account, where its name is not that."""


def notes_on(resources: Iterable[Resource]) -> dict[str, str]:
    """Say which of a template's resources, or which of their properties, have no effect here, and why."""
    notes = {}
    for resource in resources:
        if resource.type in REASONS:
            notes[resource.logical_id] = REASONS[resource.type]
        for name in resource.properties:
            reason = PROPERTIES.get((resource.type, name))
            if reason:
                notes[f"{resource.logical_id}.{name}"] = reason
    return notes


def accept(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Give the resource a name, so that what refers to it can be created."""
    name = str(properties.get("Name") or f"{context.stack_name}-{resource.logical_id}"[:255])
    service = resource.type.split("::")[1].lower()
    parts = [str(properties[part]) for part in PARTS_OF_ID.get(resource.type, ("Name",)) if part in properties]
    physical_id = "|".join(parts) or f"{context.stack_name}-{resource.logical_id}"
    context.own(resource, physical_id)
    return Created(name, {"Arn": context.arn(service, f"{resource.logical_id}/{name}")})


CREATORS: dict[str, Creator] = dict.fromkeys(REASONS, accept)
