"""Cases that run past their target are counted by kind, and those with a technician are known by their open order."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from record.domain.record import OpenCase, Stage
from record.domain.service_level import TARGETS, CaseKind
from record.domain.states import Party
from record.use_cases.measure_overdue import OverdueMeter
from restoration.domain.register import RegisteredLimitation
from tests.fakes.courses import DAY, HOUR, MINUTE, MONDAY
from tests.fakes.limitations import registered


@dataclass
class Cases:
    """Open cases, and the open orders of their limitations."""

    running: list[OpenCase]
    orders: dict[str, str] = field(default_factory=dict)
    looked: list[str] = field(default_factory=list)

    def open_cases(self) -> Sequence[OpenCase]:
        return self.running

    def get(self, limitation_id: str) -> RegisteredLimitation | None:
        self.looked.append(limitation_id)
        return registered(open_order=self.orders.get(limitation_id))


def case(kind: CaseKind, age: timedelta = timedelta(), number: int = 1, **more: Any) -> OpenCase:
    said = {"status": "RUNNING", "waits_for": Party.ENEDIS, "state": "", "redrives": 0, "stage": Stage.CERTAIN, **more}
    began = MONDAY - age
    return OpenCase(execution="", limitation_id=f"LIM-{number}", started_at=began, since=began, kind=kind, **said)


def measured(cases: Any, after: timedelta = timedelta()) -> list[int]:
    return list(OverdueMeter(cases, cases, TARGETS, lambda: MONDAY + after).measure().values())


@pytest.mark.parametrize(
    ("after", "overdue"),
    [(30 * MINUTE, [0, 0, 0]), (31 * MINUTE, [1, 0, 0]), (25 * HOUR, [1, 1, 0]), (8 * DAY, [1, 1, 1])],
)
def test_cases_that_run_past_their_target_are_counted_by_kind(after: timedelta, overdue: list[int]) -> None:
    failed = [case(kind, status="FAILED") for kind in CaseKind]
    assert measured(Cases([*map(case, CaseKind), *failed]), after) == overdue


@pytest.mark.parametrize(
    ("after", "waits_for", "still", "overdue"),
    [
        (9 * DAY, Party.BANK, 0, False),
        (9 * DAY, Party.ADVISOR, 0, False),
        (25 * HOUR, Party.ENEDIS, 2, False),
        (27 * HOUR, Party.ENEDIS, 2, True),
    ],
)
def test_case_whose_clock_stands_still_is_not_overdue(
    after: timedelta,
    waits_for: Party,
    still: int,
    overdue: bool,  # noqa: FBT001 - pytest gives it
) -> None:
    waiting = case(CaseKind.REMOTE, waits_for=waits_for, stood_still=still * HOUR)
    assert measured(Cases([waiting]), after) == [0, int(overdue), 0]


def test_open_order_tells_that_a_technician_comes() -> None:
    cases = Cases([case(CaseKind.REMOTE, 2 * DAY, number) for number in (1, 2)], {"LIM-2": "LIM-2/T/3"})
    assert measured(cases) == [0, 1, 0]
    assert measured(Cases([case(CaseKind.REMOTE, 20 * DAY, 2)], {"LIM-2": "LIM-2/T/3"})) == [0, 0, 1]


def test_orders_are_looked_at_only_for_cases_that_would_be_late_without_a_technician() -> None:
    cases = Cases([case(CaseKind.REMOTE, 23 * HOUR), case(CaseKind.EARLY, HOUR), case(CaseKind.TECHNICIAN, 20 * DAY)])
    cases.running.append(replace(case(CaseKind.REMOTE, 2 * DAY), limitation_id=""))  # somebody started it by hand
    assert (measured(cases), cases.looked) == ([1, 1, 1], [])


def test_in_an_outage_only_the_oldest_orders_are_looked_at() -> None:
    cases = Cases([case(CaseKind.REMOTE, timedelta(hours=25 + number), number) for number in range(250)])
    assert measured(cases) == [0, 250, 0]
    assert (len(cases.looked), cases.looked[0]) == (200, "LIM-249")
