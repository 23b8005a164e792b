"""Each test has its own AWS, by moto, with the tables and queues of the template."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from embedded_cloud.backends import tables
from restoration.adapters.dynamodb.register import LimitationRegister
from tests.fakes.tables import TABLES, UNSIGNED, put_bucket, put_tables, use_testing_account

BUCKET = "restoration-operations-123456789012"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    use_testing_account(monkeypatch)
    with tables.patched(), mock_aws():
        yield


@pytest.fixture
def dynamodb() -> Any:
    """DynamoDB with the tables of the template."""
    put_tables(*TABLES, contracts="limited-contracts")
    return boto3.resource("dynamodb", config=UNSIGNED)


@pytest.fixture
def register(dynamodb: Any) -> LimitationRegister:
    return LimitationRegister(dynamodb, "contracts", "limitations")


@pytest.fixture
def sqs() -> Any:
    return boto3.client("sqs")


@pytest.fixture
def sfn() -> Any:
    return boto3.client("stepfunctions")


@pytest.fixture
def s3() -> Any:
    """S3 with the bucket of operations."""
    return put_bucket(BUCKET, ObjectLockEnabledForBucket=True)
