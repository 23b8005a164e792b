"""ops put-back: nothing is written before somebody says why and types the live table's name; the journal has it."""

from typing import Any

import boto3
import pytest

from ops.account import Account
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
    dynamodb.restore_table_to_point_in_time(SourceTableName="restoration-orders", TargetTableName=RESTORED)
    dynamodb.put_item(TableName=RESTORED, Item=LOST)
    return with_bucket


def turn(mode: str) -> None:
    AWS.client("ssm").put_parameter(Name="/restoration/mode", Value=mode, Type="String", Overwrite=True)


def live() -> list[Any]:
    items: list[Any] = AWS.client("dynamodb").scan(TableName="restoration-orders")["Items"]
    return items


OTHERS = ("orders restoration-orders", "orders nowhere", f"limitations {RESTORED}")


def test_what_is_confirmed_is_written_and_kept_in_the_journal_and_nothing_otherwise(account: Account) -> None:
    """Neither the live table, nor one that is not there or no copy, nor any while the switch is not off."""
    tools = Tools(account, lambda: NOW)
    said = [printed(tools, f"put-back {each} --yes --reason x") for each in OTHERS]
    turn("shadow")
    said.append(printed(tools, f"put-back orders {RESTORED} --yes --reason x"))
    assert live() == []
    turn("off")
    commands = (f"put-back orders {RESTORED} --dry-run", f"put-back orders {RESTORED}", "journal")
    are_as_kept("put-back.txt", [*said, *(printed(tools, each) for each in commands)])
    assert live() == [LOST]
