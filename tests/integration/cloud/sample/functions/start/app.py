"""Starts the chain for each payment, and answers its orders; speaks HTTP by hand, to need no dependencies."""

import hashlib
import json
import os
import urllib.request


def call(service, action, parameters):  # noqa: ANN001, ANN201
    body = json.dumps(parameters).encode()
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], data=body, method="POST")  # noqa: S310
    request.add_header(
        "Authorization", f"AWS4-HMAC-SHA256 Credential=testing/20260101/eu-west-3/{service}/aws4_request"
    )
    request.add_header("X-Amz-Target", f"AWSStepFunctions.{action}")
    request.add_header("Content-Type", "application/x-amz-json-1.0")
    with urllib.request.urlopen(request) as response:  # noqa: S310
        return json.loads(response.read())


def handler(event, _context):  # noqa: ANN001, ANN201
    failures = []
    for record in event["Records"]:
        detail = json.loads(record["body"])["detail"]
        if detail.get("invalid"):
            failures.append({"itemIdentifier": record["messageId"]})
            continue
        name = "p-" + hashlib.sha256(detail["paymentId"].encode()).hexdigest()[:20]
        call(
            "states",
            "StartExecution",
            {
                "stateMachineArn": os.environ["MACHINE"],
                "name": name,
                "input": json.dumps(detail),
                "traceHeader": record["attributes"].get("AWSTraceHeader", ""),
            },
        )
    return {"batchItemFailures": failures}


def answer(event, _context):  # noqa: ANN001, ANN201
    for record in event["Records"]:
        order = json.loads(record["body"])
        call(
            "states",
            "SendTaskSuccess",
            {"taskToken": order["token"], "output": json.dumps({"case": "A1", "order": order["reference"]})},
        )
