"""The tool's readers on moto's DynamoDB."""

import boto3
import pytest

from ops.account import Account
from restoration.adapters.dynamodb.register import LimitationRegister
from tests.integration.adapters.conftest import aws
from tests.integration.ops.accounts import FakeStepFunctions, account_of

__all__ = ["aws"]


@pytest.fixture
def states() -> FakeStepFunctions:
    return FakeStepFunctions()


@pytest.fixture
def account(aws: None, states: FakeStepFunctions) -> Account:
    assert aws is None
    return account_of(states)


@pytest.fixture
def register(account: Account) -> LimitationRegister:
    """The register as the functions write it."""
    return LimitationRegister(
        boto3.resource("dynamodb"), account.name("limited-contracts"), account.name("limitations")
    )
