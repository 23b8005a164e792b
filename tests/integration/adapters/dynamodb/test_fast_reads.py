"""A fast query returns what a client's own parser returns."""

from typing import Any

import boto3
import pytest

from record.adapters.dynamodb.fast_reads import reading_fast
from tests.fakes.tables import UNSIGNED, put_tables

EACH: dict[str, Any] = {
    "S": "é",
    "N": "-100000000000000000000",
    "B": b"\x00",
    "BOOL": True,
    "NULL": True,
    "SS": ["a"],
    "BS": [b"\x00", b"b"],
}
"""A value of each kind; maps also have names that look like kinds."""
VALUES = [{kind: value} for kind, value in EACH.items()]
NESTED = {"M": {"B": {"L": VALUES}, "BS": {"M": {"B": {"S": "B"}}}, "N": {"M": {"BS": {"B": b"1"}}}}}
ASKED: dict[str, Any] = {
    "KeyConditionExpression": "#day = :day",
    "ExpressionAttributeNames": {"#day": "day"},
    "ExpressionAttributeValues": {":day": {"S": "k"}},
    "Limit": 3,
}


def test_fast_query_returns_what_the_client_s_own_parser_returns() -> None:
    put_tables("counters")
    plain: Any = boto3.client("dynamodb", config=UNSIGNED)
    fast = reading_fast(boto3.client("dynamodb", config=UNSIGNED))
    for place, value in enumerate([*VALUES, NESTED]):
        plain.put_item(TableName="counters", Item={"day": {"S": "k"}, "slice": {"S": str(place)}, "value": value})
    pages: list[list[Any]] = [[], []]
    for start in ({}, *({"ExclusiveStartKey": {"day": {"S": "k"}, "slice": {"S": each}}} for each in "25")):
        for client, found in zip((fast, plain), pages, strict=True):
            found.append({**client.query(TableName="counters", **ASKED, **start), "ResponseMetadata": None})
    assert pages[0] == pages[1]
    assert [len(page["Items"]) for page in pages[0]] == [3, 3, 2]
    with pytest.raises(fast.exceptions.ResourceNotFoundException):
        fast.query(TableName="none", **ASKED)
