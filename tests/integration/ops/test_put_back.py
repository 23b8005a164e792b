"""ops put-back: nothing is written before somebody says why and types the live table's name; the journal has it."""

from collections.abc import Sequence
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from ops.account import Account
from ops.app import app
from ops.tools import Tools
from tests.unit.ops.accounts import NOW
from tests.unit.ops.printing import are_as_kept, printed

LOST = {"reference": {"S": "LIM-1/R/1"}, "status": {"S": "ACCEPTED"}}
RESTORED = "restoration-orders-restored"
AWS: Any = boto3


@pytest.fixture
def account(with_bucket: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account whose orders were restored, with one that the live table lacks; its switch is off."""
    monkeypatch.setattr(type(with_bucket), "setting", lambda _, name: {"Mode": "on"}.get(name, "100"))
    turn("off")
    dynamodb = AWS.client("dynamodb")
    dynamodb.create_table(
        TableName=RESTORED,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "reference", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "reference", "KeyType": "HASH"}],
    )
    dynamodb.put_item(TableName=RESTORED, Item=LOST)
    return with_bucket


def refusal(account: Account, *arguments: str) -> str:
    """Why a command that nobody can be asked about ended, if it did not do what it is for."""
    tools = Tools(account, lambda: NOW, ask=None)
    return str(CliRunner().invoke(app, ["put-back", *arguments], obj=tools).exception or "")


def turn(mode: str) -> None:
    AWS.client("ssm").put_parameter(Name="/restoration/mode", Value=mode, Type="String", Overwrite=True)


def live() -> list[Any]:
    items: list[Any] = AWS.client("dynamodb").scan(TableName="restoration-orders")["Items"]
    return items


def test_what_is_confirmed_is_written_and_kept_in_the_journal(account: Account) -> None:
    tools = Tools(account, lambda: NOW)
    commands = (f"put-back orders {RESTORED} --dry-run", f"put-back orders {RESTORED}", "journal")
    are_as_kept("put-back.txt", [printed(tools, each) for each in commands])
    assert live() == [LOST]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("orders", "restoration-orders", "--yes", "--reason", "x"), "is the live table"),
        (("orders", "nowhere", "--yes", "--reason", "x"), "there is no table nowhere in account"),
        (("limitations", RESTORED, "--yes", "--reason", "x"), "so it is no copy of limitations"),
    ],
)
def test_nothing_is_written_otherwise(account: Account, arguments: Sequence[str], why: str) -> None:
    assert why in refusal(account, *arguments)
    assert live() == []


def test_nothing_is_written_while_the_switch_is_not_off(account: Account) -> None:
    turn("shadow")
    assert "ops switch off" in refusal(account, "orders", RESTORED, "--yes", "--reason", "x")
    assert live() == []
