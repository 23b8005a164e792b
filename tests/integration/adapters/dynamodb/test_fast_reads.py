"""A fast query returns what a client's own parser returns."""

from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from record.adapters.dynamodb.fast_reads import reading_fast
from tests.fakes.tables import UNSIGNED, put_empty_tables

values: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.one_of(
        st.builds(lambda text: {"S": text}, st.text()),
        st.builds(lambda number: {"N": str(number)}, st.integers(-(10**20), 10**20)),
        st.builds(lambda content: {"B": content}, st.binary(max_size=50)),
        st.builds(lambda truth: {"BOOL": truth}, st.booleans()),
        st.just({"NULL": True}),
        st.builds(lambda texts: {"SS": sorted(texts)}, st.sets(st.text(min_size=1), min_size=1, max_size=3)),
    ),
    lambda inner: st.one_of(
        st.builds(lambda many: {"L": many}, st.lists(inner, max_size=3)),
        st.builds(
            lambda named: {"M": named}, st.dictionaries(st.sampled_from(["B", "BS", "N", "x"]), inner, max_size=2)
        ),
    ),
    max_leaves=6,
)


@pytest.fixture
def table() -> str:
    put_empty_tables({"table": ["key", "sort"]})
    return "table"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(values, max_size=4))
def test_fast_query_returns_what_the_client_s_own_parser_returns(table: str, many: list[dict[str, Any]]) -> None:
    plain: Any = boto3.client("dynamodb", config=UNSIGNED)
    fast = reading_fast(boto3.client("dynamodb", config=UNSIGNED))
    for place, value in enumerate(many):
        plain.put_item(TableName=table, Item={"key": {"S": "k"}, "sort": {"S": str(place)}, "value": value})
    request: Any = {
        "TableName": table,
        "KeyConditionExpression": "#key = :key",
        "ExpressionAttributeNames": {"#key": "key"},
        "ExpressionAttributeValues": {":key": {"S": "k"}},
        "Limit": 3,
    }
    responses: list[Any] = [client.query(**request) for client in (fast, plain)]
    found, expected = ({**response, "ResponseMetadata": None} for response in responses)
    assert found == expected


def test_error_of_a_fast_query_is_the_client_s_own(table: str) -> None:
    fast = reading_fast(boto3.client("dynamodb", config=UNSIGNED))
    assert table
    with pytest.raises(fast.exceptions.ResourceNotFoundException):
        fast.query(
            TableName="none",
            KeyConditionExpression="a = :a",
            ExpressionAttributeValues={":a": {"S": "a"}},
        )
