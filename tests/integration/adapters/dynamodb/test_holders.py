"""The register says which executions that failed hold their limitation still."""

import boto3
import pytest

from record.adapters.dynamodb.holders import HolderReader
from tests.fakes.tables import put_empty_tables

ARN = "arn:aws:states:eu-west-3:123456789012:execution:restoration:"


@pytest.fixture
def holders() -> HolderReader:
    put_empty_tables({"limitations": ["limitationId"]})
    return HolderReader(boto3.resource("dynamodb"), "limitations")


def execution(number: int) -> str:
    return f"{ARN}LIM-{number}-{'0' * 32}"


def put(number: int, holder: str | None, status: str = "LIMITED") -> str:
    item = {"limitationId": f"LIM-{number}", "status": status} | ({"holder": holder} if holder else {})
    boto3.resource("dynamodb").Table("limitations").put_item(Item=item)
    return execution(number)


def test_execution_holds_what_is_open_and_names_it(holders: HolderReader) -> None:
    held = put(1, execution(1))
    closed = put(2, execution(2), status="RESTORED")
    taken_over = put(3, f"{ARN}another")
    let_go = put(4, None)
    unknown = execution(5)
    assert holders.holding([held, closed, taken_over, let_go, unknown]) == {execution(1)}


def test_more_executions_than_one_read_takes_are_looked_up(holders: HolderReader) -> None:
    courses = [put(number, execution(number)) for number in range(205)]
    assert len(holders.holding(courses)) == 205


def test_nothing_is_read_where_nothing_failed(holders: HolderReader) -> None:
    assert holders.holding([]) == set()
