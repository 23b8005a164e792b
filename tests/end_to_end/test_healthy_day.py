"""On a healthy day no alarm goes off; test_alarms shows that each can."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from embedded_cloud.clock import Clock
from local.stage import deployed_stage
from tests.end_to_end.alarm_scene import ALARMS, THURSDAY_MORNING, Scene, check_all_limitations
from tests.end_to_end.world import World
from tests.infrastructure.templates import template


@pytest.fixture
def scene() -> Iterator[Scene]:
    with deployed_stage(clock=Clock(THURSDAY_MORNING)) as stage:
        yield Scene(World(stage))


def changes(scene: Scene, start: int) -> list[str]:
    """The alarms that went off since a place in the history."""
    return [
        each["AlarmName"]
        for each in scene.world.cloud.alarms.history[start:]
        if each["HistorySummary"].endswith("to ALARM")
    ]


def restore_one(scene: Scene) -> None:
    world = scene.world
    customer = world.limited_customer()
    world.pay(customer)
    world.wait_for_outcome(customer, "RESTORED")
    # What is kept for a second would be too old once the clock has moved by minutes.
    world.cloud.wait_idle()


def test_healthy_day_sets_no_alarm_off(scene: Scene) -> None:
    """27 hours from Thursday morning, with the schedules, two customers restored, and a payment each half hour."""
    check_all_limitations(scene)
    scene.watch()
    scene.minutes(1)
    assert {name: scene.state(name) for name in ALARMS if scene.state(name) != "OK"} == {}
    start = len(scene.world.cloud.alarms.history)
    cloud = scene.world.cloud
    for minute in range(27 * 60):
        if minute % 4 == 0:
            # On its schedule it is called each minute; it is missed after five.
            cloud.invoke("MeasureEnedisFunction", {})
        if minute % 5 == 0:
            cloud.invoke("MeasureExecutionsFunction", {})
            cloud.invoke("CheckOpenLimitationsFunction", {"unseen": True})
        if minute % 60 == 0:
            cloud.invoke("ReconcileExecutionsFunction", {})
        elif minute % 10 == 0:
            # It keeps within the quota of lists by the machine's clock, so that a day of reconciliations takes minutes.
            scene.put_metric("RecordLag", 0)
        if minute % 30 == 0:
            scene.world.put_entries([scene.world.payment(scene.world.new_customer())])
            cloud.wait_idle()
        if minute in {60, 25 * 60}:
            restore_one(scene)
        if minute == 18 * 60 + 15:
            check_all_limitations(scene)
        scene.minutes(1)
    assert changes(scene, start) == []


def test_no_alarm_goes_off_on_the_first_day_of_a_stack() -> None:
    """Nothing has measured, nobody has paid, no night has passed; then schedules run, with the template's secret."""
    with deployed_stage(clock=Clock(THURSDAY_MORNING), parameters={"PaymentsExpected": "false"}) as stage:
        generated = template().resources["EnedisSecret"].properties["GenerateSecretString"]["SecretStringTemplate"]
        secret = {"SecretId": stage.cloud.outputs["EnedisSecretArn"], "SecretString": generated}
        stage.cloud.client("secretsmanager").put_secret_value(**secret)
        fresh = Scene(World(stage))
        # What no metric moves for a quarter of an hour, no minute of it would show either.
        for _ in range(26 * 4):
            stage.cloud.clock.move(timedelta(minutes=14))
            fresh.minutes(1)
        for _ in range(10):
            fresh.watch()
            fresh.minutes(1)
        told = [
            (each["AlarmName"], each["HistorySummary"])
            for each in stage.cloud.alarms.history
            if each["HistorySummary"].endswith(("to ALARM", "to INSUFFICIENT_DATA"))
        ]
        assert told == []
