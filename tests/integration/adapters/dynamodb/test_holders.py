"""The register says which executions that failed hold their limitation still."""

import boto3
import pytest

from record.adapters.dynamodb.holders import HolderReader
from record.domain.course import StoppedCourse
from tests.fakes.tables import put_empty_tables

ARN = "arn:aws:states:eu-west-3:123456789012:execution:restoration:"


@pytest.fixture
def holders(aws: None) -> HolderReader:
    assert aws is None
    put_empty_tables({"limitations": ["limitationId"]})
    return HolderReader(boto3.resource("dynamodb"), "limitations")


def put(number: int, holder: str | None, status: str = "LIMITED") -> StoppedCourse:
    item = {"limitationId": f"LIM-{number}", "status": status} | ({"holder": holder} if holder else {})
    boto3.resource("dynamodb").Table("limitations").put_item(Item=item)
    return StoppedCourse(f"{ARN}{number}", f"LIM-{number}")


def test_execution_holds_what_is_open_and_names_it(holders: HolderReader) -> None:
    held = put(1, f"{ARN}1")
    closed = put(2, f"{ARN}2", status="RESTORED")
    taken_over = put(3, f"{ARN}another")
    let_go = put(4, None)
    unknown = StoppedCourse(f"{ARN}5", "LIM-5")
    assert holders.holding([held, closed, taken_over, let_go, unknown]) == {f"{ARN}1"}


def test_more_executions_than_one_read_takes_are_looked_up(holders: HolderReader) -> None:
    courses = [put(number, f"{ARN}{number}") for number in range(205)]
    assert len(holders.holding(courses)) == 205


def test_nothing_is_read_where_nothing_failed(holders: HolderReader) -> None:
    assert holders.holding([]) == set()
