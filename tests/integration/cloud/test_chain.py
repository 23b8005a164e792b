"""A payment goes from the bus to the end of an execution, and what goes wrong on the way is where it belongs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from embedded_cloud import EmbeddedCloud
from embedded_cloud.errors import AlreadyRunningError, TemplateError
from embedded_cloud.stack.resources.storage import _tells_event_bridge
from tests.integration.cloud.machines import ENDED, SAMPLE, WORKDIR

if TYPE_CHECKING:
    from embedded_cloud import Execution


def pay(cloud: EmbeddedCloud, *payments: dict[str, object]) -> None:
    entry = {"Source": "billing", "DetailType": "PaymentReceived", "EventBusName": cloud.outputs["BusName"]}
    entries = [{**entry, "Detail": json.dumps(payment)} for payment in payments]
    assert cloud.client("events").put_events(Entries=entries)["FailedEntryCount"] == 0


def executions_of(cloud: EmbeddedCloud, payment: str) -> list[Execution]:
    return [each for each in cloud.executions("Machine") if each.input["paymentId"] == payment]


def ended(cloud: EmbeddedCloud, payment: str) -> Execution:
    [execution] = cloud.wait_until(lambda: [it for it in executions_of(cloud, payment) if it.status in ENDED])
    return execution


def test_delayed_message_is_handled_when_its_delay_is_over(cloud: EmbeddedCloud) -> None:
    sqs, queue = cloud.client("sqs"), cloud.physical_id("Payments")
    for payment, seconds in (("much-later", 900), ("delayed", 1)):
        body = json.dumps({"detail": {"paymentId": payment, "amount": 1}})
        sqs.send_message(QueueUrl=queue, MessageBody=body, DelaySeconds=seconds)
    assert ended(cloud, "delayed").status == "SUCCEEDED"
    assert cloud.queue_depths()["sample-Payments"].delayed == 1
    cloud.wait_idle()  # a record that is delayed for minutes rests
    assert not executions_of(cloud, "much-later")
    sqs.purge_queue(QueueUrl=queue)


def test_second_cloud_in_the_process_is_refused_while_the_first_runs(cloud: EmbeddedCloud) -> None:
    assert cloud.outputs
    with pytest.raises(AlreadyRunningError):
        EmbeddedCloud([SAMPLE], workdir=WORKDIR).__enter__()
    assert cloud.client("sqs").list_queues()["QueueUrls"]


def test_timeout_says_what_still_runs(cloud: EmbeddedCloud) -> None:
    poller = cloud.pollers_of("Orders")[0]
    poller.enabled = False
    pay(cloud, {"paymentId": "unanswered", "amount": 1})
    cloud.wait_until(lambda: cloud.queue_depths()["sample-Orders"].visible == 1)
    with pytest.raises(TimeoutError, match=r"power back.*0\.2 s.*execution p-\w+: in Order"):
        cloud.wait_until(lambda: False, 0.2, "power back")
    poller.enabled = True
    done, states = ended(cloud, "unanswered"), cloud.client("stepfunctions")
    first, *_, last = states.get_execution_history(executionArn=done.arn)["events"]
    described = states.describe_execution(executionArn=done.arn)
    assert (described["startDate"], described["stopDate"]) == (first["timestamp"], last["timestamp"])
    assert described["status"] == "SUCCEEDED"


def test_scheduled_rule_is_fired_by_hand_and_not_by_events(cloud: EmbeddedCloud) -> None:
    before = len(cloud.logs("EchoFunction"))
    event = {"Source": "anybody", "DetailType": "Anything", "Detail": "{}"}
    assert cloud.client("events").put_events(Entries=[event])["FailedEntryCount"] == 0
    cloud.fire_rule("NightlyRule")
    cloud.wait_until(lambda: len(cloud.logs("EchoFunction")) > before)
    cloud.wait_idle()
    assert cloud.logs("EchoFunction")[before:].count({"message": "hello", "n": 1}) == 1


def test_bucket_that_notifies_otherwise_is_refused() -> None:
    properties: dict[str, object] = {"NotificationConfiguration": {"QueueConfigurations": []}}
    with pytest.raises(TemplateError, match="cannot notify by QueueConfigurations here"):
        _tells_event_bridge(properties)
