"""The simulated network's own behaviour, with a clock moved by hand."""

from datetime import UTC, datetime, timedelta

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


def test_limitation_executed_meanwhile_overtakes_its_cancellation() -> None:
    pending = PendingLimitation("L0000009", executes_after=2 * STEP)
    network = Network(supply_state=SupplyState.SUPPLIED, pending_limitation=pending)
    assert network.code(CancelRequest(POINT, "C-1", "LIM-1/C/1", "L0000009")) == "SGT200"
    network.now += 3 * STEP
    view = network.view(POINT)
    assert [(case.state, case.status) for case in view.cases] == [("CPRE", "TERMN"), ("CPNR", "TERMN")]
    assert view.supply_state is SupplyState.LIMITED
    order = OrderRequest(POINT, "C-1", "LIM-1/R/1", Sheet.UNPAID_BILL, InterventionType.RESTORATION, Realisation.REMOTE)
    assert network.code(order) == "SGT200"


def test_journal_tells_the_busiest_second() -> None:
    network = Network()
    for _ in range(6):
        network.receive(ReadRequest(POINT))
        network.now += timedelta(milliseconds=200)
    assert network.journal.busiest(timedelta(seconds=1)) == 5
