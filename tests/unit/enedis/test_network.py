"""The simulated network's own behaviour, with a clock moved by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from local.partners.enedis import (
    EnedisNetwork,
    PendingLimitation,
    PointSetup,
)
from local.partners.enedis.requests import (
    CancelRequest,
    OrderRequest,
    Outcome,
    ReadRequest,
    Refusal,
    Request,
)
from restoration.adapters.enedis.soap.codes import InterventionType, Realisation, Sheet
from restoration.domain.point import SupplyState

POINT = "12345678901234"
STEP = timedelta(minutes=1)


class ManualClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def network(clock: ManualClock) -> EnedisNetwork:
    return EnedisNetwork(STEP, clock=clock)


def point(**changes: object) -> PointSetup:
    return PointSetup(POINT, "C-1", **changes)  # type: ignore[arg-type]


def restoration(ordinal: int = 1, *, mode: Realisation = Realisation.REMOTE, **changes: object) -> OrderRequest:
    fields: dict[str, object] = {
        "point_id": POINT,
        "contract_id": "C-1",
        "reference": f"LIM-1/R/{ordinal}",
        "sheet": Sheet.UNPAID_BILL,
        "kind": InterventionType.RESTORATION,
        "mode": mode,
    }
    return OrderRequest(**{**fields, **changes})  # type: ignore[arg-type]


def floor(kva: int) -> OrderRequest:
    return restoration(reference="LIM-1/F/1", kind=InterventionType.RAISE_FLOOR, power_kva=Decimal(kva))


def cancel(case_id: str = "L0000009") -> CancelRequest:
    return CancelRequest(POINT, "C-1", "LIM-1/C/1", case_id)


def outcome(network: EnedisNetwork, request: Request) -> Outcome:
    result = network.receive(request).outcome
    assert result is not None
    return result


def code(network: EnedisNetwork, request: Request) -> str:
    result = outcome(network, request)
    return result.code if isinstance(result, Refusal) else "SGT200"


def states(network: EnedisNetwork) -> list[tuple[str, str]]:
    return [(case.state.value, case.status) for case in network.view(POINT).cases]


def test_limitation_executed_meanwhile_overtakes_its_cancellation(network: EnedisNetwork, clock: ManualClock) -> None:
    pending = PendingLimitation("L0000009", executes_after=2 * STEP)
    network.add_point(point(supply_state=SupplyState.SUPPLIED, pending_limitation=pending))
    assert code(network, cancel()) == "SGT200"
    clock.advance(3 * STEP)
    assert states(network) == [("CPRE", "TERMN"), ("CPNR", "TERMN")]
    assert network.view(POINT).supply_state is SupplyState.LIMITED
    assert code(network, restoration()) == "SGT200"


@pytest.mark.parametrize(
    ("setup", "request_", "expected"),
    [
        ({}, restoration(point_id="99999999999999"), "SGT401"),
        ({}, ReadRequest("99999999999999"), "SGT401"),
        ({}, restoration(contract_id="C-2"), "SGT4G2"),
        ({"contract_state": "RESIL"}, restoration(), "SGT4G2"),
        ({"supply_state": SupplyState.SUPPLIED}, restoration(), "SGT570"),
        ({"remotely_operable": False}, restoration(), "SGT400"),
        ({}, restoration(sheet=Sheet.SAME_DAY_SUPPLY), "SGT400"),
        ({"supply_state": SupplyState.CUT}, restoration(sheet=Sheet.SAME_DAY_SUPPLY), "SGT200"),
        ({"supply_state": SupplyState.CUT}, floor(3), "SGT400"),
        ({"supply_state": SupplyState.NOT_CONNECTED}, restoration(), "SGT400"),
    ],
)
def test_result_codes(network: EnedisNetwork, setup: dict[str, object], request_: Request, expected: str) -> None:
    network.add_point(point(**setup))
    assert code(network, request_) == expected
    assert len(network.journal.orders()) == (expected == "SGT200")


def test_journal_tells_the_busiest_second(network: EnedisNetwork, clock: ManualClock) -> None:
    network.add_point(point())
    for _ in range(6):
        outcome(network, ReadRequest(POINT))
        clock.advance(timedelta(milliseconds=200))
    assert network.journal.busiest(timedelta(seconds=1)) == 5
