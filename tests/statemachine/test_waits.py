"""The machine's three waits store their token in DynamoDB: each on its own condition, as the file has it, on moto."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.asl import RESTORATION, Machine, State
from tests.fakes.tables import put_empty_tables

WAITS = {
    state.name: state
    for state in Machine.read(RESTORATION).states()
    if state.resource.endswith("dynamodb:updateItem.waitForTaskToken")
}
ASKED = {":question": {"M": {"number": {"N": "1"}}}, ":reason": {"S": "NEGATIVE_DEBT"}}
"""What only the wait for an advisor stores on top."""


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        put_empty_tables({"limitations": ["limitationId"]})
        client = boto3.client("dynamodb")
        client.put_item(
            TableName="limitations",
            Item={
                "limitationId": {"S": "LIM-1"},
                "holder": {"S": "me"},
                "generation": {"N": "2"},
                "triggerCount": {"N": "5"},
            },
        )
        yield client


def wait(table: Any, state: State, token: str, since: str, **changes: str) -> bool:
    """Make a wait's request; whether its condition held."""
    arguments = state.body["Arguments"]
    known = {"me": "me", "generation": "2", "seen": "5", **changes}
    values = {
        ":token": {"S": token},
        ":since": {"S": since},
        ":me": {"S": known["me"]},
        ":generation": {"N": known["generation"]},
        ":seen": {"N": known["seen"]},
        **ASKED,
    }
    try:
        table.update_item(
            TableName="limitations",
            Key={"limitationId": {"S": "LIM-1"}},
            UpdateExpression=arguments["UpdateExpression"],
            ConditionExpression=arguments["ConditionExpression"],
            ExpressionAttributeValues={name: values[name] for name in arguments["ExpressionAttributeValues"]},
        )
    except table.exceptions.ConditionalCheckFailedException:
        return False
    return True


def token_of(table: Any) -> str | None:
    item = table.get_item(TableName="limitations", Key={"limitationId": {"S": "LIM-1"}})["Item"]
    token: str | None = item.get("waitingToken", {}).get("S")
    return token


def test_the_machine_waits_for_the_bank_an_advisor_and_enedis() -> None:
    assert set(WAITS) == {"WaitForBank", "WaitForAdvisor", "WaitForEnedis"}


@pytest.mark.parametrize("name", WAITS)
def test_wait_of_the_holder_that_has_seen_everything_stores_its_token(table: Any, name: str) -> None:
    assert wait(table, WAITS[name], "token-1", "2026-05-04T12:00:00.000Z/000")
    assert token_of(table) == "token-1"


@pytest.mark.parametrize("changes", [{"seen": "4"}, {"generation": "1"}, {"me": "another"}], ids=str)
@pytest.mark.parametrize("name", WAITS)
def test_wait_is_refused_after_news_or_without_the_claim(table: Any, name: str, changes: dict[str, str]) -> None:
    assert not wait(table, WAITS[name], "token-1", "2026-05-04T12:00:00.000Z/000", **changes)
    assert token_of(table) is None


@pytest.mark.parametrize("later", ["2026-05-04T12:00:00.000Z/001", "2026-05-04T12:00:30.000Z/000"])
@pytest.mark.parametrize("name", WAITS)
def test_request_that_lands_after_a_later_one_does_not_take_its_place(table: Any, name: str, later: str) -> None:
    assert wait(table, WAITS[name], "newer", later)
    assert not wait(table, WAITS[name], "older", "2026-05-04T12:00:00.000Z/000")
    assert token_of(table) == "newer"
