"""``ops delete-stack``: the stacks of an environment are deleted, with what their templates retain then.

The companions go first: a bus with their rules can't be deleted. That is also the way back after a first deployment
that failed (``ROLLBACK_COMPLETE``). The core's name has to be typed. No reason is asked for: the journal is deleted,
too. Production is refused, and what is protected, before anything is touched.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import typer
from botocore.exceptions import ClientError, WaiterError

from ops.account import Account
from ops.environments import CHANNELS, COMPANION, is_production
from ops.failures import OpsError
from ops.screen import Screen
from ops.template import templates
from ops.tools import EnvironmentName, Tools, at_environment, confirm


@dataclass(frozen=True, slots=True)
class Kind:
    """How things of one kind are named, looked for and deleted: boto3's service, argument and methods.

    Parameters
    ----------
    named_by
        The property of the template that has the name; empty where the template gives none.
    """

    named_by: str
    service: str
    argument: str
    look: str
    delete: str
    how: Mapping[str, Any] = field(default_factory=dict)


KINDS = {
    "AWS::DynamoDB::Table": Kind("TableName", "dynamodb", "TableName", "describe_table", "delete_table"),
    "AWS::Logs::LogGroup": Kind("LogGroupName", "logs", "logGroupName", "describe_log_streams", "delete_log_group"),
    "AWS::S3::Bucket": Kind("BucketName", "s3", "Bucket", "head_bucket", "delete_bucket"),
    # With a recovery window the name would be taken for a week.
    "AWS::SecretsManager::Secret": Kind(
        "Name", "secretsmanager", "SecretId", "describe_secret", "delete_secret", {"ForceDeleteWithoutRecovery": True}
    ),
    "AWS::SSM::Parameter": Kind("", "ssm", "Name", "get_parameter", "delete_parameter"),
    "AWS::KMS::Key": Kind("", "kms", "KeyId", "describe_key", "schedule_key_deletion", {"PendingWindowInDays": 7}),
}
"""What the templates retain, and the switch, which operations create."""
SWITCH = ("ModeParameterName", "RolloutPercentParameterName")
ABSENT = {"ResourceNotFoundException", "404", "ParameterNotFound"}


@dataclass(frozen=True, slots=True)
class Retained:
    """One thing that outlives the stack."""

    kind: str
    name: str

    @property
    def row(self) -> tuple[str, str]:
        return self.kind.removeprefix("AWS::").replace("::", " "), self.name


def named(core: str, account_id: str) -> Iterator[Retained]:
    """What the templates retain under a name, and the switch."""

    def text(value: Mapping[str, str], stack: str) -> str:
        named = value["Fn::Sub"].replace("${AWS::StackName}", stack).replace("${Core}", core)
        return named.replace("${AWS::AccountId}", account_id)

    for template, stack in zip(templates(), (core, f"{core}-{COMPANION}", f"{core}-{CHANNELS}"), strict=True):
        for resource in template["Resources"].values():
            if "DeletionPolicy" in resource and KINDS[resource["Type"]].named_by:
                yield Retained(resource["Type"], text(resource["Properties"][KINDS[resource["Type"]].named_by], stack))
    for output in SWITCH:
        yield Retained("AWS::SSM::Parameter", text(templates()[0]["Outputs"][output]["Value"], core))


def delete_stack(tools: Tools, context: typer.Context, environment: EnvironmentName) -> None:
    """Delete stacks that are not production's, with tables, logs, secrets and buckets. The name has to be typed."""
    tools, chosen = at_environment(tools, context, environment)
    if is_production(chosen):
        raise OpsError(
            f"Nothing was deleted: {chosen.stack_name} is production, and customers wait for power in it."
            " It is not deleted from here."
        )
    delete(tools.account, tools.screen, tools.ask)


