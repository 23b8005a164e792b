"""The notice about a reduction that lasts is given in time, once, and not when the reduction is over."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from restoration.contracts.billing import BillingSituation
from restoration.contracts.business_event import BusinessEvent
from restoration.domain.claim import Claim
from restoration.domain.limitation import LimitationStatus
from restoration.domain.switch import Mode, Switch
from restoration.errors import InvalidResponse, UnknownContract
from restoration.use_cases.notify_social_services import NoticeDesk
from tests.cases import cases
from tests.fakes.claims import Crash, free
from tests.fakes.situations import SITUATION, situation

SINCE = datetime(2026, 5, 4, 8, tzinfo=UTC)
DUE = date(2026, 5, 11)


@dataclass
class World:
    """One limitation and the bus."""

    claim: Claim
    mode: Mode = Mode.ON
    dies_on_the_bus: bool = False
    published: list[BusinessEvent] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    """What billing says beside the usual."""
    error: Exception | None = None

    def mark_looked(self, _known: Claim, told_since: datetime | None = None) -> bool:
        self.claim = replace(self.claim, told_since=told_since)
        return True

    def publish(self, events: Sequence[BusinessEvent]) -> None:
        self.published += events
        if self.dies_on_the_bus:
            raise Crash

    def situation(self, _contract_id: str, _limitation_id: str) -> BillingSituation:
        if self.error:
            raise self.error
        return situation(**self.told)

    def tell(self, today: date = DUE) -> bool:
        claims: Any = self
        return NoticeDesk(claims, self, lambda: Switch(self.mode, 100), self).tell(self.claim, today)


def limited(**changes: Any) -> World:
    return World(free(limited_since=SINCE, generation=2, **changes))


def test_social_services_are_told_once_on_the_day_or_later() -> None:
    world = limited()
    assert [world.tell(date(2026, 5, day)) for day in (9, 10, 11, 12, 30)] == [False, False, True, False, False]
    assert [event.model_dump(mode="json") for event in world.published] == [
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
            "told",
            {"protections": SITUATION["protections"] | {"opposesSocialNotice": True}},
            {},
        ),
        "billing does not know the contract": ("error", UnknownContract("none"), None),
        "billing's response is broken": ("error", InvalidResponse("broken"), None),
        "in shadow": ("mode", Mode.SHADOW, Mode.ON),
    },
)
def test_nobody_is_told_and_the_notice_is_still_to_be_given_where(reason: str, value: object, later: object) -> None:
    world = limited()
    setattr(world, reason, value)
    assert (world.tell(), world.published) == (False, [])
    setattr(world, reason, later)
    assert world.tell(date(2026, 5, 12))


def test_a_day_that_is_a_holiday_in_the_department_is_none_to_tell_on() -> None:
    world = World(free(limited_since=datetime(2025, 12, 20, 8, tzinfo=UTC)), told={"department": "68"})
    assert [world.tell(date(2025, 12, day)) for day in (26, 27, 28, 29)] == [False, False, False, True]


@pytest.mark.parametrize("status", LimitationStatus)
def test_where_nothing_is_reduced_nobody_is_told(status: LimitationStatus) -> None:
    assert limited(status=status).tell() is (status in {LimitationStatus.LIMITED, LimitationStatus.FLOOR_RAISED})


def test_a_limitation_of_an_unknown_day_has_no_clock() -> None:
    assert not World(free()).tell()


def test_a_notice_that_may_be_out_is_the_same_event_when_it_is_given_again() -> None:
    world = limited()
    world.dies_on_the_bus = True
    with pytest.raises(Crash):
        world.tell()
    world.dies_on_the_bus = False
    world.claim = replace(world.claim, generation=7)
    assert world.tell(date(2026, 5, 12))
    assert [event.id for event in world.published] == ["LIM-1:2026-05-04:SocialServicesNoticeDue:"] * 2


def test_a_limitation_of_a_later_season_has_a_notice_of_its_own() -> None:
    world = limited()
    assert world.tell()
    world.claim = replace(world.claim, limited_since=datetime(2027, 4, 5, 8, tzinfo=UTC))
    assert not world.tell(date(2027, 4, 10))
    assert world.tell(date(2027, 4, 12))
