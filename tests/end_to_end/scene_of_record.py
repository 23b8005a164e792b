"""A day for screens to count: all stories, then an incident that stays, and cases that wait now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from embedded_cloud.subscriptions import BusEvent
from local.customers import ROLLOUT_PERCENT
from local.demo.crowd import crowd
from local.demo.day import PARAMETERS
from local.demo.incident import Incident
from local.demo.runner import Runner
from local.demo.screen import Screen
from local.demo.verdict import Judge
from local.partners.enedis import Ending
from local.stage import Customer, deployed_stage
from local.stories.reading import read_stories
from tests.end_to_end.recorded import Record, troubled
from tests.end_to_end.world import World


@dataclass(frozen=True)
class Day:
    """What was played.

    ``payments`` came onto the bus: their ids, when, and when the customer paid. Of the reminders that are ``confirmed``
    billing said that they did not leave.
    """

    world: World
    screen: Screen
    payments: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    confirmed: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def hear(self, event: BusEvent) -> None:
        if event.content["detail-type"] == "PaymentReceived":
            detail, came = event.content["detail"], datetime.fromisoformat(event.content["time"])
            paid = datetime.fromisoformat(detail["paidAt"]) if "paidAt" in detail else None
            self.payments.append((detail["paymentId"], came, paid))
        elif event.content["detail-type"] == "RemindersSuppressed":
            self.confirmed[event.content["detail"]["suppressionId"]] = event.content["detail"]

    def of(self, limitation: str, before: datetime) -> tuple[datetime | None, datetime] | None:
        """When the last payment that was noted before a moment was made, and told; else when we noted it."""
        item = self.world.table("LimitationsTable").get_item(Key={"limitationId": limitation})["Item"]
        noted: dict[str, datetime] = {}
        for fact, each in sorted(item["noted"].items(), key=lambda it: str(it[1]["at"])):
            if fact.startswith("PaymentReceived|"):
                noted.setdefault(fact.partition("|")[2].rpartition(":")[0], datetime.fromisoformat(each["at"]))
        known = {payment: (paid, came) for payment, came, paid in reversed(self.payments) if paid}
        # One may have come before, and waited in its queue until after it.
        its = [known.get(each, (None, at)) for each, at in noted.items() if at <= before]
        return its[-1] if its else None

    def play(self, record: Record, settle: Callable[[str], object]) -> None:
        """Play stories with lines of the log lost, repeated and out of order; then what stays, as late indexes tell it.

        ``settle`` sees to it that an end is recorded before somebody redrives it.
        """
        stage = self.world.stage
        stage.cloud.subscriptions.events.append(self.hear)
        with troubled(self.world) as lost:
            judge = Judge(stage, in_shadow=False)
            Runner(stage, self.screen, judge).play(read_stories(), list(crowd(20)))
        assert all(paid for payment, _, paid in self.payments if payment.startswith("PAY-0"))
        assert min(lost["lines"], lost["statuses"], len(self.confirmed)) > 0
        self._break_billing([self.world.new_customer() for _ in range(8)])
        record.reconcile()
        with stage.cloud.late_indexes(), troubled(self.world):
            self._leave_some_open(settle)
        self.world.put_entries(stage.night_of_dunning())

    def _break_billing(self, customers: Sequence[Customer]) -> None:
        incident = Incident(self.world.stage, self.screen, customers)
        incident.limit_everybody()
        incident.break_billing()
        incident.pay(customers)
        incident.wait_for([*incident.before, *incident.beside], "RESTORED")
        incident.wait_for(incident.broken, "FAILED")

    def _leave_some_open(self, settle: Callable[[str], object]) -> None:
        """An advisor is asked, a redrive failed, and another one waits for the technician."""
        world = self.world
        asked, redriven, holds, mended = (
            world.limited_customer(),
            world.limited_customer(),
            world.limited_customer(),
            world.limited_customer(remotely_operable=False, endings=[Ending.NEVER]),
        )
        world.dispute(asked)
        for each in (redriven, holds, mended):
            with world.failing("ReadPointFunction", "InvalidConfiguration", each):
                world.pay(each)
                world.wait_for_outcome(each, "FAILED")
            settle(failed_of(world, each))
        for each in (redriven, mended):
            world.cloud.client("stepfunctions").redrive_execution(executionArn=failed_of(world, each))
        with world.failing("ReadPointFunction", "InvalidConfiguration", holds):
            world.cloud.client("stepfunctions").redrive_execution(executionArn=failed_of(world, holds))
            its = partial(world.executions, holds)
            world.wait(lambda: any(each.redrives and not each.is_running for each in its()), "the second failure")
        world.wait_for_outcomes(redriven, "RESTORED")
        world.wait_until_followed(mended)


@contextmanager
def day() -> Iterator[Day]:
    """A cloud on which nothing was played yet."""
    with (
        Screen() as screen,
        deployed_stage(rollout_percent=ROLLOUT_PERCENT, parameters=PARAMETERS, warm=True, ticking=True) as stage,
    ):
        yield Day(World(stage), screen)


def failed_of(world: World, customer: Customer) -> str:
    """The ARN of a customer's execution that failed."""
    return next(each.arn for each in world.executions(customer) if each.status == "FAILED")
