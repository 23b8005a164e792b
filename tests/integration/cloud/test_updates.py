"""UpdateItem of the embedded cloud does what moto's own does."""

import itertools
import json
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from embedded_cloud.backends import tables

UPDATES: dict[str, dict[str, Any]] = {
    "set, remove, add and delete": {
        "UpdateExpression": (
            "SET #s = :s, n.deep = :n, parts[1] = :s REMOVE gone, parts[0] ADD seen :one DELETE tags :tag"
        ),
        "ExpressionAttributeNames": {"#s": "status"},
        "ExpressionAttributeValues": {":s": {"S": "OPEN"}, ":n": {"N": "4"}, ":one": {"N": "1"}, ":tag": {"SS": ["a"]}},
    },
    "whole attributes": {
        "UpdateExpression": "SET #s = :s, note = :map REMOVE gone, #p ADD seen :one, tags :tag, #new :one, others :tag",
        "ExpressionAttributeNames": {"#s": "status", "#p": "parts", "#new": "fresh"},
        "ExpressionAttributeValues": {
            ":s": {"S": "OPEN"},
            ":one": {"N": "1"},
            ":tag": {"SS": ["a", "c"]},
            ":map": {"M": {"list": {"L": [{"N": "1"}, {"BOOL": False}]}, "none": {"NULL": True}}},
        },
    },
    "a number added to a set": {"UpdateExpression": "ADD tags :n", "ExpressionAttributeValues": {":n": {"N": "1"}}},
    "a text added": {"UpdateExpression": "ADD seen :n", "ExpressionAttributeValues": {":n": {"S": "1"}}},
    "a key of an index": {"UpdateExpression": "SET kind = :x", "ExpressionAttributeValues": {":x": {"S": "a"}}},
    "an empty key of an index": {"UpdateExpression": "SET kind = :x", "ExpressionAttributeValues": {":x": {"S": ""}}},
    "a number as a key of an index": {
        "UpdateExpression": "SET #k = :x",
        "ExpressionAttributeNames": {"#k": "kind"},
        "ExpressionAttributeValues": {":x": {"N": "1"}},
    },
    "an item too large": {
        "UpdateExpression": "SET heavy = :x",
        "ExpressionAttributeValues": {":x": {"S": "x" * 410_000}},
    },
    "functions and sums": {
        "UpdateExpression": "SET seen = if_not_exists(seen, :one) + :one, parts = list_append(parts, :more)",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":more": {"L": [{"S": "z"}]}},
    },
    "a condition that holds": {
        "UpdateExpression": "SET seen = :one",
        "ConditionExpression": "attribute_exists(n) AND seen < :one",
        "ExpressionAttributeValues": {":one": {"N": "100"}},
    },
    "a condition that does not": {
        "UpdateExpression": "SET seen = :one",
        "ConditionExpression": "seen > :one",
        "ExpressionAttributeValues": {":one": {"N": "100"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    },
    "a path that is not there": {
        "UpdateExpression": "SET nowhere.deep = :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    },
    "two paths that overlap": {
        "UpdateExpression": "SET n = :one, n.deep = :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    },
    "one attribute by two names": {
        "UpdateExpression": "SET n = :one, #n = :one",
        "ExpressionAttributeNames": {"#n": "n"},
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    },
    "two SET": {
        "UpdateExpression": "SET seen = :one SET other = :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    },
    "the key": {"UpdateExpression": "SET id = :x", "ExpressionAttributeValues": {":x": {"S": "other"}}},
    "no expression": {"UpdateExpression": "SET SET", "ExpressionAttributeValues": {":x": {"S": "other"}}},
    "a reserved word": {"UpdateExpression": "SET status = :x", "ExpressionAttributeValues": {":x": {"S": "y"}}},
    "a value that nothing names": {
        "UpdateExpression": "SET seen = :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":two": {"N": "2"}},
    },
}
ITEM: dict[str, Any] = {
    "id": {"S": "1"},
    "seen": {"N": "3"},
    "gone": {"BOOL": True},
    "n": {"M": {"deep": {"N": "1"}, "left": {"S": "x"}}},
    "parts": {"L": [{"S": "a"}, {"S": "b"}]},
    "tags": {"SS": ["a", "b"]},
}


def played(update: dict[str, Any], returned: str, *, patched: bool, after: Sequence[dict[str, Any]] = ()) -> list[Any]:
    """The responses to an update that is made twice, and the items that it leaves: one was there, one was not."""
    with tables.patched() if patched else nullcontext(), mock_aws():
        dynamodb: Any = boto3.client("dynamodb", "eu-west-3", aws_access_key_id="key", aws_secret_access_key="secret")
        dynamodb.create_table(
            TableName="table",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "kind")],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-kind",
                    "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.put_item(TableName="table", Item=ITEM)
        found: list[Any] = []
        keys = ("1", "1", "2", "2")
        for each, key in itertools.product((update, *after), keys):
            try:
                response = dynamodb.update_item(
                    TableName="table", Key={"id": {"S": key}}, ReturnValues=returned, **each
                )
            except ClientError as error:
                response = error.response
            found.append({name: value for name, value in response.items() if name != "ResponseMetadata"})
        found.append(sorted(dynamodb.scan(TableName="table")["Items"], key=lambda item: item["id"]["S"]))
        return found


@pytest.mark.parametrize("returned", ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
@pytest.mark.parametrize("name", UPDATES)
def test_update_leaves_and_returns_what_moto_s_own_does(name: str, returned: str) -> None:
    ours, moto_s = (played(UPDATES[name], returned, patched=patched) for patched in (True, False))
    assert json.dumps(ours, sort_keys=True) == json.dumps(moto_s, sort_keys=True)


NAMES: dict[str, dict[str, str]] = {
    "that overlap": {"#a": "seen", "#b": "seen"},
    "of which one is the key": {"#a": "id", "#b": "seen"},
    "of other attributes": {"#a": "n", "#b": "other"},
}


@pytest.mark.parametrize("names", NAMES)
def test_an_expression_that_was_valid_with_other_names_is_judged_by_its_own(names: str) -> None:
    def update(its: dict[str, str]) -> dict[str, Any]:
        return {
            "UpdateExpression": "SET #a = :x, #b = :x",
            "ExpressionAttributeNames": its,
            "ExpressionAttributeValues": {":x": {"N": "1"}},
        }

    def both(*, patched: bool) -> list[Any]:
        return played(update({"#a": "p", "#b": "q"}), "NONE", patched=patched, after=[update(NAMES[names])])

    assert both(patched=True) == both(patched=False)
