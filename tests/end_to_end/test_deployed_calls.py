"""One call of each operation of each service that a function's role allows, made with the layer that is deployed.

The only botocore on the import path is as `scripts/finish_layers.py` leaves it. `build/deployed-calls.txt` keeps the
table of the calls: service, operation, functions.
"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from embedded_cloud import Execution
from embedded_cloud.rights.usage import USED_BY_AWS
from local.stage.deployment import ROOT, SENDER
from tests.end_to_end.world import World

WITH_THE_LAYER = """
import functools, json, sys
import boto3
from botocore.exceptions import ClientError
at = {"region_name": "eu-west-3", "endpoint_url": sys.argv[1], "aws_secret_access_key": "x"}
client = functools.cache(lambda service, key: boto3.client(service, aws_access_key_id=key, **at))
for key, service, operation, arguments in json.load(sys.stdin):
    try:
        getattr(client(service, key), operation)(**arguments)
        print("done")
    except ClientError as error:
        print(error.response["Error"]["Code"])
print(boto3.__file__)
"""
REFUSALS = {
    "change_message_visibility": "ReceiptHandleIsInvalid",
    "delete_message": "ReceiptHandleIsInvalid",
    "redrive_execution": "ExecutionNotRedrivable",
    "send_task_failure": "InvalidToken",
    "send_task_success": "InvalidToken",
}
"""Where there is nothing that the call could be about, the service's own words say so."""
KEY = "deployed"
CONTENT = {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}}
type Call = tuple[str, str, dict[str, Any]]


def operations(world: World, action: str, arn: str, execution: Execution) -> Iterator[Call]:
    """The operations that functions call with a right, and arguments that name its resource."""
    service, _, operation = action.partition(":")
    match service:
        case "dynamodb":
            return of_table(world, operation, arn.rpartition("table/")[2])
        case "sqs":
            return of_queue(world, operation, arn.rpartition(":")[2])
        case "s3":
            return of_bucket(world, operation, arn.rpartition(":::")[2])
        case "states":
            return of_machine(operation, arn, execution)
    return iter([single_call(action, arn)])


def single_call(action: str, arn: str) -> Call:
    sender, resource = {"FromEmailAddress": SENDER}, arn.rpartition(":")[2]
    origin = (*resource.split("/"), "")[1]
    metric = {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}
    calls: dict[str, Call] = {
        "lambda:InvokeFunction": ("lambda", "invoke", {"FunctionName": arn, "Payload": "{}"}),
        "secretsmanager:GetSecretValue": ("secretsmanager", "get_secret_value", {"SecretId": arn}),
        "ssm:GetParameters": ("ssm", "get_parameters", {"Names": [resource.removeprefix("parameter")]}),
        "events:PutEvents": (
            "events",
            "put_events",
            {"Entries": [{"EventBusName": arn, "Source": "restoration", "DetailType": "Nothing", "Detail": "{}"}]},
        ),
        "cloudwatch:GetMetricData": (
            "cloudwatch",
            "get_metric_data",
            {"MetricDataQueries": [{"Id": "m", "MetricStat": metric}], "StartTime": 0, "EndTime": 3600},
        ),
        "ses:SendEmail": (
            "sesv2",
            "send_email",
            {**sender, "Destination": {"ToAddresses": ["client@exemple.example"]}, "Content": CONTENT},
        ),
        "sms-voice:SendTextMessage": (
            "pinpoint-sms-voice-v2",
            "send_text_message",
            {"OriginationIdentity": origin, "DestinationPhoneNumber": "+33600000000", "MessageBody": "x"},
        ),
    }
    return calls[action]


def of_machine(operation: str, arn: str, execution: Execution) -> Iterator[Call]:
    if operation.startswith("SendTask"):
        named: dict[str, Any] = {"taskToken": KEY} | ({"output": "1"} if operation == "SendTaskSuccess" else {})
    elif ":stateMachine:" in arn:
        named = {"stateMachineArn": arn}
        named |= {"input": json.dumps(execution.input)} if operation == "StartExecution" else {}
    else:
        named = {"executionArn": execution.arn}
    yield "stepfunctions", snake(operation), named


def of_queue(world: World, operation: str, name: str) -> Iterator[Call]:
    queue = {"QueueUrl": world.cloud.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]}
    about: dict[str, dict[str, Any]] = {
        "SendMessage": {"MessageBody": "{}"},
        "DeleteMessage": {"ReceiptHandle": KEY},
        "ChangeMessageVisibility": {"ReceiptHandle": KEY, "VisibilityTimeout": 0},
    }
    yield "sqs", snake(operation), {**queue, **about.get(operation, {})}
    if operation in about:
        yield "sqs", f"{snake(operation)}_batch", {**queue, "Entries": [{"Id": "1", **about[operation]}]}


