"""Each alarm of the template goes off when its cause is there; test_healthy_day shows that none does otherwise."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from embedded_cloud.clock import Clock
from local.stage import deployed_stage
from tests.end_to_end import alarm_causes_of_time
from tests.end_to_end.alarm_causes import execution_fails
from tests.end_to_end.alarm_scene import (
    ALARMS,
    PROVOCATIONS,
    THURSDAY_MORNING,
    Cause,
    Scene,
)
from tests.end_to_end.world import World
from tests.infrastructure.templates import application

# Those of time come first: what others let fail is late, too.
IN_ORDER = sorted(PROVOCATIONS, key=lambda it: it[0].__module__ != alarm_causes_of_time.__name__)
WATCHERS = {
    "EnedisUnmeasured": 7,
    "ExecutionsUnmeasured": 5 * 5,
    "ExecutionsUnrecorded": 5 * 5,
    "FactsUnseen": 5 * 5,
    "FlowsMissing": 4 * 24 * 60,
    "NightlyCheckNotDone": 29 * 60,
    "RecordMissing": 14 * 5,
}
"""When each tells after its last measurement, in minutes: two periods later than the template says, at most."""


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    parameters = {"Enedis.readLongestWaitSeconds": "0.1"}
    with deployed_stage(clock=Clock(THURSDAY_MORNING), parameters=parameters, channels=True) as stage:
        yield Scene(World(stage))


@pytest.mark.parametrize(("cause", "alarms"), IN_ORDER, ids=lambda each: getattr(each, "__name__", ""))
def test_alarm_goes_off_when_its_cause_is_there(scene: Scene, cause: Cause, alarms: Sequence[str]) -> None:
    scene.rest()
    assert {alarm: scene.state(alarm) for alarm in alarms if scene.state(alarm) != "OK"} == {}
    with cause(scene):
        assert {alarm for alarm in alarms if scene.state(alarm) != "ALARM"} == set()


def test_watcher_that_falls_silent_is_noticed(scene: Scene) -> None:
    scene.wait_for_end(scene.world.pass_night())
    scene.watch()
    scene.minutes(1)
    assert {scene.state(name) for name in WATCHERS} == {"OK"}
    passed = 1
    for expected in sorted(set(WATCHERS.values())):
        names = [name for name, minutes in WATCHERS.items() if minutes == expected]
        scene.world.cloud.clock.move(timedelta(minutes=expected - passed - 1))
        scene.minutes(1)
        assert [scene.state(name) for name in names] == ["OK"] * len(names), names
        scene.minutes(1)
        assert [scene.state(name) for name in names] == ["INSUFFICIENT_DATA"] * len(names), names
        passed = expected + 1


def test_every_alarm_is_provoked_here() -> None:
    provoked = {alarm for _, alarms in PROVOCATIONS for alarm in alarms}
    of_channels = application("channels").of_type("AWS::CloudWatch::Alarm")
    assert provoked | set(WATCHERS) == ALARMS | {f"channels-{one.logical_id}" for one in of_channels}


@pytest.mark.parametrize("kind", ["Early", "Remote"])
def test_few_late_restorations_page_nobody(scene: Scene, kind: str) -> None:
    """At night they are a large share of all."""
    scene.rest()
    alarm_causes_of_time.late(scene, kind, 4)
    assert scene.state(f"{kind}BurnsFastShort") == "ALARM"
    assert {scene.state(f"{kind}{alarm}") for alarm in ("BurnsFastLong", "BurnsSlowLong", "SloBurns")} == {"OK"}


def test_calls_that_lambda_ends_alarm_among_good_ones(scene: Scene) -> None:
    """They count nothing themselves, and Lambda's own count has errors that are meant."""
    scene.rest()
    for short in (True, False):
        for call in range(20):
            seconds = 30.0 if call < 3 - short else 0.4
            scene.put_metric("Errors", float(call < 10), "AWS/Lambda", FunctionName="restoration-check-payment")
            scene.put_metric("Duration", 1000 * seconds, "AWS/Lambda", FunctionName="restoration-check-payment")
            if seconds < 1:
                scene.put_metric("CheckPaymentFailed", 0)
        scene.minutes(1)
        assert scene.state("CheckPaymentErrors") == ("OK" if short else "ALARM")
        scene.rest()


@pytest.mark.parametrize(("weekday", "hour"), [(4, 5), (4, 17), (6, 10), (7, 12)])
def test_silence_outside_business_hours_is_no_alarm(scene: Scene, weekday: int, hour: int) -> None:
    scene.move_to(weekday, hour)
    scene.spans(15, 5)
    assert scene.state("IntakeSilent") == "OK"


def test_failure_opens_a_ticket_and_pages_and_both_end(scene: Scene) -> None:
    scene.rest()
    cloud = scene.world.cloud
    queues = {}
    for topic in ("PagesTopic", "TicketsTopic"):
        queues[topic] = cloud.client("sqs").create_queue(QueueName=topic)["QueueUrl"]
        arn = f"arn:aws:sqs:{cloud.region}:123456789012:{topic}"
        cloud.client("sns").subscribe(TopicArn=cloud.physical_id(topic), Protocol="sqs", Endpoint=arn)

    def told(topic: str) -> list[tuple[str, str]]:
        found = cloud.client("sqs").receive_message(QueueUrl=queues[topic], MaxNumberOfMessages=10).get("Messages", [])
        texts: list[dict[str, Any]] = [json.loads(json.loads(each["Body"])["Message"]) for each in found]
        return [(text["AlarmName"].removeprefix("restoration-"), text["NewStateValue"]) for text in texts]

    with execution_fails(scene):
        assert told("PagesTopic") == [("CustomersAffected", "ALARM")]
        assert told("TicketsTopic") == [("ExecutionsFailed", "ALARM")]
        shown = cloud.client("cloudwatch").describe_alarms(AlarmNames=["restoration-ExecutionsFailed"])["MetricAlarms"]
        assert shown[0]["StateReason"].startswith("Threshold Crossed: 1 out of the last 1 datapoint [1.0 (")
    scene.minutes(3)
    assert told("PagesTopic") == [("CustomersAffected", "OK")]
    assert told("TicketsTopic") == [("ExecutionsFailed", "OK")]
