"""Reads the items of queries as fast as JSON is read: what DynamoDB writes is what a client returns, but for bytes.

botocore follows the model of the response for each attribute, which takes five times as long. A screen of supervision
reads up to 10,000 items.
"""

import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

OK = 200


def read_plainly(client: "DynamoDBClient") -> None:
    """Let a client read the items of its queries so, from now on; what it returns stays the same."""
    client.meta.events.register("before-parse.dynamodb.Query", _read, unique_id="plain-items")


def _read(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Take the items out of a response before botocore parses it, and put them into what it returns."""
    if response_dict["status_code"] != OK:
        return
    told = json.loads(response_dict["body"])
    if "Items" not in told:
        return
    items = told.pop("Items")
    for item in items:
        for name, value in item.items():
            if not value.keys().isdisjoint(_WITH_BYTES):
                item[name] = _decoded(value)
    customized_response_dict["Items"] = items
    response_dict["body"] = json.dumps(told).encode()


_WITH_BYTES = frozenset({"B", "BS", "L", "M"})
"""The types that are bytes, or may hold some."""


def _decoded(value: dict[str, Any]) -> dict[str, Any]:
    [(kind, content)] = value.items()
    match kind:
        case "B":
            return {kind: b64decode(content)}
        case "BS":
            return {kind: [b64decode(each) for each in content]}
        case "L":
            return {kind: [_decoded(each) for each in content]}
        case "M":
            return {kind: {name: _decoded(each) for name, each in content.items()}}
    return value
