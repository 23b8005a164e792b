"""The tool's readers on moto's DynamoDB."""

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ops.account import Account
from restoration.adapters.dynamodb.register import LimitationRegister
from tests.fakes.tables import TABLES, put_bucket, put_tables
from tests.integration.adapters.conftest import aws, s3
from tests.integration.ops.accounts import (
    HASH,
    STACK,
    STARTED,
    FakeStates,
    entered,
    failed,
    limitation,
    set_attribute,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

SETTINGS = {
    "Enedis": '{"url": "https://sge.example", "turnToleranceSeconds": 0.06}',
    "EnedisCallsPerSecond": "2",
    "EnedisMaximumConcurrency": "2",
    "Mode": "shadow",
    "RolloutPercent": "0",
}
__all__ = ["aws", "s3"]


@pytest.fixture
def states() -> FakeStates:
    return FakeStates()


@pytest.fixture
def account(aws: None, states: FakeStates) -> Account:
    """A stack whose tables are the template's, with their indexes."""
    assert aws is None
    put_tables(*TABLES, "limited-contracts", "courses", "counters", stack=f"{STACK}-")

    def made(service: str, region: str) -> Any:
        return states if service == "stepfunctions" else boto3.client(service, region_name=region)  # type: ignore[call-overload]

    return Account(made, "eu-west-3", STACK)


@pytest.fixture
def with_bucket(account: Account) -> Account:
    """The account with the operations' bucket, which has the journal."""
    put_bucket(f"{STACK}-operations-123456789012")
    return account


@pytest.fixture
def enedis_access(account: Account, monkeypatch: pytest.MonkeyPatch) -> "Table":
    """The table of access to Enedis, empty, and the settings of a stack that has a quota of two calls a second."""
    monkeypatch.setattr(type(account), "setting", lambda _, name: SETTINGS[name])
    return boto3.resource("dynamodb").Table(account.name("enedis-access"))


@pytest.fixture
def register(account: Account) -> LimitationRegister:
    """The register as the functions write it."""
    return LimitationRegister(
        boto3.resource("dynamodb"), account.name("limited-contracts"), account.name("limitations")
    )


@pytest.fixture
def cases(account: Account, register: LimitationRegister, states: FakeStates) -> Account:
    """Three that failed with one cause, one that waits for the bank, one that was restored."""
    for number in (1, 2, 3, 4, 5):
        register.save(limitation(number), known=None)
    for number in (1, 2, 3):
        arn = states.put(
            f"LIM-{number:06}-{HASH}",
            "FAILED",
            [
                STARTED,
                entered("TakeCharge"),
                entered("CheckPayment"),
                failed("UnknownContract", f"billing does not know CTR-{number:06}"),
            ],
            redriveCount=number - 1,
        )
        set_attribute(number, "holder", arn if number != 3 else f"{arn.rpartition(':')[0]}:another")
    waits = states.put(f"LIM-000004-{HASH}", "RUNNING", [STARTED, entered("WaitForBank")])
    set_attribute(4, "holder", waits)
    output = '{"outcome": "RESTORED", "limitationId": "LIM-000005"}'
    ended = ("ExecutionSucceeded", {"executionSucceededEventDetails": {"output": output}})
    states.put(f"LIM-000005-{HASH}", "SUCCEEDED", [STARTED, entered("CloseOrLetGo"), ended])
    return account
