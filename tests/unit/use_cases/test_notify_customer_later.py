"""Customers get each message at a decent hour: what can't leave now is kept, and checked again."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from restoration.clock import PARIS
from restoration.domain.message import next_morning
from tests.fakes.message_samples import HELD, NIGHT, by_the_table, no_email
from tests.fakes.message_world import MONDAY_NOON, TEN_MINUTES, World


def test_a_balance_is_sent_ten_minutes_after_its_event() -> None:
    world = World()
    kept = world.notify("BalanceDue")
    assert (kept.status, kept.until) == ("KEPT", MONDAY_NOON + TEN_MINUTES)
    assert world.until_told().status == "SENT"
    assert world.now == MONDAY_NOON + TEN_MINUTES


def test_a_kept_message_is_neither_claimed_nor_sent_and_leaves_in_the_morning() -> None:
    world = World(now=NIGHT, ruling=by_the_table)
    kept = world.notify("PowerFloorRaised", at=NIGHT)
    eight = datetime(2026, 5, 5, 8, 0, tzinfo=PARIS)
    assert kept.status == "KEPT"
    assert kept.until is not None
    assert eight <= kept.until < eight + timedelta(hours=1)
    assert (world.log.items, world.sent) == ({}, [])
    assert world.until_told().status == "SENT"
    assert eight <= world.now < eight + timedelta(hours=1, minutes=10)


def test_a_message_that_would_be_out_of_date_in_the_morning_is_not_kept_for_it() -> None:
    world = World(now=NIGHT, ruling=by_the_table, contact=no_email(), cases={"LIM-1": HELD})
    assert world.notify("RestorationOrdered", at=NIGHT).status == "DROPPED"
    assert world.kept == []


def test_where_nothing_may_wait_a_message_is_sent_at_once() -> None:
    world = World(now=NIGHT, ruling=by_the_table, may_defer=False)
    assert world.notify("PowerFloorRaised", at=NIGHT).status == "SENT"


def test_messages_of_one_night_are_spread_over_the_first_hour_of_the_day() -> None:
    untils = [next_morning(NIGHT, f"LIM-{number}#FLOOR_RAISED#3") for number in range(600)]
    minutes = Counter(until.minute for until in untils)
    assert len(minutes) == 60
    assert max(minutes.values()) <= 30
    assert untils[0] == datetime(2026, 5, 5, 6, 38, 24, tzinfo=UTC), "the same in every process and release"
    assert next_morning(datetime(2026, 5, 4, 6, tzinfo=UTC), "LIM-0").day == 5, "at eight it is too late for that day"


@given(st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_morning_lies_ahead_within_a_day_between_eight_and_nine_in_paris(now: datetime) -> None:
    morning = next_morning(now, "LIM-1#FLOOR_RAISED#3").astimezone(PARIS)
    assert now < morning <= now + timedelta(hours=26)
    assert morning.hour == 8
