"""The notice about a reduction that lasts is given in time, once, and not when the reduction is over."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from restoration.domain.limitation import LimitationStatus
from restoration.domain.switch import Mode, Switch
from restoration.errors import InvalidResponse, UnknownContract
from restoration.use_cases.notify_social_services import NoticeDesk
from tests.cases import cases
from tests.fakes import look_world
from tests.fakes.claims import Crash, free
from tests.fakes.situations import EVERYBODY_S, SITUATION, situation

SINCE = datetime(2026, 5, 4, 8, tzinfo=UTC)
DUE = date(2026, 5, 11)


@dataclass
class World(look_world.World):
    """One limitation, billing and the bus."""

    mode: Mode = Mode.ON

    def is_told(self, today: date = DUE) -> bool:
        return NoticeDesk(self.claims, self.bus, lambda: Switch(self.mode, 100), self).tell(self.claim, today)


def limited(**changes: Any) -> World:
    return World.of(free(limited_since=SINCE, generation=2, **changes))


def test_social_services_are_told_once_on_the_day_or_later() -> None:
    world = limited()
    assert [world.is_told(date(2026, 5, day)) for day in (9, 10, 11, 12, 30)] == [False, False, True, False, False]
    assert [event.model_dump(mode="json") for event in world.bus.events] == [
        {
            "id": "LIM-1:2026-05-04:SocialServicesNoticeDue:",
            "limitation_id": "LIM-1",
            "contract_id": "CON-1",
            "generation": 2,
            "limited_since": "2026-05-04",
        }
    ]


@cases(
    "reason, value, later",
    {
        "a customer opposes it": (
            "shown",
            situation(protections=SITUATION["protections"] | {"opposesSocialNotice": True}),
            EVERYBODY_S,
        ),
        "billing does not know the contract": ("billing_error", UnknownContract("none"), None),
        "billing's response is broken": ("billing_error", InvalidResponse("broken"), None),
        "in shadow": ("mode", Mode.SHADOW, Mode.ON),
    },
)
def test_nobody_is_told_and_the_notice_is_still_to_be_given_where(reason: str, value: object, later: object) -> None:
    world = limited()
    setattr(world, reason, value)
    assert (world.is_told(), world.bus.events) == (False, [])
    setattr(world, reason, later)
    assert world.is_told(date(2026, 5, 12))


def test_a_day_that_is_a_holiday_in_the_department_is_none_to_tell_on() -> None:
    world = World.of(free(limited_since=datetime(2025, 12, 20, 8, tzinfo=UTC)), shown=situation(department="68"))
    assert [world.is_told(date(2025, 12, day)) for day in (26, 27, 28, 29)] == [False, False, False, True]


@pytest.mark.parametrize("status", LimitationStatus)
def test_where_nothing_is_reduced_nobody_is_told(status: LimitationStatus) -> None:
    assert limited(status=status).is_told() is (status in {LimitationStatus.LIMITED, LimitationStatus.FLOOR_RAISED})


def test_a_limitation_of_an_unknown_day_has_no_clock() -> None:
    assert not World.of(free()).is_told()


def test_a_notice_that_may_be_out_is_the_same_event_when_it_is_given_again() -> None:
    def die() -> None:
        raise Crash

    world = limited()
    world.claims.tables.meanwhile = die
    with pytest.raises(Crash):
        world.is_told()
    world.claims.change(generation=7)
    assert world.is_told(date(2026, 5, 12))
    assert world.bus.ids == ["LIM-1:2026-05-04:SocialServicesNoticeDue:"] * 2


def test_a_limitation_of_a_later_season_has_a_notice_of_its_own() -> None:
    world = limited()
    assert world.is_told()
    world.claims.change(limited_since=datetime(2027, 4, 5, 8, tzinfo=UTC))
    assert not world.is_told(date(2027, 4, 10))
    assert world.is_told(date(2027, 4, 12))
