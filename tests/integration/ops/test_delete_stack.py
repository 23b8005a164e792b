"""ops delete-stack: what a stack retains is gone with it, after a question; production is refused. On moto."""

import json
from functools import cache
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from ops.account import Account
from ops.app import app
from ops.delete_stack import KINDS, Retained, named, remains
from ops.template import templates
from ops.tools import Tools
from tests.fakes.tables import put_bucket, put_tables
from tests.unit.ops.printing import are_as_kept, printed

STACK = "restoration-dev"
REMAINING = list(named(STACK, "123456789012"))
A_KEY = {"Resources": {"Key": {"Type": "AWS::KMS::Key", "DeletionPolicy": "Retain", "Properties": {"KeyPolicy": {}}}}}


A_TOPIC = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
AWS: Any = boto3


@cache
def client(service: str) -> Any:
    """One for each service: moto holds the calls of any client, so that one serves all accounts of these tests."""
    return AWS.client(service, region_name="eu-west-3")


@pytest.fixture
def account() -> None:
    """An account with everything that the stack retains, with something in it."""
    put_tables(
        *(one.name.partition("dev-")[2] for one in REMAINING if one.kind == "AWS::DynamoDB::Table"),
        stack="restoration-dev-",
    )
    for one in REMAINING:
        create(one)


def create(one: Retained) -> None:
    match one.kind:
        case "AWS::Logs::LogGroup":
            client("logs").create_log_group(logGroupName=one.name)
        case "AWS::S3::Bucket":
            s3 = put_bucket(one.name, ObjectLockEnabledForBucket=True)
            lock: Any = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 430}}
            configuration: Any = {"ObjectLockEnabled": "Enabled", "Rule": lock}
            s3.put_object_lock_configuration(Bucket=one.name, ObjectLockConfiguration=configuration)
            s3.put_bucket_versioning(Bucket=one.name, VersioningConfiguration={"Status": "Enabled"})
            for body in (b"old", b"new"):
                s3.put_object(Bucket=one.name, Key="flow.zip", Body=body)
            s3.delete_object(Bucket=one.name, Key="flow.zip")
        case "AWS::SecretsManager::Secret":
            client("secretsmanager").create_secret(Name=one.name, SecretString="{}")
        case "AWS::SSM::Parameter":
            client("ssm").put_parameter(Name=one.name, Value="on", Type="String")


def put_stacks() -> None:
    for suffix, template in (("", A_KEY), ("-operations", A_TOPIC), ("-channels", A_TOPIC)):
        client("cloudformation").create_stack(StackName=f"{STACK}{suffix}", TemplateBody=json.dumps(template))


OF_RESTORATION = Account.of_profile(None, "eu-west-3", "restoration")
REFUSED = (
    *("delete-stack prod", "delete-stack nowhere"),
    *("--stack restoration-staging delete-stack dev", "--region us-east-1 delete-stack dev"),
)
"""The stack is that of an environment, and never production's."""


def what_is_there() -> list[Retained]:
    return list(remains(OF_RESTORATION.elsewhere(STACK, "eu-west-3")))


def test_every_kind_that_the_template_retains_is_known() -> None:
    every = [one for document in templates() for one in document["Resources"].values()]
    kept = [one["Type"] for one in every if "DeletionPolicy" in one]
    assert {*kept, "AWS::SSM::Parameter"} == set(KINDS)
    assert len(REMAINING) == len(kept) - 1 + 2


@pytest.mark.usefixtures("account")
def test_companions_go_first_then_the_core_and_all_that_they_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bus with rules can't be deleted, and nobody finds the key of a stack that is gone: it waits for a week."""
    tools = Tools(OF_RESTORATION)
    assert len(what_is_there()) == len(REMAINING)
    said = [printed(tools, each) for each in (*REFUSED, "--stack restoration-staging delete-stack staging")]
    put_stacks()
    (key,) = (each["KeyId"] for each in client("kms").list_keys()["Keys"])
    described: Any = Account.described  # moto knows no protection of a stack
    guard = {STACK: {"EnableTerminationProtection": True}}
    client("dynamodb").update_table(TableName=f"{STACK}-channels", DeletionProtectionEnabled=True)
    with monkeypatch.context() as patch:
        patch.setattr(Account, "described", lambda self, name: described(self, name) | guard.get(name, {}))
        said.append(printed(tools, "delete-stack dev"))
    assert len(what_is_there()) == len(REMAINING), "what is protected is told before anything is touched"
    client("dynamodb").update_table(TableName=f"{STACK}-channels", DeletionProtectionEnabled=False)
    said += [printed(tools, "delete-stack dev") for _ in range(2)]
    are_as_kept("delete-stack.txt", [each.replace(key, "its-key") for each in said])
    assert what_is_there() == []
    assert client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"] == []
    assert client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(("typed", "why"), [("", "was not typed"), ("restoration", "was not typed"), (None, "nobody")])
def test_nothing_is_deleted_without_the_stack_s_name(typed: str | None, why: str) -> None:
    tools = Tools(OF_RESTORATION, ask=None if typed is None else lambda _: typed)
    refused = str(CliRunner().invoke(app, ["delete-stack", "dev"], obj=tools).exception)
    assert "Nothing was done" in refused
    assert why in refused
    assert len(what_is_there()) == len(REMAINING)
