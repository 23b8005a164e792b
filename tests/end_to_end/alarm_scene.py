"""A world whose clock the tests of alarms move, and the causes that they play in it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from embedded_cloud import Execution
from tests.end_to_end.world import World
from tests.infrastructure.templates import template

WATCHING = ("MeasureEnedisFunction", "MeasureExecutionsFunction", "ReconcileExecutionsFunction")
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Scene:
    """A world whose clock the tests move."""

    world: World
    ended: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Hear of the ends of executions, after the cloud has measured them."""
        self.world.cloud.subscriptions.executions.append(lambda it: None if it.is_running else self.ended.add(it.arn))

    def wait_for_end(self, execution: Execution) -> None:
        """Wait until an execution has ended, and that was measured."""
        self.world.wait(lambda: execution.arn in self.ended, f"the end of {execution.name}")

    def state(self, alarm: str) -> str:
        return str(self.world.cloud.alarms.state(f"restoration-{alarm}"))

    def minutes(self, number: int) -> None:
        self.world.cloud.pass_minutes(number)

    def spans(self, number: int, minutes: int) -> None:
        """Let spans of some minutes pass, and look at the last of each: no other shows what no metric moves in it."""
        for _ in range(number):
            self.world.cloud.clock.move(timedelta(minutes=minutes - 1))
            self.minutes(1)

    def rest(self) -> None:
        """Let what was before leave every period, and what it put aside its queues: the next cause stands alone.

        What it logged is recorded first: an end counts at the moment when it is recorded.
        """
        self.world.cloud.wait_idle(waiting=True)
        self.world.cloud.machine_logs.flush()
        self.world.cloud.wait_idle(waiting=True)
        for queue in DEAD_LETTERS:
            self.world.dead_letters(queue)
        self.world.cloud.clock.move(timedelta(days=4))
        self.sweep()
        self.minutes(3)

    def move_to(self, weekday: int, hour: int) -> None:
        """Move the clock to the next such moment; Monday is 1."""
        clock = self.world.cloud.clock
        at = clock.now().replace(hour=hour, minute=0)
        while at <= clock.now() or at.isoweekday() != weekday:
            at += timedelta(days=1)
        clock.move(at - clock.now())

    def watch(self) -> None:
        """Do what the schedules do, and take a flow of Enedis in."""
        for function in WATCHING:
            self.world.cloud.invoke(function, {})
        self.put_metric("FlowReconciled", 1)
        self.sweep()

    def sweep(self) -> None:
        self.world.cloud.invoke("CheckOpenLimitationsFunction", {"unseen": True})

    def put_metric(self, name: str, value: float, namespace: str = "restoration", **dimensions: str) -> None:
        given = dimensions or {"service": "restoration"}
        self.world.cloud.client("cloudwatch").put_metric_data(
            Namespace=namespace,
            MetricData=[
                {
                    "MetricName": name,
                    "Value": value,
                    "Dimensions": [{"Name": key, "Value": text} for key, text in given.items()],
                }
            ],
        )


ALARMS = {one.logical_id for one in template().of_type("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")}
DEAD_LETTERS = [each.logical_id for each in template().of_type("AWS::SQS::Queue") if "DeadLetters" in each.logical_id]
THURSDAY_MORNING = datetime(2026, 11, 26, 8, tzinfo=UTC)

type Cause = Callable[[Scene], AbstractContextManager[None]]
PROVOCATIONS: list[tuple[Cause, tuple[str, ...]]] = []
"""The causes, each with the alarms that it has to set off."""


def set_off(*alarms: str) -> Callable[[Callable[[Scene], Iterator[None]]], Cause]:
    """Note what a cause has to set off. It provokes up to its `yield`, and mends what it broke after it."""

    def noted(cause: Callable[[Scene], Iterator[None]]) -> Cause:
        PROVOCATIONS.append((contextmanager(cause), alarms))
        return PROVOCATIONS[-1][0]

    return noted
