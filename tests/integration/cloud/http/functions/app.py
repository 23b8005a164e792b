"""Gives back what came, or does what the request asks for."""

import json
import time
from typing import Any


def handler(event: dict[str, Any], _: object) -> Any:
    if event["routeKey"] == "GET /slow":
        time.sleep(1)
    if event["routeKey"] == "POST /said" and not event["isBase64Encoded"]:
        # The body is the whole result; one that is no JSON is an error.
        return json.loads(event["body"])
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event)}