def delete(account: Account, screen: Screen, ask: Callable[[str], str] | None) -> None:
    """List what is there of core and companions, ask for the core's name, and delete all of it.

    Raises
    ------
    WrongRequest
        When nobody can be asked.
    OpsError
        When something is protected, the name is not typed, or CloudFormation can't delete the stack.
    """
    # Keys first: a run after one that was interrupted would not find those of a stack that is gone.
    there = [*_keys(account), *remains(account)]
    described = account.described(account.name(CHANNELS)), account.companion_description, account.description
    stacks = [one for one in described if one is not None]
    if not stacks and not there:
        screen.say(f"There is no stack {account.stack} in account {account.id}, and nothing that it left.")
        return
    screen.say(f"In account {account.id}, this will be deleted, with all that it holds:")
    named = [("CloudFormation Stack", f"{one['StackName']} ({one['StackStatus']})") for one in stacks]
    screen.rows(("What", "Name"), [*named, *(it.row for it in there)])
    if protected := list(_protections(account, stacks, there)):
        raise OpsError("\n".join(("Nothing was deleted. Some of it is protected; take that back first:", *protected)))
    confirm(account.stack, ask)
    for one in stacks:
        _delete_stack(account, one["StackName"], screen)
    for left in there:
        _delete(account, left)
        screen.say(f"Deleted: {' '.join(left.row)}")
    screen.say(f"Done. {account.stack} can be deployed again.")


def remains(account: Account) -> Iterator[Retained]:
    """What is there of all that outlives a stack under a name."""
    return (one for one in named(account.stack, account.id) if _exists(account, one))


def _keys(account: Account) -> Iterator[Retained]:
    """Keys have no name: only the stack knows its own. One of a stack that is gone costs a dollar a month."""
    if account.description is None:
        return
    pages = account.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=account.stack)
    for resource in (one for page in pages for one in page["StackResourceSummaries"]):
        if resource["ResourceType"] == "AWS::KMS::Key" and resource["ResourceStatus"] != "DELETE_COMPLETE":
            yield Retained("AWS::KMS::Key", resource["PhysicalResourceId"])


def _protections(account: Account, stacks: Iterable[Any], there: Iterable[Retained]) -> Iterator[str]:
    """What would refuse to be deleted in the middle: each as the command that takes its protection back."""
    where = f"--region {account.region}"
    for name in (one["StackName"] for one in stacks if one.get("EnableTerminationProtection")):
        guard = "--no-enable-termination-protection"
        yield f"aws cloudformation update-termination-protection {where} --stack-name {name} {guard}"
    tables = account.client("dynamodb")
    for name in (one.name for one in there if one.kind == "AWS::DynamoDB::Table"):
        if tables.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
            yield f"aws dynamodb update-table {where} --table-name {name} --no-deletion-protection-enabled"


def _delete_stack(account: Account, name: str, screen: Screen) -> None:
    cloudformation = account.client("cloudformation")
    cloudformation.delete_stack(StackName=name)
    screen.say(f"CloudFormation deletes {name}: this takes minutes…")
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name)
    except WaiterError as error:
        raise OpsError(
            "CloudFormation could not delete the stack. Its events say why: aws cloudformation describe-stack-events"
            f" --region {account.region} --stack-name {name}"
        ) from error


def _call(account: Account, one: Retained, method: str, **how: Any) -> None:
    kind = KINDS[one.kind]
    getattr(account.client(kind.service), method)(**{kind.argument: one.name}, **how)


def _exists(account: Account, one: Retained) -> bool:
    try:
        _call(account, one, KINDS[one.kind].look)
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            return False
        raise
    return True


def _delete(account: Account, one: Retained) -> None:
    if one.kind == "AWS::S3::Bucket":
        _empty(account.client("s3"), one.name)
    _call(account, one, KINDS[one.kind].delete, **KINDS[one.kind].how)
    if one.kind == "AWS::DynamoDB::Table":
        account.client("dynamodb").get_waiter("table_not_exists").wait(TableName=one.name)


def _empty(s3: Any, bucket: str) -> None:
    """Delete every version of every object: a bucket with objects can't be deleted."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions = [
            {"Key": version["Key"], "VersionId": version["VersionId"]}
            for version in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        ]
        if versions:
            # The journal is kept by Object Lock, in governance mode; compliance mode is for production alone.
            s3.delete_objects(
                Bucket=bucket, Delete={"Objects": versions, "Quiet": True}, BypassGovernanceRetention=True
            )
