"""Listens to another stack: to its bus by a queue, reading its table, and to its log. It speaks HTTP by hand."""

import base64
import gzip
import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any

from word import WORD  # type: ignore[import-not-found]


def item(key: str) -> Any:
    body = json.dumps({"TableName": f"{os.environ['CORE']}-items", "Key": {"id": {"S": key}}}).encode()
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], data=body, method="POST")  # noqa: S310
    scope = f"{os.environ['AWS_ACCESS_KEY_ID']}/20260101/eu-west-3/dynamodb/aws4_request"
    request.add_header("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}")
    request.add_header("X-Amz-Target", "DynamoDB_20120810.GetItem")
    request.add_header("Content-Type", "application/x-amz-json-1.0")
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310
            return json.loads(response.read())["Item"]["value"]["S"]
    except urllib.error.HTTPError as error:
        return json.loads(error.read())["__type"].rpartition("#")[2]


def handler(event: dict[str, Any], _context: object) -> None:
    if "awslogs" in event:
        sys.stdout.write(gzip.decompress(base64.b64decode(event["awslogs"]["data"])).decode() + "\n")
    for record in event.get("Records", []):
        key = json.loads(record["body"])["detail"]["id"]
        sys.stdout.write(json.dumps({"heard": key, "item": item(key), "by": WORD}) + "\n")