def of_table(world: World, operation: str, resource: str) -> Iterator[Call]:
    name, _, index = resource.partition("/index/")
    if name.endswith("-channels"):
        return  # the table of a stack that is not deployed here
    table = world.cloud.client("dynamodb").describe_table(TableName=name)["Table"]
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    # `name: enedis` is the one item that some functions may delete.
    values = {each: {kind: "1" if kind == "N" else "enedis"} for each, kind in types.items()}
    key = {each["AttributeName"]: values[each["AttributeName"]] for each in table["KeySchema"]}
    one: dict[str, Any] = {"TableName": name}
    match operation:
        case "Query":
            searched = table["GlobalSecondaryIndexes"][0] if index else table
            partition = searched["KeySchema"][0]["AttributeName"]
            one |= {"IndexName": searched["IndexName"]} if index else {}
            one |= {"KeyConditionExpression": "#key = :key", "ExpressionAttributeNames": {"#key": partition}}
            one |= {"ExpressionAttributeValues": {":key": values[partition]}}
        case "Scan" if index:
            one["IndexName"] = index
        case "BatchGetItem":
            one = {"RequestItems": {name: {"Keys": [key]}}}
        case "PutItem":
            one["Item"] = key
        case "UpdateItem":
            one |= {"Key": key, "UpdateExpression": "SET seen = :seen"}
            one["ExpressionAttributeValues"] = {":seen": {"S": KEY}}
        case "GetItem" | "DeleteItem":
            one["Key"] = key
    yield "dynamodb", snake(operation), one
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        yield "dynamodb", "transact_write_items", {"TransactItems": [{operation.removesuffix("Item"): one}]}


def of_bucket(world: World, operation: str, resource: str) -> Iterator[Call]:
    bucket, _, pattern = resource.partition("/")
    if operation == "ListBucket":
        yield "s3", "list_objects_v2", {"Bucket": bucket, "Prefix": "redrives/"}
        return
    place = {"Bucket": bucket, "Key": pattern.replace("*", KEY)}
    if operation == "PutObject":
        yield "s3", "put_object", {**place, "Body": "{}"}
        return
    version = world.cloud.client("s3").put_object(Bucket=bucket, Key=place["Key"], Body=b"{}").get("VersionId")
    if operation == "GetObjectVersion":
        place["VersionId"] = str(version)
    yield "s3", "get_object", place
    yield "s3", "head_object", place


def snake(operation: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in operation).removeprefix("_")


def test_each_operation_that_a_role_allows_is_called_with_the_layer_that_is_deployed(world: World, built: Path) -> None:
    (execution,) = world.executions(world.restored_customer())
    rights = world.cloud.rights
    roles = {role.arn: role for role in rights.roles.values()}
    asked: list[tuple[str, str, Call]] = []
    for function in (each.configuration for each in world.cloud.functions.all()):
        key = rights.key_of_role(function.role_arn, "lambda.amazonaws.com", function.name)
        asked += [
            (function.logical_id, key, call)
            for statement in roles[function.role_arn].statements
            for action in statement.actions
            if statement.allows and action not in USED_BY_AWS
            for call in operations(world, action, statement.resources[0], execution)
        ]
    layer = built / "DependenciesLayer" / "python"
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        # Nothing is installed for it (-E -S), as on Lambda: it imports from the folder where it runs.
        [sys.executable, "-E", "-S", "-c", WITH_THE_LAYER, world.cloud.endpoint_url],
        cwd=layer,
        input=json.dumps([[key, *call] for _, key, call in asked]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ended.stderr
    *said, imported = ended.stdout.splitlines()
    assert Path(imported).is_relative_to(layer)
    functions: dict[tuple[str, str], set[str]] = defaultdict(set)
    wrong = []
    for (name, _, (service, operation, _arguments)), answer in zip(asked, said, strict=True):
        functions[service, operation].add(name.removesuffix("Function"))
        if answer != REFUSALS.get(operation, "done"):
            wrong.append(f"{name}: {service} {operation}: {answer}")
    assert not wrong
    table = "".join(
        f"{service}\t{operation}\t{', '.join(sorted(by))}\n" for (service, operation), by in functions.items()
    )
    (ROOT / "build" / "deployed-calls.txt").write_text(table, encoding="utf-8")
