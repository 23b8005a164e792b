"""ops delete-stack: what a stack retains is gone with it, after a question; production is refused. On moto."""

import json
import re
from functools import cache
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from ops.account import Account
from ops.app import app
from ops.delete_stack import KINDS, Retained, named, remains
from ops.template import templates
from ops.tools import Tools
from tests.fakes.tables import put_bucket, put_empty_tables

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
    put_empty_tables({one.name: ["k"] for one in REMAINING if one.kind == "AWS::DynamoDB::Table"})
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


def account_of(stack: str = STACK) -> Account:
    return Account.of_profile(None, "eu-west-3", stack)


def delete(*arguments: str, typed: str | None = STACK, questions: list[str] | None = None) -> Result:
    """Run the command; ``typed`` is what one types when one is asked, None where nobody can be asked."""

    def ask(question: str) -> str:
        (questions if questions is not None else []).append(question)
        return str(typed)

    tools = Tools(account_of("restoration"), ask=None if typed is None else ask)
    return CliRunner().invoke(app, [*arguments[1:], "delete-stack", *arguments[:1]], obj=tools)


def what_is_there() -> list[Retained]:
    return list(remains(account_of()))


def test_every_kind_that_the_template_retains_is_known() -> None:
    every = [one for document in templates() for one in document["Resources"].values()]
    kept = [one["Type"] for one in every if "DeletionPolicy" in one]
    assert {*kept, "AWS::SSM::Parameter"} == set(KINDS)
    assert len(REMAINING) == len(kept) - 1 + 2


@pytest.mark.usefixtures("account")
def test_all_that_a_failed_deployment_left_is_deleted() -> None:
    questions: list[str] = []
    assert len(what_is_there()) == len(REMAINING)
    assert delete("dev", questions=questions).exit_code == 0
    assert what_is_there() == []
    assert questions == ['Type "restoration-dev" to do it: ']


@pytest.mark.usefixtures("account")
def test_companions_are_deleted_before_the_core_whose_key_waits_for_a_week() -> None:
    put_stacks()
    (key,) = client("kms").list_keys()["Keys"]
    said = delete("dev").output
    assert client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"] == []
    assert client("kms").describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert "restoration-dev (CREATE_COMPLETE)" in said
    order = re.findall(r"CloudFormation deletes restoration-dev(\S*):", said)
    assert order == ["-channels", "-operations", ""], "a bus with rules can't be deleted"
    assert re.findall(r"Deleted: (\w+)", said)[0] == "KMS", "nobody finds the key of a stack that is gone"
    assert said.endswith("Done. restoration-dev can be deployed again.\n")


@pytest.mark.usefixtures("account")
def test_what_is_protected_is_told_before_anything_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    put_stacks()
    described: Any = Account.described  # moto knows no protection of a stack
    guard = {STACK: {"EnableTerminationProtection": True}}
    monkeypatch.setattr(Account, "described", lambda self, name: described(self, name) | guard.get(name, {}))
    client("dynamodb").update_table(TableName=f"{STACK}-channels", DeletionProtectionEnabled=True)
    refused = str(delete("dev").exception)
    assert f"--stack-name {STACK} --no-enable-termination-protection" in refused
    assert f"--table-name {STACK}-channels --no-deletion-protection-enabled" in refused
    assert len(refused.splitlines()) == 3
    assert len(client("cloudformation").describe_stacks()["Stacks"]) == 3
    assert len(what_is_there()) == len(REMAINING)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(("typed", "why"), [("", "was not typed"), ("restoration", "was not typed"), (None, "nobody")])
def test_nothing_is_deleted_without_the_stack_s_name(typed: str | None, why: str) -> None:
    refused = delete("dev", typed=typed)
    assert "Nothing was done" in str(refused.exception)
    assert why in str(refused.exception)
    assert len(what_is_there()) == len(REMAINING)


def test_nothing_to_delete_is_told_without_a_question() -> None:
    questions: list[str] = []
    assert "There is no stack restoration-dev" in delete("dev", questions=questions).output
    assert questions == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("prod",), "restoration is production"),
        (("nowhere",), "Take one of dev, staging, prod"),
        (("dev", "--stack", "restoration-staging"), "Leave --stack out"),
        (("dev", "--region", "us-east-1"), "Leave --region out"),
        (("staging", "--stack", "restoration-staging"), ""),
    ],
)
def test_stack_is_that_of_an_environment_and_never_production_s(arguments: tuple[str, ...], why: str) -> None:
    assert why in str(delete(*arguments).exception or "")
