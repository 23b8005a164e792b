"""Starts the chain for each payment, and reports its orders' outcomes. It speaks HTTP by hand: no dependencies."""

import hashlib
import json
import os
import sys
import urllib.request
from typing import Any


def call(service: str, action: str, parameters: dict[str, Any], trace: str = "") -> Any:
    body = json.dumps(parameters).encode()
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], data=body, method="POST")  # noqa: S310
    scope = f"{os.environ['AWS_ACCESS_KEY_ID']}/20260101/eu-west-3/{service}/aws4_request"
    request.add_header("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}")
    request.add_header("X-Amz-Target", f"{'AmazonSQS' if service == 'sqs' else 'AWSStepFunctions'}.{action}")
    if trace:
        request.add_header("X-Amzn-Trace-Id", trace)
    request.add_header("Content-Type", "application/x-amz-json-1.0")
    with urllib.request.urlopen(request) as response:  # noqa: S310
        return json.loads(response.read())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    for record in event["Records"]:
        detail = json.loads(record["body"])["detail"]
        name = "p-" + hashlib.sha256(detail["paymentId"].encode()).hexdigest()[:20]
        execution = {"stateMachineArn": os.environ["MACHINE"], "name": name, "input": json.dumps(detail)}
        call("states", "StartExecution", execution, record["attributes"].get("AWSTraceHeader", ""))
    return {"batchItemFailures": []}


def go_round(event: dict[str, Any], _context: object) -> None:
    """Send itself the next number, in the trace of the invocation as AWS's SDK does, until it is 20."""
    for record in event["Records"]:
        number = int(record["body"])
        sys.stdout.write(json.dumps({"round": number}) + "\n")
        if number < 20:
            url = f"{os.environ['AWS_ENDPOINT_URL']}/123456789012/{record['eventSourceARN'].rpartition(':')[2]}"
            message = {"QueueUrl": url, "MessageBody": str(number + 1)}
            call("sqs", "SendMessage", message, os.environ["_X_AMZN_TRACE_ID"])


def answer(event: dict[str, Any], _context: object) -> None:
    for record in event["Records"]:
        order = json.loads(record["body"])
        output = json.dumps({"case": "A1", "order": order["reference"]})
        call("states", "SendTaskSuccess", {"taskToken": order["token"], "output": output})
