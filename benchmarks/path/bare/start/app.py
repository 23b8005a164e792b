"""Starts an execution for each record, by hand: no library is between the event and the call."""

import json
import os
import urllib.request
from typing import Any


def handler(event: dict[str, Any], _context: object) -> None:
    for record in event["Records"]:
        request = urllib.request.Request(  # noqa: S310 - the embedded cloud's own address
            os.environ["AWS_ENDPOINT_URL"],
            data=json.dumps(
                {
                    "stateMachineArn": os.environ["STATE_MACHINE_ARN"],
                    "name": record["messageId"],
                    "input": json.dumps(json.loads(record["body"])["detail"]),
                }
            ).encode(),
            headers={
                "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/eu-west-3/states/aws4_request",
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": "AWSStepFunctions.StartExecution",
            },
            method="POST",
        )
        with urllib.request.urlopen(request) as response:  # noqa: S310 - the same
            response.read()
