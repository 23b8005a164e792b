"""The files of Enedis' flows: repeated, too old, broken off, or with broken rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.domain.flow import CaseRow, FlowCode, FlowOutcome, RowProblem, Snapshot
from restoration.domain.point import SupplyState
from restoration.errors import InvalidFlow
from restoration.use_cases.ingest_enedis_flow import FlowDesk
from tests.fakes.flow_world import ALIM, LIMI, MAY_1, MAY_5, OTHER_POINT, World, row
from tests.fakes.register import Crash


@pytest.fixture
def world() -> World:
    return World()


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

    def broken() -> Iterator[Snapshot | CaseRow | RowProblem]:
        yield Snapshot(FlowCode.X12, MAY_5, 1)
        yield row(ALIM, MAY_5)
        raise InvalidFlow("f.xml, line 7: mismatched tag")

    desk = FlowDesk(world, world, world, world.register, now=lambda: MAY_5)
    with pytest.raises(InvalidFlow, match="line 7"):
        desk.ingest("f", broken(), lambda *_: pytest.fail("checked"), "event")
    assert world.seen == {}


def test_broken_rows_are_reported_up_to_a_hundred_and_the_others_count(world: World) -> None:
    world.limited()
    problems = [RowProblem("f.xml", line, "pointId is ''") for line in range(150)]
    report = world.ingest(*problems, row(ALIM, MAY_5))
    assert (report.skipped_rows, len(report.problems), report.rows, report.lifted) == (150, 100, 1, ["LIM-1"])


def test_ended_cases_of_open_limitations_are_counted(world: World) -> None:
    world.limited()
    ended = row(None, reference="LIM-1/R/1", status="TERMN")
    running, strange = (
        row(None, reference="LIM-1/R/2", status="COURS"),
        row(None, reference="LIM-9/R/1", status="TERMN"),
    )
    assert world.ingest(ended, running, strange).ended_cases == 1
    assert world.checked == []


def test_an_order_whose_case_enedis_has_closed_is_looked_at_at_once(world: World) -> None:
    world.limited()
    world.ordered("LIM-1", "LIM-1/R/2")
    report = world.ingest(
        row(None, reference="LIM-1/R/1", status="TERMN"), row(None, reference="LIM-1/R/2", status="TERMN")
    )
    assert report.woken == world.checked == ["LIM-1"]


def test_a_closed_case_of_an_order_that_nobody_follows_any_more_wakes_nobody(world: World) -> None:
    world.limited()
    world.ordered("LIM-1", "LIM-1/R/2")
    report = world.ingest(row(None, reference="LIM-1/R/1", status="TERMN"))
    assert report.woken == world.checked == []


def test_a_point_that_is_supplied_and_its_closed_case_start_one_check(world: World) -> None:
    world.limited()
    world.ordered("LIM-1", "LIM-1/R/1")
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
