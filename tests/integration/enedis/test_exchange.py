"""What the client asks of Enedis and what comes of it, with every fault, as the caller sees it."""

from collections.abc import Callable
from datetime import datetime, time

import pytest

from local.partners.enedis import Fault, FaultKind, Operation, PendingLimitation, PointSetup
from local.partners.enedis.cases import Ending, SimulatedCase
from restoration.adapters.enedis.soap import EnedisClient
from restoration.clock import PARIS, paris_date, utc_now
from restoration.domain.deadlines import add_working_days
from restoration.domain.order import (
    Aim,
    Intent,
    OpenOrder,
    OrderReference,
    RestorationOrder,
    Wanted,
)
from restoration.domain.point import SupplyState, Visit
from restoration.errors import EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable
from tests.integration.enedis.conftest import IMPATIENT, PATIENT, World
from tests.unit.adapters.enedis.soap.canned import POINT, cancellation, order


def accepted_since(world: World, before: int) -> int:
    return len(world.enedis.network.journal.orders()) - before


VISITED = OpenOrder(
    OrderReference("LIM-1", Intent.RESTORE_BY_TECHNICIAN, 1),
    Wanted(Intent.RESTORE_BY_TECHNICIAN, Aim.FULL),
    POINT,
    "C-1",
)
FREE = Visit(add_working_days(paris_date(utc_now()), 1), "08:00-10:00")
CALLS: dict[Operation, Callable[[EnedisClient], object]] = {
    Operation.READ: lambda client: client.read_point(POINT),
    Operation.ORDER: lambda client: client.place_order(order()),
    Operation.CANCEL: lambda client: client.cancel_limitation(cancellation()),
    Operation.VISIT: lambda client: client.agree_visit(VISITED, FREE, "Awa Diallo"),
}


def set_up_for(world: World, operation: Operation) -> None:
    if operation is Operation.CANCEL:
        pending = PendingLimitation(cancellation().case_id)
        world.enedis.network.add_point(
            PointSetup(POINT, "C-1", supply_state=SupplyState.SUPPLIED, pending_limitation=pending)
        )
    if operation is Operation.VISIT:
        send_technician(world)


def send_technician(world: World) -> None:
    """Order one, whose visit Enedis plans for today."""
    endings = (Ending.POSTPONED,)
    world.enedis.network.add_point(PointSetup(POINT, "C-1", remotely_operable=False, endings=endings))
    world.client.place_order(RestorationOrder(VISITED.reference, POINT, "C-1"))


def test_visit_is_agreed_and_the_order_is_carried_out_in_its_slot(world: World) -> None:
    send_technician(world)
    offered = world.client.offered_visits(VISITED)
    assert (offered.planned and offered.planned.slot, offered.slots[0]) == ("08:00-12:00", FREE)
    for _ in range(2):
        world.client.agree_visit(VISITED, FREE, "Awa Diallo")
    offered = world.client.offered_visits(VISITED)
    assert (offered.planned, FREE in offered.slots) == (FREE, False), "agreed twice, as Enedis has it already"
    assert world.client.read_point(POINT).cases[-1].visit == FREE
    with world.enedis.network.at(datetime.combine(FREE.on, time(9, 59), PARIS)):
        assert not world.client.read_point(POINT).has_full_power
    with world.enedis.network.at(datetime.combine(FREE.on, time(10), PARIS)):
        assert world.client.read_point(POINT).has_full_power
        with pytest.raises(EnedisRejected):
            world.client.offered_visits(VISITED)


@pytest.mark.parametrize("slot", ["06:00-08:00", "14:00-16:00"])
def test_slot_that_is_not_free_is_refused(world: World, slot: str) -> None:
    send_technician(world)
    planned = world.client.offered_visits(VISITED).planned
    world.enedis.network.take_slots(Visit(FREE.on, "14:00-16:00"))
    with pytest.raises(EnedisRejected, match="SGT400"):
        world.client.agree_visit(VISITED, Visit(FREE.on, slot), "Awa Diallo")
    assert world.client.offered_visits(VISITED).planned == planned


