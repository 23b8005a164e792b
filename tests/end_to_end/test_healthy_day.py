"""On a healthy day no alarm goes off; test_alarms shows that each can."""

from embedded_cloud.clock import Clock
from local.stage import deployed_stage
from tests.end_to_end.alarm_scene import ALARMS, THURSDAY_MORNING, Scene
from tests.end_to_end.world import World
from tests.infrastructure.templates import template


def went_off(scene: Scene, start: int = 0) -> list[tuple[str, str]]:
    """The alarms that went off, or knew nothing any more, since a place in the history."""
    return [
        (each["AlarmName"], each["HistorySummary"])
        for each in scene.world.cloud.alarms.history[start:]
        if each["HistorySummary"].endswith(("to ALARM", "to INSUFFICIENT_DATA"))
    ]


def test_healthy_day_sets_no_alarm_off() -> None:
    """27 hours from Thursday morning, with the schedules, two customers restored, and a payment each half hour.

    Looked at are the minute in which something is measured, and the last one before the next is.
    """
    with deployed_stage(clock=Clock(THURSDAY_MORNING)) as stage:
        scene = Scene(World(stage))
        scene.wait_for_end(scene.world.pass_night())
        scene.watch()
        scene.minutes(1)
        assert {name: scene.state(name) for name in ALARMS if scene.state(name) != "OK"} == {}
        cloud, start = scene.world.cloud, len(scene.world.cloud.alarms.history)
        for five_minutes in range(27 * 12):
            if five_minutes % 3:
                scene.put_metric("EnedisUnreachableSeconds", 0)
            else:
                cloud.invoke("MeasureEnedisFunction", {})
                cloud.invoke("MeasureExecutionsFunction", {})
                scene.sweep()
            if five_minutes % 72 == 0:
                cloud.invoke("ReconcileExecutionsFunction", {})
            elif five_minutes % 2 == 0:
                # It keeps within the quota of lists by the machine's clock: a day of reconciliations takes minutes.
                scene.put_metric("RecordLag", 0)
            if five_minutes % 6 == 0:
                scene.world.put_entries([scene.world.payment(scene.world.new_customer())])
                cloud.wait_idle()
            if five_minutes in {12, 25 * 12}:
                scene.world.restored_customer()
                # What is kept for a second would be too old once the clock has moved by minutes.
                cloud.wait_idle()
            if five_minutes == 18 * 12 + 3:
                scene.wait_for_end(scene.world.pass_night())
            scene.minutes(1)
            scene.spans(1, 4)
        assert went_off(scene, start) == []


def test_no_alarm_goes_off_on_the_first_day_of_a_stack() -> None:
    """Nothing has measured, nobody has paid, no night has passed; then schedules run, with the template's secret."""
    with deployed_stage(clock=Clock(THURSDAY_MORNING), parameters={"PaymentsExpected": "false"}) as stage:
        generated = template().resources["EnedisSecret"].properties["GenerateSecretString"]["SecretStringTemplate"]
        stage.cloud.client("secretsmanager").put_secret_value(
            SecretId=stage.cloud.outputs["EnedisSecretArn"], SecretString=generated
        )
        fresh = Scene(World(stage))
        fresh.spans(26 * 4, 15)
        for _ in range(10):
            fresh.watch()
            fresh.minutes(1)
        assert went_off(fresh) == []
