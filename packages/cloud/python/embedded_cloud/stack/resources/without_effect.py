"""The one table of resources that are accepted and do nothing on the embedded cloud, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedded_cloud.stack.creation import Created

if TYPE_CHECKING:
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


PARTS_OF_ID: dict[str, tuple[str, ...]] = {
    "AWS::Athena::NamedQuery": (),
    "AWS::Scheduler::Schedule": ("GroupName", "Name"),
    "AWS::SMSVOICE::SenderId": ("IsoCountryCode", "SenderId"),
}
"""Properties that say which one it is in the account, where its name is not that."""


def accept(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Give the resource a name, so that what refers to it can be created."""
    name = str(properties.get("Name") or f"{context.stack_name}-{resource.logical_id}"[:255])
    service = resource.type.split("::")[1].lower()
    parts = [str(properties[part]) for part in PARTS_OF_ID.get(resource.type, ("Name",)) if part in properties]
    physical_id = "|".join(parts) or f"{context.stack_name}-{resource.logical_id}"
    context.own(resource, physical_id)
    return Created(name, {"Arn": context.arn(service, f"{resource.logical_id}/{name}")})


CREATORS: dict[str, Creator] = dict.fromkeys(REASONS, accept)
