"""What the tests of the embedded cloud share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from embedded_cloud import Application, EmbeddedCloud, Execution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).parent
SAMPLE = Application(FOLDER / "sample" / "template.yaml", "sample")
WORKDIR = FOLDER.parents[2] / "build" / "cloud"
CORE = Application(FOLDER / "stacks" / "core" / "template.yaml", "dev")
COMPANION = Application(FOLDER / "stacks" / "companion" / "template.yaml", "dev-watch", {"Core": "dev"})
ENDED = {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}


@dataclass
class Machines:
    """Runs state machines that a test writes itself."""

    cloud: EmbeddedCloud
    numbers: Iterator[int]

    def create(self, definition: dict[str, Any]) -> str:
        name = f"machine-{next(self.numbers)}"
        whole = {"QueryLanguage": "JSONata", **definition}
        arn = self.cloud.client("stepfunctions").create_state_machine(
            name=name, definition=json.dumps(whole), roleArn="arn:aws:iam::123456789012:role/any"
        )["stateMachineArn"]
        return str(arn)

    def start(self, definition: dict[str, Any], value: object = None, **arguments: str) -> str:
        return str(
            self.cloud.client("stepfunctions").start_execution(
                stateMachineArn=self.create(definition), input=json.dumps(value or {}), **arguments
            )["executionArn"]
        )

    def run(self, definition: dict[str, Any], value: object = None) -> Execution:
        return self.end(self.start(definition, value))

    def end(self, arn: str) -> Execution:
        self.cloud.wait_until(lambda: self.cloud.execution(arn).status in ENDED, describe=f"the end of {arn}")
        return self.cloud.execution(arn)

    def one_state(self, state: dict[str, Any], value: object = None) -> Execution:
        return self.run({"StartAt": "Only", "States": {"Only": {"End": True, **state}}}, value)


def pass_state(output: object) -> dict[str, Any]:
    return {"Type": "Pass", "Output": output}


def task(resource: str, arguments: object, **more: object) -> dict[str, Any]:
    """A state that calls a service, such as `lambda:invoke`."""
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Arguments": arguments, **more}


def counting(cloud: EmbeddedCloud, key: str, **more: object) -> dict[str, Any]:
    """A state that counts in an item of the table how often it was carried out."""
    arguments = {
        "TableName": cloud.physical_id("Table"),
        "Key": {"id": {"S": key}},
        "UpdateExpression": "ADD passed :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    return task("aws-sdk:dynamodb:updateItem", arguments, **more)


def item(cloud: EmbeddedCloud, key: str) -> Any:
    asked = {"TableName": cloud.physical_id("Table"), "Key": {"id": {"S": key}}}
    return cloud.client("dynamodb").get_item(**asked).get("Item", {})


def count(cloud: EmbeddedCloud, key: str) -> int:
    return int(item(cloud, key).get("passed", {"N": "0"})["N"])


def token_state(cloud: EmbeddedCloud, **more: object) -> dict[str, Any]:
    """A state that stores its token in the table and waits for the outcome."""
    arguments = {
        "TableName": cloud.physical_id("Table"),
        "Key": {"id": {"S": "{% $states.context.Execution.Name %}"}},
        "UpdateExpression": "SET #t = :t",
        "ExpressionAttributeNames": {"#t": "token"},
        "ExpressionAttributeValues": {":t": {"S": "{% $states.context.Task.Token %}"}},
    }
    return task("aws-sdk:dynamodb:updateItem.waitForTaskToken", arguments, End=True, **more)


def wait_for_token(cloud: EmbeddedCloud, arn: str, not_this: str = "") -> str:
    def token() -> str:
        found: str = item(cloud, arn.rpartition(":")[2]).get("token", {}).get("S", "")
        return "" if found == not_this else found

    return cloud.wait_until(token, describe="the token")


def taken(cloud: EmbeddedCloud, url: str) -> list[Any]:
    """Take the records that are in a queue out of it."""
    sqs = cloud.client("sqs")
    found: list[Any] = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get(
        "Messages", []
    )
    for record in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=record["ReceiptHandle"])
    return found


def refused(call: Callable[[], object]) -> tuple[str, str]:
    """The code and the message with which AWS refuses a call."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def over_http(cloud: EmbeddedCloud, service: str, key: str = "testing") -> Any:
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=cloud.endpoint_url,
        region_name="eu-west-3",
        aws_access_key_id=key,
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )
