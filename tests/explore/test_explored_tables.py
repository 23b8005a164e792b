"""Courses over moto's DynamoDB: the adapters' and the waits' conditions hold there as they do in the explorer's memory.

The waits' updates are those of ``restoration.asl.yaml``. A course is played twice, in memory and over moto, and has to
leave the same items behind.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.cloud.backends.tables import patched
from restoration.adapters.dynamodb import orders
from tests.explore.search import play
from tests.explore.world import KEYS, World

COURSES = 200
STEPS = 30
"""Shorter ones than in memory: each call of moto's costs as much as half a course there."""
SHARDS = 4
"""So that the workers of a test run share them."""


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setattr(orders, "utc_now", lambda: datetime(2026, 5, 4, tzinfo=UTC))
    with mock_aws(), patched():
        yield boto3.resource("dynamodb")


def emptied(dynamodb: Any) -> Any:
    """The tables, without an item."""
    for table in dynamodb.tables.all():
        table.delete()
    for name, key in KEYS.items():
        dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        )
    return dynamodb


def stored(dynamodb: Any) -> dict[str, dict[str, Any]]:
    return {name: {item[key]: item for item in dynamodb.Table(name).scan()["Items"]} for name, key in KEYS.items()}


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_course_leaves_the_same_items_in_dynamodb_as_in_memory(dynamodb: Any, shard: int) -> None:
    draw = Random(shard)  # noqa: S311 - no secret
    for _ in range(COURSES // SHARDS):
        numbers = [draw.getrandbits(24) for _ in range(STEPS)]
        in_memory = play(numbers)

        def over_moto(**setting: Any) -> World:
            return World(tables=emptied(dynamodb), **setting)

        played = play(numbers, over_moto)
        assert played.log == in_memory.log
        assert stored(dynamodb) == in_memory.tables.items
