"""Reconciling the register with Enedis' flows: a difference is looked at, once; a mere lag starts nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from restoration.domain.limitation import LimitationStatus
from restoration.domain.point import SupplyState
from tests.fakes.flow_world import ALIM, COUP, LIMI, MAY_1, MAY_5, OTHER_POINT, POINT, World, row


@pytest.fixture
def world() -> World:
    return World()


# ── Lifted without us ──


def test_a_limitation_that_enedis_lifted_is_checked_and_not_closed_here(world: World) -> None:
    world.limited()
    report = world.ingest(row(ALIM, MAY_5 - timedelta(hours=1)))
    assert report.lifted == world.checked == ["LIM-1"]
    assert world.register.limitations["LIM-1"].is_open
    [(limited, trigger)] = world.executions.started.values()
    assert (limited.point_id, limited.contract_id, trigger.type, trigger.at) == (POINT, "CTR-1", "EnedisFlow", MAY_5)


def test_rows_of_a_point_count_by_their_date_whatever_their_order(world: World) -> None:
    world.limited()
    rows = [
        row(LIMI, MAY_1),
        row(ALIM, MAY_1 + timedelta(days=2), "RET1"),
        row(LIMI, MAY_1 + timedelta(days=3), "LIM2"),
    ]
    world.ingest(*rows)
    world.ingest(*reversed(rows), at=MAY_5 + timedelta(days=1))
    assert world.checked == []


def test_of_two_rows_of_one_case_and_day_the_higher_number_counts(world: World) -> None:
    world.limited()
    lifted, limited = row(ALIM, MAY_5, number=2), row(LIMI, MAY_5, number=1)
    world.ingest(lifted, limited)
    assert world.checked == ["LIM-1"]


@pytest.mark.parametrize(("seconds", "checked"), [(86_400, ["LIM-1"]), (86_401, [])])
def test_a_planned_row_says_nothing_of_today(world: World, seconds: int, checked: list[str]) -> None:
    world.limited()
    world.ingest(row(LIMI), row(ALIM, MAY_5 + timedelta(seconds=seconds), "PLAN"))
    assert world.checked == checked


@pytest.mark.parametrize("status", [LimitationStatus.REQUESTED, LimitationStatus.CLOSED, LimitationStatus.CANCELLED])
def test_only_a_limitation_in_force_can_have_been_lifted(world: World, status: LimitationStatus) -> None:
    world.limited()
    world.register.change("LIM-1", status=status)
    assert world.ingest(row(ALIM, MAY_5)).lifted == []


def test_a_flow_that_has_not_seen_the_limitation_yet_is_not_believed_before_two_days(world: World) -> None:
    world.limited(last_event_at=MAY_5 - timedelta(hours=3))
    earlier = row(ALIM, MAY_5 - timedelta(hours=3))
    assert world.ingest(earlier).lagging == 1
    assert world.ingest(earlier, at=MAY_5 + timedelta(days=1)).lagging == 1
    assert world.ingest(earlier, at=MAY_5 + timedelta(days=2, hours=-3)).lifted == ["LIM-1"]


def test_a_limitation_that_stays_open_is_looked_at_again_with_each_day_s_file(world: World) -> None:
    world.limited()
    for day in range(3):
        world.ingest(row(ALIM, MAY_5), at=MAY_5 + timedelta(days=day))
    assert world.checked == ["LIM-1"] * 3


# ── Less power than the register says ──

FLOOR: dict[str, Any] = {"status": LimitationStatus.FLOOR_RAISED, "limited_power_kva": Decimal(3)}


@pytest.mark.parametrize(
    ("state", "shown", "is_lower"),
    [
        (COUP, None, True),
        (LIMI, "1", True),
        (LIMI, "2.9", True),
        (LIMI, "3", False),
        (LIMI, "6", False),
        (LIMI, None, False),
    ],
)
def test_a_point_with_less_power_than_the_register_says_is_looked_at(
    world: World, state: SupplyState, shown: str | None, *, is_lower: bool
) -> None:
    world.limited(**FLOOR)
    report = world.ingest(row(state, MAY_5, limited_power_kva=shown and Decimal(shown)))
    assert report.lower == world.checked == (["LIM-1"] if is_lower else [])


def test_a_flow_that_has_not_seen_our_floor_yet_is_not_believed_before_two_days(world: World) -> None:
    world.limited(**FLOOR, floor_raised_at=MAY_5 - timedelta(hours=3))
    earlier = row(LIMI, MAY_5 - timedelta(hours=3), limited_power_kva=Decimal(1))
    assert world.ingest(earlier).lower == []
    assert world.ingest(earlier, at=MAY_5 - timedelta(hours=3) + timedelta(days=2)).lower == ["LIM-1"]


@pytest.mark.parametrize(("reason", "unknown"), [("IMPAYE", ["ENEDIS-COU9-1"]), ("", []), ("TRAVAUX", [])])
def test_an_unknown_cut_is_ours_only_where_it_is_said_to_be_for_arrears(
    world: World, reason: str, unknown: list[str]
) -> None:
    assert world.ingest(row(COUP, case_id="COU9", limitation_reason=reason)).unknown == world.checked == unknown
    assert [each.limited_power_kva for each in world.register.limitations.values()] == [Decimal(0)] * len(unknown)


# ── Limited, and we do not know ──


@pytest.mark.parametrize(("stated", "kva"), [(2, 2), (None, 1)])
def test_an_unknown_limitation_is_registered_with_its_known_facts_and_checked(
    world: World, stated: int | None, kva: int
) -> None:
    report = world.ingest(row(LIMI, case_id="LIM9", limited_power_kva=stated, limitation_reason="IMPAYE"))
    assert report.unknown == world.checked == ["ENEDIS-LIM9-1"]
    registered = world.register.limitations["ENEDIS-LIM9-1"]
    assert (registered.contract_id, registered.point_id, registered.status) == (
        "CTR-1",
        POINT,
        LimitationStatus.LIMITED,
    )
    assert (registered.debt, registered.limited_power_kva, registered.customer_id) == (Decimal(0), Decimal(kva), "")
    assert world.register.listed["CTR-1"] == {"ENEDIS-LIM9-1": POINT}


def test_a_limitation_for_another_reason_than_arrears_is_none_of_ours(world: World) -> None:
    world.ingest(row(LIMI, limitation_reason="TRAVAUX"))
    assert world.checked == []


def test_an_unknown_limitation_without_contract_is_reported(world: World) -> None:
    report = world.ingest(row(LIMI, contract=""))
    assert report.skipped_rows == 1
    assert f"point {POINT} is limited" in str(report.problems[0])


def test_limitation_of_another_contract_on_the_point_is_not_the_one_we_know(world: World) -> None:
    world.limited(contract="CTR-OLD")
    assert world.ingest(row(LIMI, contract="CTR-NEW")).unknown == ["ENEDIS-A1B2-1"]


def test_a_flow_that_lags_behind_our_closing_is_not_believed_before_two_days(world: World) -> None:
    world.closed_at["CTR-1"] = MAY_5 - timedelta(hours=1)
    old = row(LIMI, MAY_5 - timedelta(hours=1))
    assert world.ingest(old).lagging == 1
    assert world.ingest(old, at=MAY_5 + timedelta(days=1)).lagging == 1
    found = world.ingest(old, at=MAY_5 + timedelta(days=2, hours=-1))
    assert found.unknown == found.still_shown == ["ENEDIS-A1B2-1"]


def test_settled_limitation_that_is_still_shown_is_told_once_and_for_a_month(world: World) -> None:
    world.closed_at["CTR-1"] = MAY_5 - timedelta(days=30) + timedelta(hours=1)
    old = row(LIMI, MAY_1 - timedelta(days=30))
    assert world.ingest(old).still_shown == ["ENEDIS-A1B2-1"]
    assert world.ingest(old, at=MAY_5 + timedelta(minutes=1)).still_shown == []
    world.closed_at["CTR-2"] = MAY_5 - timedelta(days=30)
    other = row(LIMI, MAY_1 - timedelta(days=30), point=OTHER_POINT, contract="CTR-2", case_id="C3")
    report = world.ingest(other, at=MAY_5 + timedelta(minutes=2))
    assert (report.unknown, report.still_shown) == (["ENEDIS-C3-1"], [])


def test_a_limitation_newer_than_our_closing_is_believed_at_once(world: World) -> None:
    world.closed_at["CTR-1"] = MAY_1 + timedelta(days=1)
    report = world.ingest(row(LIMI, MAY_1 + timedelta(days=2)))
    assert (report.unknown, report.still_shown) == (["ENEDIS-A1B2-1"], [])


def test_a_limitation_that_we_closed_and_the_flow_still_shows_is_reported_and_not_opened_again(world: World) -> None:
    world.ingest(row(LIMI))
    world.register.change("ENEDIS-A1B2-1", status=LimitationStatus.CLOSED)
    report = world.ingest(row(LIMI), at=MAY_5 + timedelta(days=9))
    assert report.contradicted == ["ENEDIS-A1B2-1"]
    assert not world.register.limitations["ENEDIS-A1B2-1"].is_open
    assert len(world.checked) == 1


def test_a_later_report_of_billing_replaces_the_limitation_from_the_flow(world: World) -> None:
    world.ingest(row(LIMI))
    world.limited("LIM-7")
    report = world.ingest(row(LIMI), at=MAY_5 + timedelta(days=1))
    assert report.superseded == ["ENEDIS-A1B2-1"]
    assert world.register.listed["CTR-1"] == {"LIM-7": POINT}
    assert world.register.limitations["ENEDIS-A1B2-1"].status is LimitationStatus.CANCELLED
