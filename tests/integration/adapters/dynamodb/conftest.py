"""The tables of the record, and who writes and reads them."""

from datetime import UTC, datetime

import boto3
import pytest

from record.adapters.dynamodb.counters import CounterTable
from record.adapters.dynamodb.courses import CourseTable
from record.adapters.dynamodb.record_table import RecordTable
from record.use_cases.record_execution import CourseRecorder
from tests.fakes.courses import FACTS, Facts
from tests.fakes.tables import UNSIGNED, put_empty_tables, put_record_tables

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
