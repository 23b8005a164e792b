"""What could not be delivered or carried out is tried again as AWS does, by the cloud's clock, until it is given up."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud import EmbeddedCloud
from embedded_cloud.clock import Clock
from embedded_cloud.messaging.targets import Targets
from embedded_cloud.patching import replaced
from tests.integration.cloud.machines import SAMPLE, WORKDIR, over_http, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOON = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    """A cloud whose clock stands until a test moves it."""
    with EmbeddedCloud([SAMPLE], workdir=WORKDIR, clock=Clock(NOON)) as it:
        yield it


def test_failed_event_is_tried_again_after_one_minute_and_after_two(cloud: EmbeddedCloud) -> None:
    moments, began, name = list[float](), cloud.clock.now(), cloud.physical_id("EchoFunction")

    def note(_: bytes, go_on: Callable[[], bytes]) -> bytes:
        moments.append((cloud.clock.now() - began).total_seconds())
        return go_on()

    def rests() -> bool:
        return cloud.timers.is_settled and (cloud.timers.waiting > 0 or not cloud.functions.busy())

    with cloud.functions.named(name).wrappers.also(note):
        client = over_http(cloud, "lambda")
        answer = client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"do": "raise"}')
        assert answer["StatusCode"] == 202
        while cloud.functions.busy():
            cloud.wait_until(rests, describe="an attempt")
            cloud.clock.move(dt.timedelta(seconds=30))
    assert moments == [0, 60, 180]


def _out_of_reach(*_: object) -> None:
    """Stands in for a delivery to a service that is down."""
    failed: Any = {"Error": {"Code": "InternalFailure"}, "ResponseMetadata": {"HTTPStatusCode": 500}}
    raise ClientError(failed, "SendMessage")


def rule_to_dropped(cloud: EmbeddedCloud, name: str, **more: Any) -> Callable[[], None]:
    """A rule that sends events to a queue; gives what puts such an event."""
    events = cloud.client("events")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": cloud.arn("Dropped"), **more}])

    def put() -> None:
        entry = {"Source": name, "DetailType": "Something", "Detail": "{}"}
        assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    return put


def letters(cloud: EmbeddedCloud) -> list[dict[str, str]]:
    """Take the dead letters: what each says of its end."""
    return [
        {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
        for letter in taken(cloud, cloud.physical_id("Reports"))
    ]


def test_event_reaches_its_target_once_that_is_back(cloud: EmbeddedCloud) -> None:
    put = rule_to_dropped(cloud, "back")
    with replaced(Targets, "_deliver", _out_of_reach):
        put()
        assert cloud.going_on() == ["1 event(s) that wait for their target"]
        cloud.clock.move(dt.timedelta(seconds=1))
        cloud.wait_until(lambda: cloud.timers.is_settled)
    assert cloud.queued("Dropped") == []
    cloud.clock.move(dt.timedelta(seconds=2))
    cloud.wait_until(lambda: cloud.queued("Dropped"))
    assert cloud.going_on() == []


@pytest.mark.parametrize(
    ("policy", "condition", "retries"),
    [
        ({"MaximumRetryAttempts": 3}, "MaximumRetryAttempts", "3"),
        ({"MaximumRetryAttempts": 0}, "MaximumRetryAttempts", "0"),
        ({"MaximumEventAgeInSeconds": 60}, "MaximumEventAgeInSeconds", "2"),
    ],
)
def test_event_that_is_given_up_is_a_dead_letter_that_says_why(
    cloud: EmbeddedCloud, policy: dict[str, int], condition: str, retries: str
) -> None:
    put = rule_to_dropped(cloud, "given-up", RetryPolicy=policy, DeadLetterConfig={"Arn": cloud.arn("Reports")})
    with replaced(Targets, "_deliver", _out_of_reach):
        put()
        while cloud.going_on():
            cloud.clock.move(dt.timedelta(seconds=30))
            cloud.wait_until(lambda: cloud.timers.is_settled)
    [letter] = letters(cloud)
    assert letter["ERROR_CODE"] == "ERROR_FROM_TARGET"
    assert (letter["EXHAUSTED_RETRY_CONDITION"], letter["RETRY_ATTEMPTS"]) == (condition, retries)


def test_event_for_a_target_that_is_gone_is_not_tried_again(cloud: EmbeddedCloud) -> None:
    gone = cloud.arn("EchoFunction") + "-gone"
    put = rule_to_dropped(cloud, "gone", Arn=gone, DeadLetterConfig={"Arn": cloud.arn("Reports")})
    put()
    [letter] = letters(cloud)
    assert letter["ERROR_CODE"] == "NO_RESOURCE"
    assert "EXHAUSTED_RETRY_CONDITION" not in letter
