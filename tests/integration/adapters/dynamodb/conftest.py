"""The tables of the record, and who writes and reads them."""

from datetime import UTC, datetime

import boto3

from record.adapters.dynamodb.counters import CounterTable
from record.adapters.dynamodb.courses import CourseTable
from record.adapters.dynamodb.record_table import RecordTable
from record.use_cases.record_execution import CourseRecorder
from tests.fakes.courses import FACTS, Facts
from tests.fakes.tables import UNSIGNED, put_tables

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


class RecordWorld:
    """The tables of the record, who writes them and who reads them. What is told is told at ``told_at``."""

    def __init__(self, facts: Facts | None = None, told_at: datetime = NOW) -> None:
        put_tables("courses", "counters", "channels")
        self.dynamodb = boto3.resource("dynamodb", config=UNSIGNED)
        self.client = boto3.client("dynamodb", config=UNSIGNED)
        self.facts, self.told_at = facts or Facts(FACTS), told_at
        self.courses = CourseTable(self.dynamodb, "courses", lambda: self.told_at)
        self.counters = CounterTable(self.dynamodb, "courses", "counters", lambda: self.told_at)
        self.record = RecordTable(self.client, "courses", "counters")

    @property
    def recorder(self) -> CourseRecorder:
        return CourseRecorder(self.courses, self.counters, self.facts)