def test_agreement_that_enedis_accepts_and_does_not_show_is_unknown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_technician(world)
    monkeypatch.setattr(SimulatedCase, "agree", lambda *_: None)
    with pytest.raises(EnedisOutcomeUnknown, match="without its slot"):
        world.client.agree_visit(VISITED, FREE, "Awa Diallo")


def test_question_about_slots_that_is_lost_has_changed_nothing(world: World) -> None:
    send_technician(world)
    world.enedis.network.inject(Fault(FaultKind.CLOSED_AFTER, operation=Operation.VISIT))
    with pytest.raises(EnedisUnavailable):
        world.client.offered_visits(VISITED)


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (FaultKind.CONNECTION_REFUSED, "connection"),
        (FaultKind.TLS_ERROR, "tls"),
        (FaultKind.HANDSHAKE_TIMEOUT, "connect-timeout"),
    ],
)
def test_connection_fault_is_unavailable_whatever_is_asked(
    world: World, operation: Operation, kind: FaultKind, said: str
) -> None:
    set_up_for(world, operation)
    client = world.another_client(to_connect=IMPATIENT if kind is FaultKind.HANDSHAKE_TIMEOUT else PATIENT)
    world.client.read_point(POINT)  # leaves a pooled connection, which the fault must not spare
    before = len(world.enedis.network.journal.orders())
    world.enedis.network.inject(Fault(kind))
    with pytest.raises(EnedisUnavailable, match=f"^{said}: "):
        CALLS[operation](client)
    assert accepted_since(world, before) == 0
    CALLS[operation](world.client)


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("kind", "said", "accepts"),
    [
        (FaultKind.TIMEOUT_BEFORE, "read-timeout", False),
        (FaultKind.TIMEOUT_AFTER, "read-timeout", True),
        (FaultKind.CLOSED_BEFORE, "connection-lost", False),
        (FaultKind.CLOSED_AFTER, "connection-lost", True),
        (FaultKind.HTTP_500, "http-error", False),
        (FaultKind.HTTP_502, "http-error", False),
        (FaultKind.HTTP_503, "http-error", False),
        (FaultKind.SOAP_FAULT, "plain-fault", False),
        (FaultKind.HTML_PAGE, "html", False),
        (FaultKind.EMPTY, "empty", False),
        (FaultKind.TRUNCATED, "malformed", True),
        (FaultKind.OVERSIZED, "oversized", False),
        (FaultKind.CUT_SHORT, "connection-lost", True),
        (FaultKind.TRICKLE, "read-timeout", True),
        (FaultKind.RESULT_CODE, "technical-error", False),
    ],
)
def test_fault_once_sent_is_unknown_for_writes_and_unavailable_for_reads(
    world: World, operation: Operation, kind: FaultKind, said: str, *, accepts: bool
) -> None:
    set_up_for(world, operation)
    client = world.another_client(to_respond=IMPATIENT if said == "read-timeout" else PATIENT)
    journal = world.enedis.network.journal
    before, calls = len(journal.orders()), len(journal.calls())
    world.enedis.network.inject(Fault(kind, operation=operation))
    expected = EnedisUnavailable if operation is Operation.READ else EnedisOutcomeUnknown
    with pytest.raises(expected, match=f"^{said}: "):
        CALLS[operation](client)
    assert journal.wait_until(lambda seen: len(seen.calls()) > calls, PATIENT), "Enedis has met the call"
    assert accepted_since(world, before) == (accepts and operation in {Operation.ORDER, Operation.CANCEL})


def test_unknown_outcome_is_cleared_up_by_our_reference(world: World) -> None:
    world.enedis.network.inject(Fault(FaultKind.CLOSED_AFTER, operation=Operation.ORDER))
    with pytest.raises(EnedisOutcomeUnknown):
        world.client.place_order(order())
    assert world.client.read_point(POINT).case_with_reference("LIM-1/R/1") is not None
