"""SQS events as Lambda gets them, and the records in a queue afterwards."""

import os
from typing import Any

import boto3


def sqs_event(*bodies: str, trace: str | None = None, receives: int = 1) -> dict[str, Any]:
    """One batch; its records are called message-1, message-2 and so on."""
    attributes = {
        "ApproximateReceiveCount": str(receives),
        "SentTimestamp": "1777888800000",
        "SenderId": "AIDA",
        "ApproximateFirstReceiveTimestamp": "1777888800001",
        **({"AWSTraceHeader": trace} if trace else {}),
    }
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": f"handle-{number}",
                "body": body,
                "attributes": attributes,
                "messageAttributes": {},
                "md5OfBody": "x",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-3:123456789012:stack-queue",
                "awsRegion": "eu-west-3",
            }
            for number, body in enumerate(bodies, 1)
        ]
    }


def failed(output: dict[str, Any]) -> list[str]:
    """The records that SQS will show again."""
    return [failure["itemIdentifier"] for failure in output["batchItemFailures"]]


def put_aside() -> list[tuple[str, str, str]]:
    """The dead letters: body, the error's class and its text."""
    messages = boto3.client("sqs").receive_message(
        QueueUrl=os.environ["DEAD_LETTERS_URL"], MessageAttributeNames=["All"], MaxNumberOfMessages=10
    )
    return [
        (
            message["Body"],
            message["MessageAttributes"]["ErrorType"]["StringValue"],
            message["MessageAttributes"]["ErrorReason"]["StringValue"],
        )
        for message in messages.get("Messages", [])
    ]


def executions() -> list[str]:
    """The names of the executions that were started."""
    listed = boto3.client("stepfunctions").list_executions(stateMachineArn=os.environ["STATE_MACHINE_ARN"])
    return [execution["name"] for execution in listed["executions"]]


def start_execution(name: str, given: str = "{}") -> str:
    """Start one beside the functions; its ARN."""
    started = boto3.client("stepfunctions").start_execution(
        stateMachineArn=os.environ["STATE_MACHINE_ARN"], name=name, input=given
    )
    return started["executionArn"]


def item(table: str, **key: str) -> dict[str, Any]:
    resource: Any = boto3.resource("dynamodb")
    return dict(resource.Table(table).get_item(Key=key).get("Item") or {})


def change(table: str, key: dict[str, str], **attributes: Any) -> None:
    """Write as the state machine does beside the functions."""
    resource: Any = boto3.resource("dynamodb")
    resource.Table(table).update_item(
        Key=key,
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
        ExpressionAttributeNames={f"#{name}": name for name in attributes},
        ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
    )
