"""Queries whose responses are parsed as plain JSON: what a client's own parser takes most of a screen's time for.

botocore looks at each of ten thousand numbers through its model of the service. The result is the same.
"""

import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

SUCCESS = range(200, 300)


def reading_fast(client: "DynamoDBClient") -> "DynamoDBClient":
    """Make a client parse the responses of its queries fast."""
    client.meta.events.register("before-parse.dynamodb.Query", _parse, unique_id="fast-reads")
    return client


def _parse(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    if response_dict["status_code"] in SUCCESS:
        customized_response_dict |= json.loads(response_dict["body"], object_hook=_with_bytes)
        response_dict["body"] = b"{}"


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    """An attribute's value as a client has it: bytes are bytes."""
    if isinstance(value.get("B"), str):
        return {"B": b64decode(value["B"])}
    if isinstance(value.get("BS"), list):
        return {"BS": [b64decode(each) for each in value["BS"]]}
    return value
