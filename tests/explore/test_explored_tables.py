"""Courses over moto's DynamoDB: the adapters' and the waits' conditions hold there as they do in the explorer's memory.

The waits' updates are those of ``restoration.asl.yaml``. Of the courses that are played in memory, a few that ask
together all that was asked of the tables are played again over moto, and have to leave the same items behind.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from embedded_cloud.backends.tables import patched
from restoration.adapters.dynamodb import orders
from tests.explore.search import play
from tests.explore.tables import Item, MemoryTables
from tests.explore.world import KEYS, World
from tests.fakes.tables import UNSIGNED, put_tables, use_testing_account

COURSES = 200
UNCHECKED = UNSIGNED.merge(Config(parameter_validation=False))
"""The adapters' own tests have their calls' parameters checked."""
STEPS = 30
"""Shorter ones than in memory: each call of moto's costs as much as half a course there."""

type Asked = tuple[str, str | None, bool]
"""What a write asks of a table: its update, its condition, and whether that holds."""


class ListeningTables(MemoryTables):
    """Tables in memory that note what is asked of them."""

    def __init__(self) -> None:
        super().__init__(KEYS)
        self.asked: set[Asked] = set()

    def holds(self, write: Mapping[str, Any], item: Item) -> bool:
        holding = super().holds(write, item)
        update, condition = write.get("UpdateExpression", "Put"), write.get("ConditionExpression")
        self.asked.add((update, condition, holding))
        return holding


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    use_testing_account(monkeypatch)
    monkeypatch.setattr(orders, "utc_now", lambda: datetime(2026, 5, 4, tzinfo=UTC))
    with mock_aws(), patched():
        yield boto3.resource("dynamodb", config=UNCHECKED)


def stored(dynamodb: Any) -> dict[str, dict[str, Any]]:
    return {name: {item[key]: item for item in dynamodb.Table(name).scan()["Items"]} for name, key in KEYS.items()}


type Played = tuple[Sequence[int], World]
"""A course, and the world in which it was played in memory."""


def few_that_ask_all(courses: Sequence[Played]) -> Iterator[Played]:
    """Few courses that ask together what all of them ask: next is always the one that asks most of what is left."""
    left = set[Asked]().union(*(world.tables.asked for _, world in courses))
    while left:
        best = max(courses, key=lambda course: len(course[1].tables.asked & left))
        left -= best[1].tables.asked
        yield best


def test_a_course_leaves_the_same_items_in_dynamodb_as_in_memory(dynamodb: Any) -> None:
    draw = Random(0)  # noqa: S311 - no secret
    drawn = [[draw.getrandbits(24) for _ in range(STEPS)] for _ in range(COURSES)]
    courses = [(numbers, play(numbers, lambda **given: World(tables=ListeningTables(), **given))) for numbers in drawn]
    for numbers, in_memory in few_that_ask_all(courses):
        put_tables("limitations", "orders", contracts="limited-contracts")
        played = play(numbers, partial(World, tables=dynamodb))
        assert played.log == in_memory.log
        assert stored(dynamodb) == in_memory.tables.items
