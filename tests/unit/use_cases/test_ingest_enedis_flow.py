"""Enedis' flows: a difference is looked at, once; a mere lag starts nothing; a file may be repeated, old or broken."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.adapters.dynamodb.claim_items import order_item
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.domain.flow import CaseRow, FlowCode, FlowOutcome, FlowReport, RowProblem, Snapshot
from restoration.domain.limitation import LimitationStatus
from restoration.domain.point import SupplyState
from restoration.domain.register import OpenLimitations
from restoration.errors import InvalidFlow
from restoration.use_cases.ingest_enedis_flow import FlowDesk
from tests.fakes.claims import Crash, InMemoryExecutions, InMemoryRegister, order
from tests.fakes.limitations import limitation

MAY_1 = datetime(2026, 5, 1, 8, tzinfo=UTC)
MAY_5 = datetime(2026, 5, 5, 2, tzinfo=UTC)
POINT, OTHER_POINT = "30000000000001", "30000000000002"


@dataclass
class World:
    """A flow desk on fakes; the state machine leaves ``closed_at`` on a contract when it closes."""

    register: InMemoryRegister = field(default_factory=InMemoryRegister)
    executions: InMemoryExecutions = field(default_factory=InMemoryExecutions)
    closed_at: dict[str, datetime] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    files: int = 0

    def newest(self, flow: str) -> str | None:
        return self.seen.get(flow)

    def done(self, snapshot: Snapshot, file: str) -> None:
        assert file
        self.seen[snapshot.flow] = max(snapshot.order, self.seen.get(snapshot.flow, ""))

    def open_limitations(self, closed_since: datetime) -> OpenLimitations:
        found = OpenLimitations()
        for contract_id in {*self.register.listed, *self.closed_at}:
            closed_at = self.closed_at.get(contract_id)
            listed = self.register.listed.get(contract_id, {})
            found.add(contract_id, listed, closed_at if closed_at and closed_at > closed_since else None)
        return found

    def ordered(self, ordinal: int) -> None:
        """Let LIM-1 have an open order."""
        items = self.register.tables.items["limitations"]
        items["LIM-1"] = {**items["LIM-1"], "openOrder": order_item(order(ordinal=ordinal))}

    def limited(self, name: str = "LIM-1", contract: str = "CTR-1", point: str = POINT, **changes: Any) -> None:
        named = {"limitation_id": name, "contract_id": contract, "point_id": point}
        since = {"last_event_at": MAY_1, "registered_at": MAY_1}
        self.register.save(replace(limitation(), **{**named, **since, **changes}), known=None)

    def ingest(
        self, *rows: CaseRow | RowProblem | InvalidFlow, at: datetime = MAY_5, flow: FlowCode = FlowCode.X12
    ) -> FlowReport:
        def content() -> Iterator[Snapshot | CaseRow | RowProblem]:
            yield Snapshot(flow, at, 1)
            for each in rows:
                if isinstance(each, InvalidFlow):
                    raise each
                yield each

        self.files += 1
        claims = ClaimTable(cast("Any", self.register.tables), "limitations")
        desk = FlowDesk(
            self, self.open_limitations, claims, self.register, now=lambda: datetime(2026, 6, 1, tzinfo=UTC)
        )
        return desk.ingest(f"file-{self.files}", content(), self.executions.start, "event")

    @property
    def checked(self) -> list[str]:
        return sorted(limited.limitation_id for limited, _ in self.executions.started.values())


def row(
    state: SupplyState | None,
    on: datetime = MAY_1,
    case_id: str = "A1B2",
    contract: str = "CTR-1",
    point: str = POINT,
    **changes: object,
) -> CaseRow:
    fields: dict[str, object] = {"number": 1, "line": 9} | changes
    return CaseRow(case_id, point_id=point, contract_id=contract, effective_at=on, supply_state=state, **fields)  # type: ignore[arg-type]


LIMI, ALIM, COUP = SupplyState.LIMITED, SupplyState.SUPPLIED, SupplyState.CUT


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


@pytest.mark.parametrize(
    ("state", "reason", "unknown"),
    [(COUP, "IMPAYE", ["ENEDIS-COU9-1"]), (COUP, "", []), (COUP, "TRAVAUX", []), (LIMI, "TRAVAUX", [])],
)
def test_an_unknown_cut_is_ours_where_it_is_said_to_be_for_arrears_and_a_limitation_unless_for_another_reason(
    world: World, state: SupplyState, reason: str, unknown: list[str]
) -> None:
    assert world.ingest(row(state, case_id="COU9", limitation_reason=reason)).unknown == world.checked == unknown
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


# ── Files ──


def test_an_older_snapshot_after_a_newer_one_and_the_same_once_more_change_nothing(world: World) -> None:
    world.limited()
    world.ingest(row(LIMI), at=MAY_5 + timedelta(days=1))
    assert world.ingest(row(ALIM, MAY_5)).outcome is FlowOutcome.OUTDATED
    assert world.ingest(row(ALIM, MAY_5), at=MAY_5 + timedelta(days=1)).outcome is FlowOutcome.REPEATED
    assert world.checked == []


def test_each_flow_has_an_order_of_its_own(world: World) -> None:
    world.limited()
    world.ingest(at=MAY_5 + timedelta(days=1))
    assert world.ingest(row(ALIM, MAY_5), flow=FlowCode.C15).lifted == ["LIM-1"]


def test_a_file_from_the_future_is_refused_since_it_would_outdate_all_that_come(world: World) -> None:
    tomorrow = datetime(2026, 6, 2, tzinfo=UTC)
    with pytest.raises(InvalidFlow, match="lies in the future"):
        world.ingest(at=tomorrow + timedelta(seconds=1))
    assert world.seen == {}
    assert world.ingest(at=tomorrow).outcome is FlowOutcome.RECONCILED, "clocks differ"


def test_a_file_that_breaks_off_changes_nothing(world: World) -> None:
    world.limited()
    with pytest.raises(InvalidFlow, match="line 7"):
        world.ingest(row(ALIM, MAY_5), InvalidFlow("f.xml, line 7: mismatched tag"))
    assert (world.seen, world.checked) == ({}, [])


def test_broken_rows_are_reported_up_to_a_hundred_and_the_others_count(world: World) -> None:
    world.limited()
    problems = [RowProblem("f.xml", line, "pointId is ''") for line in range(150)]
    report = world.ingest(*problems, row(ALIM, MAY_5))
    assert (report.skipped_rows, len(report.problems), report.rows, report.lifted) == (150, 100, 1, ["LIM-1"])


@pytest.mark.parametrize(("ended", "woken"), [(["LIM-1/R/1"], []), (["LIM-1/R/1", "LIM-1/R/2"], ["LIM-1"])])
def test_ended_cases_of_open_limitations_are_counted_and_an_order_that_is_followed_is_looked_at_at_once(
    world: World, ended: list[str], woken: list[str]
) -> None:
    world.limited()
    world.ordered(2)
    rows = [row(None, reference=each, status="TERMN") for each in (*ended, "LIM-9/R/1")]
    report = world.ingest(*rows, row(None, reference="LIM-1/R/2", status="COURS"))
    assert report.ended_cases == len(ended)
    assert report.woken == world.checked == woken


def test_a_point_that_is_supplied_and_its_closed_case_start_one_check(world: World) -> None:
    world.limited()
    world.ordered(1)
    report = world.ingest(row(ALIM, MAY_5 - timedelta(hours=1), reference="LIM-1/R/1", status="TERMN"))
    assert (report.lifted, report.woken) == (["LIM-1"], [])
    assert len(world.executions.started) == 1


def test_a_wrong_file_is_no_stampede(world: World) -> None:
    for number in range(2007):
        world.limited(f"LIM-{number}", f"CTR-{number}", f"{number:014}")
    rows = [row(ALIM, MAY_5, contract=f"CTR-{n}", point=f"{n:014}") for n in range(2007)]
    report = world.ingest(*rows)
    assert (len(world.checked), report.deferred) == (2000, 7)


@pytest.mark.parametrize("dies_at", ["ENEDIS-C2D2-1", "LIM-1", "ENEDIS-OLD1-1"])
def test_a_crash_in_between_is_made_good_by_the_next_delivery(world: World, dies_at: str) -> None:
    world.limited()
    world.limited("LIM-3", "CTR-3", "30000000000003")
    world.limited("ENEDIS-OLD1-1", "CTR-3", "30000000000003")
    rows = (
        row(ALIM, MAY_5),
        row(LIMI, point=OTHER_POINT, contract="CTR-2", case_id="C2D2"),
        row(LIMI, point="30000000000003", contract="CTR-3", case_id="OLD1"),
    )
    world.executions.crash_on = frozenset({dies_at})
    with pytest.raises(Crash):
        world.ingest(*rows)
    world.executions.crash_on = frozenset()
    world.ingest(*rows)
    assert world.checked == ["ENEDIS-C2D2-1", "ENEDIS-OLD1-1", "LIM-1"]
    assert world.register.listed["CTR-3"] == {"LIM-3": "30000000000003"}


STATES = st.sampled_from([LIMI, ALIM, SupplyState.CUT, None])
ROWS = st.lists(st.tuples(st.integers(1, 3), STATES, st.integers(0, 12)), max_size=8)


@given(st.lists(st.tuples(st.integers(0, 9), ROWS), min_size=1, max_size=6), st.data())
def test_in_any_order_of_files_nothing_is_closed_here_and_repeats_do_nothing(
    files: list[tuple[int, list[tuple[int, SupplyState | None, int]]]], data: st.DataObject
) -> None:
    world = World()
    for number in range(1, data.draw(st.integers(1, 3)) + 1):
        world.limited(f"LIM-{number}", f"CTR-{number}", f"{number:014}")
    for day, content in files:
        rows = [
            row(state, MAY_1 + timedelta(days=on), f"CASE{number}", f"CTR-{number}", f"{number:014}")
            for number, state, on in content
        ]
        world.ingest(*rows, at=MAY_5 + timedelta(days=day))
        before = (len(world.executions.started), dict(world.register.limitations))
        assert world.ingest(*rows, at=MAY_5 + timedelta(days=day)).outcome is not FlowOutcome.RECONCILED
        assert (len(world.executions.started), dict(world.register.limitations)) == before
    ours = [each for name, each in world.register.limitations.items() if name.startswith("LIM-")]
    assert all(each.is_open for each in ours)
    for contract_id, listed in world.register.listed.items():
        assert len(listed) <= 1, f"{contract_id} has {listed}"
