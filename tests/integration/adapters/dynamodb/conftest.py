"""Where claims are kept, with other writers; the tables of the record."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from record.adapters.dynamodb.counters import CounterTable
from record.adapters.dynamodb.courses import CourseTable
from record.adapters.dynamodb.record_table import RecordTable
from record.use_cases.record_execution import CourseRecorder
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.claim import Claim
from restoration.domain.order import PointOrder
from tests.fakes.courses import FACTS, Facts
from tests.fakes.samples import NOON, POINT
from tests.fakes.stored_claims import item_of
from tests.fakes.tables import UNSIGNED, put_empty_tables, put_record_tables


class Kept:
    """Claims in DynamoDB, and other writers."""

    def __init__(self, dynamodb: Any) -> None:
        self.claims: Any = ClaimTable(dynamodb, "limitations", "orders", now=lambda: NOON)
        self._dynamodb = dynamodb

    def put(self, claim: Claim) -> None:
        self._dynamodb.Table("limitations").put_item(Item=item_of(claim))

    def now(self) -> Any:
        return self.claims.get("LIM-1")

    def on_point(self) -> PointOrder | None:
        return OrderTable(self._dynamodb, "orders").on_point(POINT)


@pytest.fixture
def kept(dynamodb: Any) -> Kept:
    return Kept(dynamodb)


NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


@pytest.fixture
def courses() -> CourseTable:
    put_empty_tables({})
    put_record_tables()
    return CourseTable(boto3.resource("dynamodb", config=UNSIGNED), "courses", lambda: NOW)


@pytest.fixture
def counters(courses: CourseTable) -> CounterTable:
    assert courses is not None
    return CounterTable(boto3.resource("dynamodb", config=UNSIGNED), "courses", "counters")


@pytest.fixture
def recorder(courses: CourseTable, counters: CounterTable) -> CourseRecorder:
    return CourseRecorder(courses, counters, Facts(FACTS))


@pytest.fixture
def record(courses: CourseTable) -> RecordTable:
    assert courses is not None
    return RecordTable(boto3.client("dynamodb", config=UNSIGNED), "courses", "counters")
