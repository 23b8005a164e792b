"""Items of queries that are read plainly are those that botocore reads."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from record.adapters.dynamodb.plain_items import read_plainly
from tests.fakes.tables import UNSIGNED, put_empty_tables, put_record_tables

QUERY: Any = {
    "TableName": "counters",
    "KeyConditionExpression": "#day = :day",
    "ExpressionAttributeNames": {"#day": "day"},
    "ExpressionAttributeValues": {":day": {"S": "2026-11-26"}},
}


@pytest.fixture
def clients(aws: None) -> tuple[Any, Any]:
    """One that reads plainly, and one that does not; both have the same items."""
    assert aws is None
    put_empty_tables({})
    put_record_tables()
    plain, other = (boto3.client("dynamodb", config=UNSIGNED) for _ in range(2))
    read_plainly(plain)
    read_plainly(plain)
    nested = {"M": {"bytes": {"B": b"\x00\xff"}, "list": {"L": [{"N": "1.5"}, {"B": b"x"}, {"NULL": True}]}}}
    for place in range(3):
        item: dict[str, Any] = {
            "day": {"S": "2026-11-26"},
            "slice": {"S": f"{place}"},
            "number": {"N": "12345678901234567890"},
            "bytes": {"B": b"\x00\x01\xfe"},
            "texts": {"SS": ["é", "b"]},
            "many": {"BS": [b"one", b"two"]},
            "flag": {"BOOL": False},
            "nested": nested,
        }
        other.put_item(TableName="counters", Item=item)
    return plain, other


def without_times(response: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


def test_response_is_the_same_page_after_page(clients: tuple[Any, Any]) -> None:
    plain, other = clients
    pages = [each.get_paginator("query").paginate(**QUERY, PaginationConfig={"PageSize": 2}) for each in clients]
    found, expected = ([without_times(page) for page in each] for each in pages)
    assert found == expected
    assert [page["Count"] for page in found][:2] == [2, 1]
    assert plain.query(**QUERY)["Items"][0]["nested"]["M"]["bytes"] == {"B": b"\x00\xff"}
    assert without_times(plain.query(**QUERY, Select="COUNT")) == without_times(other.query(**QUERY, Select="COUNT"))


def test_error_stays_one(clients: tuple[Any, Any]) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        clients[0].query(**QUERY | {"TableName": "none"})
