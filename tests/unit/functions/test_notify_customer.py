"""notify_customer: events to messages, reports to counters, failed records to the dead letters with their reason."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from restoration.contracts.notifications import tag_of
from restoration.errors import DecisionFailed
from tests.fakes.message_world import World, record
from tests.unit.functions.conftest import Annotations, Load, Logs, Metrics
from tests.unit.functions.queue_events import failed, put_aside, sqs_event


def ruling(inputs: Any) -> dict[str, Any]:
    return {"channel": "SMS" if inputs["hasMobile"] else "EMAIL", "defer": False}


@pytest.fixture
def world() -> World:
    return World(ruling=ruling)


type Take = Callable[..., list[str]]
"""Gives records to the function; returns those that SQS shows again."""


@pytest.fixture
def take(load: Load, context: Any, world: World) -> Take:
    """The function, with the world in place of AWS."""
    app = load("notify_customer")
    vars(app)["desk"] = world.desk
    return lambda *bodies, receives=1: failed(app.handler(sqs_event(*bodies, receives=receives), context))


def messages(metrics: Metrics) -> dict[str, float]:
    """The counters of messages."""
    return {name: sum(values) for name, values in metrics().items() if "Message" in name}


def report(said: str, attempt_id: str = "LIM-1#POWER_RESTORED#LIM-1/R/1") -> str:
    return json.dumps({
        "report": said, "at": "2026-05-04T12:10:00Z", "status": "UNREACHABLE", "tag": tag_of(attempt_id),
    })  # fmt: skip


NOT_DELIVERED = "Text Message Delivery Status Updated"


def test_an_event_becomes_a_message_and_is_counted_and_logged_without_an_address(
    take: Take, world: World, metrics: Metrics, logs: Logs, annotated: Annotations
) -> None:
    assert take(record("PowerRestored")) == []
    assert annotated[-1] == ("outcome", "SENT")
    assert world.sent_ids == ["LIM-1#POWER_RESTORED#LIM-1/R/1"]
    assert messages(metrics) == {"MessagesSent": 1}
    (line,) = [line for line in logs() if line["message"] == "customer notified"]
    assert (line["correlation_id"], line["key"]) == ("LIM-1", "LIM-1#POWER_RESTORED#LIM-1/R/1")
    assert (line["status"], line["channel"]) == ("SENT", "SMS")
    assert "+336" not in json.dumps(line)


def test_messages_name_the_page_where_one_sees_a_case_if_there_is_one(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load("notify_customer").supplier.case_page is None
    boto3.client("secretsmanager").create_secret(Name="cases", SecretString=json.dumps({"key": "k" * 32}))
    for name, value in (("CASE_PAGE", "suivi.example"), ("CASE_SECRET", "cases")):
        monkeypatch.setenv(name, value)
    assert load("notify_customer").supplier.case_page.address == "suivi.example"


def test_a_body_that_is_no_record_is_put_aside_with_the_reason_and_the_rest_is_done(take: Take, world: World) -> None:
    bodies = ("no JSON", record("PowerRestored", limitation="LIM-9", reference=None), record("PowerRestored"))
    assert take(*bodies) == []
    reasons = [(error, reason.split(":")[0]) for _, error, reason in put_aside()]
    assert reasons == [
        ("InvalidEvent", "not a record of the notifications queue"),
        ("InvalidEvent", "detail.limitationId"),
    ]
    assert len(world.sent) == 1


def test_a_record_whose_message_was_surely_not_sent_is_shown_again_and_goes_over_the_other_channel_at_its_last_try(
    take: Take, world: World, metrics: Metrics
) -> None:
    world.carrier_fate = lambda _: "throttled"
    assert take(record("PowerRestored"), receives=4) == ["message-1"]
    metrics()
    assert take(record("PowerRestored"), receives=5) == []
    assert messages(metrics) == {"MessagesOtherChannel": 1}
    world.carrier_fate = lambda _: ""
    take(world.kept[0].body)
    assert world.sent_ids == ["LIM-1#POWER_RESTORED#LIM-1/R/1#EMAIL"]


def test_a_record_for_which_the_rules_fail_once_is_shown_again(take: Take, world: World) -> None:
    """Their function may have been out of time, or its table too busy."""
    failures = [DecisionFailed("Task timed out")]

    def fails_once(inputs: Any) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        return ruling(inputs)

    world.ruling = fails_once
    assert [len(take(record("PowerRestored"))) for _ in range(2)] == [1, 0]
    assert (len(world.sent), put_aside()) == (1, [])


def test_a_message_that_did_not_arrive_is_counted_once_however_often_it_is_reported(
    take: Take, world: World, metrics: Metrics
) -> None:
    take(record("PowerRestored"))
    metrics()
    take(report(NOT_DELIVERED), report(NOT_DELIVERED))
    assert messages(metrics) == {"MessagesUndeliverable": 1, "MessagesUndelivered": 1}
    assert len(world.kept) == 1


def test_a_report_that_cannot_be_processed_is_put_aside_at_its_last_try(take: Take, world: World) -> None:
    world.steps.fate = lambda step: "errs before" if step == "find" else ""
    body = report("Email Bounced")
    assert take(body, receives=4) == ["message-1"]
    assert take(body, receives=5) == []
    assert [(kept, error) for kept, error, _ in put_aside()] == [(body, "RuntimeError")]
