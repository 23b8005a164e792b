"""Cases that run past their target are counted, and those with a technician are known by their open order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from record.domain.service_level import TARGETS, CaseKind, Underway
from record.domain.states import Party
from record.use_cases.measure_overdue import OverdueMeter
from restoration.domain.register import RegisteredLimitation
from tests.fakes.limitations import registered

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


@dataclass
class Cases:
    """Cases that run, and the open orders of their limitations."""

    running: list[Underway]
    orders: dict[str, str] = field(default_factory=dict)
    looked: list[str] = field(default_factory=list)

    def under_way(self) -> Iterable[Underway]:
        return self.running

    def get(self, limitation_id: str) -> RegisteredLimitation | None:
        self.looked.append(limitation_id)
        order = self.orders.get(limitation_id)
        return registered(open_order=order)


def case(number: int, kind: CaseKind, age: timedelta) -> Underway:
    return Underway(f"LIM-{number}", kind, NOW - age, timedelta(), Party.ENEDIS)


def measured(cases: Any) -> list[int]:
    return list(OverdueMeter(cases, cases, TARGETS, lambda: NOW).measure().values())


def test_open_order_tells_that_a_technician_comes() -> None:
    two_days = timedelta(days=2)
    cases = Cases([case(1, CaseKind.REMOTE, two_days), case(2, CaseKind.REMOTE, two_days)], {"LIM-2": "LIM-2/T/3"})
    assert measured(cases) == [0, 1, 0]
    cases = Cases([case(2, CaseKind.REMOTE, timedelta(days=20))], {"LIM-2": "LIM-2/T/3"})
    assert measured(cases) == [0, 0, 1]


def test_orders_are_looked_at_only_for_cases_that_would_be_late_without_a_technician() -> None:
    young = [case(1, CaseKind.REMOTE, timedelta(hours=23)), case(2, CaseKind.EARLY, timedelta(hours=1))]
    cases = Cases([*young, case(3, CaseKind.TECHNICIAN, timedelta(days=20))])
    assert measured(cases) == [1, 0, 1]
    assert cases.looked == []


def test_in_an_outage_only_the_oldest_orders_are_looked_at() -> None:
    cases = Cases([case(number, CaseKind.REMOTE, timedelta(hours=25 + number)) for number in range(250)])
    assert measured(cases) == [0, 250, 0]
    assert len(cases.looked) == 200
    assert cases.looked[0] == f"LIM-{249}"
