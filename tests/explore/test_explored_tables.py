"""Courses over moto's DynamoDB: the adapters' and the waits' conditions hold there as they do in the explorer's memory.

The waits' updates are those of ``restoration.asl.yaml``. A course that asks something new of the tables is played
again over moto, and has to leave the same items behind.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from local.cloud.backends.tables import patched
from restoration.adapters.dynamodb import orders, register
from tests.explore.search import play
from tests.explore.tables import Item, MemoryTables
from tests.explore.world import KEYS, World
from tests.fakes.tables import UNSIGNED, put_empty_tables

COURSES = 200
UNCHECKED = UNSIGNED.merge(Config(parameter_validation=False))
"""The adapters' own tests have their calls' parameters checked."""
STEPS = 30
"""Shorter ones than in memory: each call of moto's costs as much as half a course there."""

type Asked = tuple[str, str | None, bool, frozenset[str]]
"""What a write asks of a table: its update, its condition, whether that holds, and which attributes the item has."""


class ListeningTables(MemoryTables):
    """Tables in memory that note what is asked of them."""

    def __init__(self, asked: set[Asked]) -> None:
        super().__init__(KEYS)
        self.asked = asked

    def holds(self, write: Mapping[str, Any], item: Item) -> bool:
        holding = super().holds(write, item)
        update, condition = write.get("UpdateExpression", "Put"), write.get("ConditionExpression")
        texts = f"{update} {condition} {' '.join((write.get('ExpressionAttributeNames') or {}).values())}"
        self.asked.add((update, condition, holding, frozenset(item) & frozenset(re.findall(r"\w+", texts))))
        return holding


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for adapter in (orders, register):
        monkeypatch.setattr(adapter, "utc_now", lambda: datetime(2026, 5, 4, tzinfo=UTC))
    with mock_aws(), patched():
        yield boto3.resource("dynamodb", config=UNCHECKED)


def stored(dynamodb: Any) -> dict[str, dict[str, Any]]:
    return {name: {item[key]: item for item in dynamodb.Table(name).scan()["Items"]} for name, key in KEYS.items()}


def test_a_course_leaves_the_same_items_in_dynamodb_as_in_memory(dynamodb: Any) -> None:
    draw = Random(0)  # noqa: S311 - no secret
    known: set[Asked] = set()
    for _ in range(COURSES):
        numbers = [draw.getrandbits(24) for _ in range(STEPS)]
        asked: set[Asked] = set()
        in_memory = play(numbers, partial(World, tables=ListeningTables(asked)))
        if asked <= known:
            continue
        known |= asked
        put_empty_tables({name: [key] for name, key in KEYS.items()})
        played = play(numbers, partial(World, tables=dynamodb))
        assert played.log == in_memory.log
        assert stored(dynamodb) == in_memory.tables.items
