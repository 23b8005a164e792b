"""make sam-delete: what a stack retains is gone with it, after a question; production is refused. On moto."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from scripts.delete_stack import NAMED_BY, Deletion, DeletionError, Retained, deletion, main, named_in
from tests.infrastructure.templates import template

STACK = "restoration-dev"
ACCOUNT = "123456789012"
TEMPLATE: Mapping[str, Any] = template().document
REMAINING = list(named_in(TEMPLATE, STACK, ACCOUNT))
A_KEY = {"Resources": {"Key": {"Type": "AWS::KMS::Key", "DeletionPolicy": "Retain", "Properties": {"KeyPolicy": {}}}}}


AWS: Any = boto3


@cache
def client(service: str) -> Any:
    """One for each service: moto holds the calls of any client, so that one serves all accounts of these tests."""
    return AWS.client(service, region_name="eu-west-3")


@pytest.fixture
def account() -> Iterator[None]:
    """An account with everything that the stack retains, with something in it."""
    with mock_aws():
        for one in REMAINING:
            create(one)
        yield


def create(one: Retained) -> None:
    match one.kind:
        case "AWS::DynamoDB::Table":
            client("dynamodb").create_table(
                TableName=one.name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            )
        case "AWS::Logs::LogGroup":
            client("logs").create_log_group(logGroupName=one.name)
        case "AWS::S3::Bucket":
            s3 = client("s3")
            s3.create_bucket(Bucket=one.name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
            s3.put_bucket_versioning(Bucket=one.name, VersioningConfiguration={"Status": "Enabled"})
            for body in (b"old", b"new"):
                s3.put_object(Bucket=one.name, Key="flow.zip", Body=body)
            s3.delete_object(Bucket=one.name, Key="flow.zip")
        case "AWS::SecretsManager::Secret":
            client("secretsmanager").create_secret(Name=one.name, SecretString="{}")
        case _:
            client("ssm").put_parameter(Name=one.name, Value="on", Type="String")


def typing(answer: str, questions: list[str] | None = None) -> Deletion:
    def ask(question: str) -> str:
        (questions if questions is not None else []).append(question)
        return answer

    return Deletion(STACK, client, ask, lambda _line: None)


def what_is_there() -> list[Retained]:
    return list(typing("").remains(TEMPLATE, ACCOUNT))


def test_every_kind_that_the_template_retains_is_known() -> None:
    kinds = {one["Type"] for one in TEMPLATE["Resources"].values() if "DeletionPolicy" in one}
    assert kinds == {*NAMED_BY, "AWS::KMS::Key"}
    assert len(REMAINING) == sum("DeletionPolicy" in one for one in TEMPLATE["Resources"].values()) - 1 + 2


@pytest.mark.usefixtures("account")
def test_all_that_a_failed_deployment_left_is_deleted() -> None:
    questions: list[str] = []
    assert len(what_is_there()) == len(REMAINING)
    typing(STACK, questions).run(TEMPLATE)
    assert what_is_there() == []
    assert questions == ["Type the stack's name to delete all of it: "]


@pytest.mark.usefixtures("account")
def test_stack_is_deleted_and_its_key_waits_for_a_week() -> None:
    client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(A_KEY))
    (key,) = client("kms").list_keys()["Keys"]
    said: list[str] = []
    Deletion(STACK, client, lambda _question: STACK, said.append).run(TEMPLATE)
    assert client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"] == []
    assert client("kms").describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert "restoration-dev (CREATE_COMPLETE)" in said[1]
    assert said[-1] == "Done. restoration-dev can be deployed again."


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("answer", ["", "y", "restoration"])
def test_nothing_is_deleted_without_the_stack_s_name(answer: str) -> None:
    with pytest.raises(DeletionError, match="Nothing was deleted"):
        typing(answer).run(TEMPLATE)
    assert len(what_is_there()) == len(REMAINING)


@mock_aws
def test_nothing_to_delete_is_told_without_a_question() -> None:
    questions: list[str] = []
    typing(STACK, questions).run(TEMPLATE)
    assert questions == []


def test_production_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prod"]) == 1
    assert "restoration is production" in capsys.readouterr().err


def test_environment_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Which environment?" in capsys.readouterr().err


def test_environment_s_own_stack_is_deleted() -> None:
    assert deletion("staging", client=client).stack_name == "restoration-staging"
