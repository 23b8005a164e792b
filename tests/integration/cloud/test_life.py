"""Everything that an embedded cloud starts ends with it."""

from __future__ import annotations

import gc
import json
import os
import threading

import pytest
from moto.dynamodb.models.dynamo_type import Item
from moto.events.models import Rule
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from embedded_cloud import EmbeddedCloud
from embedded_cloud.backends.protocol import AwsRequest
from tests.integration.cloud.machines import SAMPLE, WORKDIR


def new_cloud() -> EmbeddedCloud:
    return EmbeddedCloud([SAMPLE.beside("life")], workdir=WORKDIR, pace=0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_threads_and_patches_end_with_the_block_and_the_next_cloud_is_empty() -> None:
    originals = (StringJSONata.__dict__["_eval_body"], Rule.send_to_targets, AmazonStateLanguageParser.parse)
    before = {thread.ident for thread in threading.enumerate()}
    with new_cloud() as cloud:
        cloud.invoke("EchoFunction", {})
        pids = cloud.functions.named("EchoFunction").worker_pids()
        cloud.client("dynamodb").put_item(TableName=cloud.physical_id("Table"), Item={"id": {"S": "left over"}})
        # Its order never has an outcome, so it still waits when the cloud ends.
        cloud.pollers_of("Orders")[0].enabled = False
        machine = cloud.outputs["MachineArn"]
        cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input='{"paymentId": "p", "amount": 1}')
        cloud.wait_until(lambda: cloud.queue_depths()["life-Orders"].visible)
        assert pids
    assert not [pid for pid in pids if is_alive(pid)]
    left = [thread for thread in threading.enumerate() if thread.ident not in before]
    for thread in left:
        thread.join(5)
    assert not [thread.name for thread in left if thread.is_alive()]
    assert originals == (StringJSONata.__dict__["_eval_body"], Rule.send_to_targets, AmazonStateLanguageParser.parse)
    with new_cloud() as cloud:
        assert cloud.executions() == []
        assert cloud.client("dynamodb").scan(TableName=cloud.physical_id("Table"))["Count"] == 0


def test_cloud_waits_until_the_end_of_an_execution_is_on_the_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the thread that puts it there goes on where the patches are gone already."""
    may_go_on = threading.Event()
    with new_cloud() as cloud:
        cloud.client("events").put_rule(Name="ended", EventPattern='{"detail": {"status": ["ABORTED"]}}')
        cloud.client("events").put_targets(Rule="ended", Targets=[{"Id": "queue", "Arn": cloud.arn("Orders")}])
        monkeypatch.setattr(cloud.targets, "send", lambda *_: may_go_on.wait(10))
        cloud.pollers_of("Orders")[0].enabled = False
        machine = cloud.outputs["MachineArn"]
        cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input='{"paymentId": "p", "amount": 1}')
        cloud.wait_until(lambda: cloud.queue_depths()["life-Orders"].visible)
        [execution] = cloud.executions()
        cloud.stop_execution(execution.arn)
        cloud.wait_until(lambda: not execution.is_running)
        assert f"the end of {execution.arn}" in cloud.going_on()
        may_go_on.set()
        cloud.wait_until(lambda: f"the end of {execution.arn}" not in cloud.going_on())


def test_cloud_keeps_no_item_that_was_overwritten() -> None:
    with new_cloud() as cloud:
        for text in ("first", "second"):
            item = {"id": {"S": "one"}, "text": {"S": text}}
            cloud.client("dynamodb").put_item(TableName=cloud.physical_id("Table"), Item=item)
        gc.collect()
        kept = [each.attrs["text"].value for each in gc.get_objects() if type(each) is Item and "text" in each.attrs]
        assert kept == ["second"]


def test_request_that_outlives_its_cloud_does_not_reach_the_next() -> None:
    """A thread that serves a worker goes on for a moment after the worker was ended."""
    put = {"TableName": "", "Item": {"id": {"S": "late"}}}
    with new_cloud() as cloud:
        dispatcher, put["TableName"] = cloud.dispatcher, cloud.physical_id("Table")
    headers = {"X-Amz-Target": "DynamoDB_20120810.PutItem", "Content-Type": "application/x-amz-json-1.0"}
    with new_cloud() as cloud:
        late = AwsRequest("dynamodb", cloud.region, "POST", "/", headers, json.dumps(put).encode())
        assert dispatcher.ask_moto(late).status == 503
        assert cloud.client("dynamodb").scan(TableName=put["TableName"])["Count"] == 0
        assert cloud.dispatcher.ask_moto(late).status == 200
