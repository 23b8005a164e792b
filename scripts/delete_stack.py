"""Deletes the stack of an environment, and what the template retains when a stack is deleted.

That is also the way back after a first deployment that failed (``ROLLBACK_COMPLETE``). It lists what will be gone, and
goes on when the stack's name is typed. Production is refused. Run it through ``make sam-delete ENV=dev``.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError
from samtranslator.yaml_helper import yaml_parse

from local.cloud.stack.language_extensions import written_out
from scripts.environments import PRODUCTION, EnvironmentsError, read_environment

ROOT = Path(__file__).resolve().parents[1]
NAMED_BY = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Name",
}
"""The kinds that the template retains under a name of their own, and the property that has it."""
SWITCH = ("ModeParameterName", "RolloutPercentParameterName")
KEY_WAITS_DAYS = 7
ABSENT = {"ResourceNotFoundException", "NoSuchBucket", "404", "ParameterNotFound"}


class DeletionError(Exception):
    """Raised when nothing may be deleted, or the stack can't be; says why."""


@dataclass(frozen=True, slots=True)
class Retained:
    """One thing that outlives the stack."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind.removeprefix('AWS::').replace('::', ' '):24} {self.name}"


def named_in(template: Mapping[str, Any], stack_name: str, account: str) -> Iterator[Retained]:
    """What the template retains under a name, and the switch, which operations create."""

    def text(value: Mapping[str, str]) -> str:
        return value["Fn::Sub"].replace("${AWS::StackName}", stack_name).replace("${AWS::AccountId}", account)

    for resource in template["Resources"].values():
        if "DeletionPolicy" in resource and resource["Type"] in NAMED_BY:
            yield Retained(resource["Type"], text(resource["Properties"][NAMED_BY[resource["Type"]]]))
    for output in SWITCH:
        yield Retained("AWS::SSM::Parameter", text(template["Outputs"][output]["Value"]))


@dataclass(frozen=True)
class Deletion:
    """Deletes one stack.

    Parameters
    ----------
    client
        Gives a boto3 client by its service.
    ask
        Shows a question and returns what was typed.
    """

    stack_name: str
    client: Callable[[str], Any]
    ask: Callable[[str], str] = input
    say: Callable[[str], object] = print

    def run(self, template: Mapping[str, Any]) -> None:
        """List, ask, delete.

        Raises
        ------
        DeletionError
            When the name is not typed, or CloudFormation can't delete the stack.
        """
        account = self.client("sts").get_caller_identity()["Account"]
        status = self._status()
        there = [*self.remains(template, account), *self._keys()]
        if status is None and not there:
            self.say(f"There is no stack {self.stack_name} in account {account}, and nothing that it left.")
            return
        self.say(f"In account {account}, this will be deleted, with all that it holds:")
        self.say(f"  {'CloudFormation Stack':24} {self.stack_name} ({status or 'deleted before'})")
        for one in there:
            self.say(f"  {one}")
        if self.ask("Type the stack's name to delete all of it: ").strip() != self.stack_name:
            raise DeletionError("Nothing was deleted: that is not the stack's name.")
        if status is not None:
            self._delete_stack()
        for one in there:
            self._delete(one)
            self.say(f"deleted: {one}")
        self.say(f"Done. {self.stack_name} can be deployed again.")

    def remains(self, template: Mapping[str, Any], account: str) -> Iterator[Retained]:
        """What is there of all that outlives a stack under a name."""
        return (one for one in named_in(template, self.stack_name, account) if self._exists(one))

    def _status(self) -> str | None:
        try:
            (stack,) = self.client("cloudformation").describe_stacks(StackName=self.stack_name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return str(stack["StackStatus"])

    def _keys(self) -> Iterator[Retained]:
        """Keys have no name: only the stack knows its own. One of a stack that is gone costs a dollar a month."""
        if self._status() is None:
            return
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.stack_name)
        for resource in (one for page in pages for one in page["StackResourceSummaries"]):
            if resource["ResourceType"] == "AWS::KMS::Key" and resource["ResourceStatus"] != "DELETE_COMPLETE":
                yield Retained("AWS::KMS::Key", resource["PhysicalResourceId"])

    def _delete_stack(self) -> None:
        cloudformation = self.client("cloudformation")
        cloudformation.delete_stack(StackName=self.stack_name)
        self.say(f"CloudFormation deletes {self.stack_name}: this takes minutes…")
        try:
            cloudformation.get_waiter("stack_delete_complete").wait(StackName=self.stack_name)
        except WaiterError as error:
            raise DeletionError(
                f"CloudFormation could not delete the stack. Its events say why: aws cloudformation"
                f" describe-stack-events --stack-name {self.stack_name}"
            ) from error

    def _exists(self, one: Retained) -> bool:
        looks: Mapping[str, Callable[[], Any]] = {
            "AWS::DynamoDB::Table": lambda: self.client("dynamodb").describe_table(TableName=one.name),
            "AWS::Logs::LogGroup": lambda: self._log_group(one.name),
            "AWS::S3::Bucket": lambda: self.client("s3").head_bucket(Bucket=one.name),
            "AWS::SecretsManager::Secret": lambda: self.client("secretsmanager").describe_secret(SecretId=one.name),
            "AWS::SSM::Parameter": lambda: self.client("ssm").get_parameter(Name=one.name),
        }
        try:
            return looks[one.kind]() is not None
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return False
            raise

    def _log_group(self, name: str) -> object | None:
        found = self.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        return next((group for group in found if group["logGroupName"] == name), None)

    def _delete(self, one: Retained) -> None:
        match one.kind:
            case "AWS::DynamoDB::Table":
                self.client("dynamodb").delete_table(TableName=one.name)
                self.client("dynamodb").get_waiter("table_not_exists").wait(TableName=one.name)
            case "AWS::Logs::LogGroup":
                self.client("logs").delete_log_group(logGroupName=one.name)
            case "AWS::S3::Bucket":
                self._empty(one.name)
                self.client("s3").delete_bucket(Bucket=one.name)
            case "AWS::SecretsManager::Secret":
                # With a recovery window the name would be taken for a week.
                self.client("secretsmanager").delete_secret(SecretId=one.name, ForceDeleteWithoutRecovery=True)
            case "AWS::SSM::Parameter":
                self.client("ssm").delete_parameter(Name=one.name)
            case "AWS::KMS::Key":
                self.client("kms").schedule_key_deletion(KeyId=one.name, PendingWindowInDays=KEY_WAITS_DAYS)

    def _empty(self, bucket: str) -> None:
        """Delete every version of every object: a bucket with objects can't be deleted."""
        pages = self.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket)
        for page in pages:
            versions = [
                {"Key": version["Key"], "VersionId": version["VersionId"]}
                for version in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
            ]
            if versions:
                # The journal is kept by Object Lock, in governance mode; compliance mode is for production alone.
                self.client("s3").delete_objects(
                    Bucket=bucket, Delete={"Objects": versions, "Quiet": True}, BypassGovernanceRetention=True
                )


def deletion(name: str, **changes: Any) -> Deletion:
    """Make the deletion of an environment's stack.

    Raises
    ------
    DeletionError
        When it is production's, whatever the environment is called.
    EnvironmentsError
        When there is no such environment.
    """
    environment = read_environment(name)
    if name == PRODUCTION or environment.stack_name == read_environment(PRODUCTION).stack_name:
        raise DeletionError(
            f"{environment.stack_name} is production: customers wait for power in it. It is not deleted from here."
        )
    session = boto3.Session(region_name=environment.region)
    return Deletion(environment.stack_name, changes.pop("client", session.client), **changes)


def main(given: Sequence[str]) -> int:
    """Run the command line; gives the exit status."""
    if len(given) != 1:
        sys.stderr.write("Which environment? make sam-delete ENV=dev (or staging; prod is refused)\n")
        return 2
    try:
        template = written_out(yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8")))
        deletion(given[0]).run(template)
    except (DeletionError, EnvironmentsError, ClientError, BotoCoreError, EOFError) as error:
        sys.stderr.write(f"{error or 'Nothing was deleted: nobody typed the name.'}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
