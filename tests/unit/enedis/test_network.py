"""The simulated network's own behaviour, with a clock moved by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from local.partners.enedis import (
    Ending,
    EnedisNetwork,
    Fault,
    FaultKind,
    Operation,
    Pace,
    PendingLimitation,
    PointSetup,
)
from local.partners.enedis.points import PointView
from local.partners.enedis.requests import (
    Acceptance,
    CancelRequest,
    OrderRequest,
    Outcome,
    ReadRequest,
    Refusal,
    Request,
)
from restoration.adapters.enedis.soap.codes import InterventionType, Realisation, Sheet
from restoration.domain.order import Intent
from restoration.domain.point import SupplyState

POINT = "12345678901234"
STEP = timedelta(minutes=1)
TRIP_STEP = timedelta(hours=10)


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
    return EnedisNetwork(clock=clock, pace=Pace(STEP, TRIP_STEP))


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


def test_order_walks_from_sent_to_done_and_power_is_back_only_then(network: EnedisNetwork, clock: ManualClock) -> None:
    network.add_point(point())
    assert isinstance(outcome(network, restoration()), Acceptance)
    seen = []
    for _ in range(4):
        seen.append((*states(network)[0], network.view(POINT).supply_state.value))
        clock.advance(STEP)
    assert seen == [
        ("DMTR", "", "LIMI"),
        ("DMREC", "COURS", "LIMI"),
        ("INPL", "COURS", "LIMI"),
        ("CPRE", "TERMN", "ALIM"),
    ]
    assert network.view(POINT).limited_power_kva is None
    assert network.open_orders(POINT) == []


def test_technician_takes_the_time_of_a_trip(network: EnedisNetwork, clock: ManualClock) -> None:
    network.add_point(point(remotely_operable=False))
    outcome(network, restoration(mode=Realisation.TRIP))
    clock.advance(3 * TRIP_STEP - STEP)
    assert network.view(POINT).supply_state is SupplyState.LIMITED
    clock.advance(STEP)
    assert network.view(POINT).supply_state is SupplyState.SUPPLIED


@pytest.mark.parametrize(
    ("ending", "path"),
    [
        (Ending.NOT_DONE, ["DMTR", "DMREC", "INPL", "CPNR", "CPNR"]),
        (Ending.INADMISSIBLE, ["DMTR", "CNRE", "CNRE", "CNRE", "CNRE"]),
        (Ending.NEVER, ["DMTR", "DMREC", "INPL", "INPL", "INPL"]),
        (Ending.POSTPONED, ["DMTR", "DMREC", "INPL", "INRP", "INRP"]),
    ],
)
def test_case_that_ends_badly_leaves_the_limitation(
    network: EnedisNetwork, clock: ManualClock, ending: Ending, path: list[str]
) -> None:
    network.add_point(point(endings=(ending,)))
    outcome(network, restoration())
    seen = []
    for _ in path:
        seen.append(states(network)[0][0])
        clock.advance(STEP)
    assert seen == path
    assert network.view(POINT).supply_state is SupplyState.LIMITED


def test_replanned_case_is_done_in_the_end(network: EnedisNetwork, clock: ManualClock) -> None:
    network.add_point(point(endings=(Ending.REPLANNED,)))
    outcome(network, restoration())
    clock.advance(3 * STEP)
    assert states(network)[0] == ("INRP", "COURS")
    clock.advance(STEP)
    assert network.view(POINT).supply_state is SupplyState.SUPPLIED


def test_case_whose_ending_changes_goes_on_from_where_it_would_be(network: EnedisNetwork, clock: ManualClock) -> None:
    network.add_point(point(endings=(Ending.NEVER,)))
    outcome(network, restoration())
    clock.advance(9 * STEP)
    network.change_ending(POINT, Ending.POSTPONED)
    assert states(network)[0] == ("INRP", "COURS")
    network.change_ending(POINT, Ending.DONE)
    assert states(network)[0] == ("CPRE", "TERMN")
    network.change_ending(POINT, Ending.NOT_DONE)
    assert states(network)[0] == ("CPRE", "TERMN")


def test_technician_succeeds_where_the_remote_order_was_not_done(network: EnedisNetwork, clock: ManualClock) -> None:
    network.add_point(point(endings=(Ending.NOT_DONE,)))
    outcome(network, restoration(1))
    clock.advance(3 * STEP)
    assert code(network, restoration(2, mode=Realisation.TRIP)) == "SGT200"
    clock.advance(3 * TRIP_STEP)
    assert network.view(POINT).supply_state is SupplyState.SUPPLIED
    assert [state for state, _ in states(network)] == ["CPNR", "CPRE"]


def test_raised_floor_leaves_the_point_limited_to_it(network: EnedisNetwork, clock: ManualClock) -> None:
    network.add_point(point())
    assert code(network, floor(3)) == "SGT200"
    clock.advance(3 * STEP)
    view = network.view(POINT)
    assert (view.supply_state, view.limited_power_kva) == (SupplyState.LIMITED, Decimal(3))
    assert code(network, floor(3)) == "SGT570"
    assert code(network, restoration()) == "SGT200"


def test_pending_limitation_is_cancelled(network: EnedisNetwork, clock: ManualClock) -> None:
    network.add_point(point(supply_state=SupplyState.SUPPLIED, pending_limitation=PendingLimitation("L0000009")))
    assert code(network, cancel()) == "SGT200"
    clock.advance(3 * STEP)
    assert states(network) == [("INPL", "ANNUL"), ("CPRE", "TERMN")]
    clock.advance(timedelta(days=30))
    assert network.view(POINT).supply_state is SupplyState.SUPPLIED


def test_limitation_executed_meanwhile_overtakes_its_cancellation(network: EnedisNetwork, clock: ManualClock) -> None:
    pending = PendingLimitation("L0000009", executes_after=2 * STEP)
    network.add_point(point(supply_state=SupplyState.SUPPLIED, pending_limitation=pending))
    assert code(network, cancel()) == "SGT200"
    clock.advance(3 * STEP)
    assert states(network) == [("CPRE", "TERMN"), ("CPNR", "TERMN")]
    assert network.view(POINT).supply_state is SupplyState.LIMITED
    assert code(network, restoration()) == "SGT200"


def test_executed_or_unknown_limitation_cannot_be_cancelled(network: EnedisNetwork, clock: ManualClock) -> None:
    pending = PendingLimitation("L0000009", executes_after=STEP)
    network.add_point(point(supply_state=SupplyState.SUPPLIED, pending_limitation=pending))
    assert code(network, cancel("X0000001")) == "SGT400"
    clock.advance(STEP)
    assert code(network, cancel()) == "SGT400"


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


def test_second_case_of_the_kind_is_refused_while_one_runs(network: EnedisNetwork) -> None:
    network.add_point(point())
    assert code(network, restoration()) == "SGT200"
    assert code(network, restoration()) == "SGT4B8"
    assert [call.outcome for call in network.journal.calls()] == ["ACCEPTED", "SGT4B8"]


def test_same_reference_is_not_deduplicated_and_the_journal_shows_it(clock: ManualClock) -> None:
    network = EnedisNetwork(clock=clock, pace=Pace(STEP, TRIP_STEP), refuses_parallel=False)
    network.add_point(point())
    outcome(network, restoration())
    outcome(network, restoration())
    assert network.journal.doubles() == {"LIM-1/R/1": 2}
    assert len(network.open_orders(POINT)) == 2


def test_duplicate_acceptance_makes_two_cases_of_one_order(network: EnedisNetwork) -> None:
    network.add_point(point())
    network.inject(Fault(FaultKind.DUPLICATE_ACCEPTANCE))
    outcome(network, restoration())
    assert network.journal.doubles() == {"LIM-1/R/1": 2}


def test_accepted_case_may_be_visible_only_later(network: EnedisNetwork, clock: ManualClock) -> None:
    network.add_point(point())
    network.inject(Fault(FaultKind.LATE_VISIBILITY, operation=Operation.ORDER, delay=timedelta(seconds=30)))
    outcome(network, restoration())
    assert states(network) == []
    clock.advance(timedelta(seconds=30))
    assert states(network) == [("DMTR", "")]


def test_point_changed_by_somebody_else(network: EnedisNetwork) -> None:
    network.add_point(point())
    change = {"supply_state": SupplyState.SUPPLIED, "limited_power_kva": None}
    network.inject(Fault(FaultKind.POINT_CHANGED, operation=Operation.ORDER, change=change))
    assert code(network, restoration()) == "SGT570"
    with pytest.raises(ValueError, match="colour"):
        network.change_point(POINT, colour="red")


def test_fault_strikes_the_calls_it_is_meant_for(network: EnedisNetwork) -> None:
    network.add_point(point())
    network.add_point(PointSetup("99999999999999", "C-9"))
    network.inject(Fault(FaultKind.HTTP_503, operation=Operation.READ, point_id=POINT, nth=2, count=2))
    struck = [network.receive(ReadRequest(POINT)).fault is not None for _ in range(5)]
    assert struck == [False, True, True, False, False]
    network.inject(Fault(FaultKind.HTTP_503, point_id=POINT, count=None))
    assert network.receive(ReadRequest("99999999999999")).fault is None
    assert network.receive(restoration()).fault is not None


def test_fault_with_a_probability_is_repeatable() -> None:
    def struck() -> list[bool]:
        network = EnedisNetwork(seed=7)
        network.add_point(point())
        network.inject(Fault(FaultKind.EMPTY, probability=0.3, count=None))
        return [network.receive(ReadRequest(POINT)).fault is not None for _ in range(200)]

    assert struck() == struck()
    assert 40 <= sum(struck()) <= 80


def test_outage_lasts_as_long_as_it_is_said_to(network: EnedisNetwork, clock: ManualClock) -> None:
    network.begin_outage(lasts=timedelta(hours=1))
    assert network.receive_connection() is not None
    clock.advance(timedelta(hours=1))
    assert network.receive_connection() is None


def test_connection_fault_may_wait_for_a_first_call(network: EnedisNetwork) -> None:
    network.add_point(point())
    network.inject(Fault(FaultKind.CONNECTION_REFUSED, after=Operation.READ))
    assert network.receive_connection() is None
    network.receive(ReadRequest(POINT))
    assert network.receive_connection() is not None
    with pytest.raises(ValueError, match="after"):
        Fault(FaultKind.TLS_ERROR, operation=Operation.ORDER)


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_BEFORE, FaultKind.CLOSED_BEFORE, FaultKind.HTTP_500])
def test_fault_before_acceptance_accepts_nothing(network: EnedisNetwork, kind: FaultKind) -> None:
    network.add_point(point())
    network.inject(Fault(kind))
    assert network.receive(restoration()).outcome is None
    assert network.journal.orders() == []
    assert network.journal.calls()[0].outcome == "NOT_HANDLED"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.TIMEOUT_AFTER),
        Fault(FaultKind.CLOSED_AFTER),
        Fault(FaultKind.TRUNCATED),
        Fault(FaultKind.HTTP_502, accepted=True),
        Fault(FaultKind.RESULT_CODE, accepted=True),
    ],
    ids=lambda fault: fault.kind.value,
)
def test_fault_after_acceptance_leaves_a_case(network: EnedisNetwork, fault: Fault) -> None:
    network.add_point(point())
    network.inject(fault)
    network.receive(restoration())
    assert [order.intent for order in network.journal.orders(POINT)] == [Intent.RESTORE_REMOTELY]


def test_journal_tells_the_busiest_second(network: EnedisNetwork, clock: ManualClock) -> None:
    network.add_point(point())
    for _ in range(6):
        outcome(network, ReadRequest(POINT))
        clock.advance(timedelta(milliseconds=200))
    assert network.journal.busiest(timedelta(seconds=1)) == 5


def test_read_shows_the_case_under_our_reference(network: EnedisNetwork) -> None:
    network.add_point(point())
    outcome(network, restoration())
    view = outcome(network, ReadRequest(POINT))
    assert isinstance(view, PointView)
    assert [case.reference for case in view.cases] == ["LIM-1/R/1"]
