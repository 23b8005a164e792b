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
    # What a function says of CORS counts only where the API is not configured for it.
    headers = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(event)}
