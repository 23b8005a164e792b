"""A message that did not arrive is counted, and tried once over the other channel where the customer allows it."""

from datetime import timedelta
from typing import Any

import pytest

from restoration.contracts.notifications import DeliveryReport, Report, tag_of
from restoration.domain.message import Channel
from tests.fakes.message_world import MONDAY_NOON, World, by_the_table

NEVER_ARRIVED = [Report.BOUNCED, Report.REJECTED, Report.UNDELIVERABLE]


def reported(report: Report, attempt_id: str = "LIM-1#POWER_RESTORED#LIM-1/R/1") -> DeliveryReport:
    return DeliveryReport(tag=tag_of(attempt_id), report=report, status="INVALID", at=MONDAY_NOON)


def world_with(channel: Channel, **settings: Any) -> World:
    """A world in which the message about restored power left by a channel."""
    by_night = MONDAY_NOON.replace(hour=21, minute=30) if channel is Channel.EMAIL else MONDAY_NOON
    world = World(now=by_night, ruling=by_the_table, **settings)
    assert world.notify("PowerRestored").channel is channel
    world.now = MONDAY_NOON + timedelta(days=1)
    return world


@pytest.mark.parametrize("report", NEVER_ARRIVED)
def test_a_message_that_did_not_arrive_is_tried_once_over_the_other_channel(report: Report) -> None:
    world = world_with(report.channel)
    assert [world.report(reported(report)) for _ in range(2)] == ["OTHER_CHANNEL", "REPEATED"]
    assert len(world.kept) == 1
    assert world.until_told().status == "SENT"
    assert world.sent[-1][:2] == (f"LIM-1#POWER_RESTORED#LIM-1/R/1#{report.channel.other}", report.channel.other)


@pytest.mark.parametrize("report", [Report.COMPLAINED, Report.DELAYED])
def test_a_complaint_or_a_late_e_mail_brings_no_second_message(report: Report) -> None:
    world = world_with(Channel.EMAIL)
    assert world.report(reported(report)) == "COUNTED"
    assert world.kept == []


def test_a_message_that_arrives_by_neither_channel_is_reported() -> None:
    world = world_with(Channel.SMS)
    world.report(reported(Report.UNDELIVERABLE))
    world.until_told()
    second = reported(Report.BOUNCED, "LIM-1#POWER_RESTORED#LIM-1/R/1#EMAIL")
    assert [world.report(second) for _ in range(2)] == ["FAILED", "REPEATED"]
    assert world.failed == [("POWER_RESTORED", "LIM-1#POWER_RESTORED#LIM-1/R/1")]
    assert len(world.aside) == 1
    assert world.kept == []


def test_a_second_message_passes_the_same_check() -> None:
    world = World(ruling=by_the_table)
    world.notify("PowerFloorRaised")
    world.now += timedelta(days=8)
    world.report(reported(Report.UNDELIVERABLE, "LIM-1#FLOOR_RAISED#3#2026-05"))
    assert world.until_told().status == "DROPPED"


def test_a_report_on_an_unknown_message_is_not_ours() -> None:
    assert World().report(reported(Report.BOUNCED)) == "NOT_OURS"
