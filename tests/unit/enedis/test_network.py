"""The simulated network's own behaviour, with a clock moved by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from local.partners.enedis import EnedisNetwork, PendingLimitation, PointSetup
from local.partners.enedis.requests import CancelRequest, OrderRequest, ReadRequest, Refusal, Request
from restoration.adapters.enedis.soap.codes import InterventionType, Realisation, Sheet
from restoration.domain.point import SupplyState

POINT = "12345678901234"
STEP = timedelta(minutes=1)


class Network(EnedisNetwork):
    """One whose clock stands still until it is moved, with one point."""

    def __init__(self, **point: object) -> None:
        self.now = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
        super().__init__(STEP, clock=lambda: self.now)
        self.add_point(PointSetup(POINT, "C-1", **point))  # type: ignore[arg-type]

    def code(self, request: Request) -> str:
        outcome = self.receive(request).outcome
        return outcome.code if isinstance(outcome, Refusal) else "SGT200"


def restoration(**changes: object) -> OrderRequest:
    fields: dict[str, object] = {
        "point_id": POINT,
        "contract_id": "C-1",
        "reference": "LIM-1/R/1",
        "sheet": Sheet.UNPAID_BILL,
        "kind": InterventionType.RESTORATION,
        "mode": Realisation.REMOTE,
    }
    return OrderRequest(**{**fields, **changes})  # type: ignore[arg-type]


FLOOR = restoration(kind=InterventionType.RAISE_FLOOR, power_kva=Decimal(3))


def test_limitation_executed_meanwhile_overtakes_its_cancellation() -> None:
    pending = PendingLimitation("L0000009", executes_after=2 * STEP)
    network = Network(supply_state=SupplyState.SUPPLIED, pending_limitation=pending)
    assert network.code(CancelRequest(POINT, "C-1", "LIM-1/C/1", "L0000009")) == "SGT200"
    network.now += 3 * STEP
    view = network.view(POINT)
    assert [(case.state, case.status) for case in view.cases] == [("CPRE", "TERMN"), ("CPNR", "TERMN")]
    assert view.supply_state is SupplyState.LIMITED
    assert network.code(restoration()) == "SGT200"


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
        ({"supply_state": SupplyState.CUT}, FLOOR, "SGT400"),
        ({"supply_state": SupplyState.NOT_CONNECTED}, restoration(), "SGT400"),
    ],
)
def test_result_codes(setup: dict[str, object], request_: Request, expected: str) -> None:
    network = Network(**setup)
    assert network.code(request_) == expected
    assert len(network.journal.orders()) == (expected == "SGT200")


def test_journal_tells_the_busiest_second() -> None:
    network = Network()
    for _ in range(6):
        network.receive(ReadRequest(POINT))
        network.now += timedelta(milliseconds=200)
    assert network.journal.busiest(timedelta(seconds=1)) == 5
