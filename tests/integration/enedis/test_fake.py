"""The fake client tells the same story as the real one over HTTPS, so that tests may rely on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from local.partners.enedis import (
    Ending,
    EnedisSimulator,
    FakeEnedisClient,
    Fault,
    FaultKind,
    PendingLimitation,
    PointSetup,
)
from restoration.adapters.enedis.soap import EnedisCredentials
from restoration.domain.order import Aim, Intent, LimitationCancellation, OrderReference, RestorationOrder
from restoration.domain.point import CutReason, PointSituation, SupplyState
from restoration.errors import RestorationError
from tests.unit.adapters.enedis.soap.clients import build

POINT = "12345678901234"
NOW = datetime(2026, 5, 4, tzinfo=UTC)


def order(intent: Intent, power_kva: Decimal | None = None, *, after_cut: bool = False) -> RestorationOrder:
    aim = Aim.FULL if power_kva is None else Aim.FLOOR
    reference = OrderReference("LIM-1", intent, 1)
    return RestorationOrder(reference, POINT, "C-1", after_cut=after_cut, power_kva=power_kva, aim=aim)


CANCELLATION = LimitationCancellation(OrderReference("LIM-1", Intent.CANCEL_LIMITATION, 1), POINT, "C-1", "L0000009")

STORIES: dict[str, tuple[PointSetup, Callable[[Any], object]]] = {
    "restored": (PointSetup(POINT, "C-1"), lambda client: client.place_order(order(Intent.RESTORE_REMOTELY))),
    "not done": (
        PointSetup(POINT, "C-1", endings=(Ending.NOT_DONE,)),
        lambda client: client.place_order(order(Intent.RESTORE_BY_TECHNICIAN)),
    ),
    "floor": (PointSetup(POINT, "C-1"), lambda client: client.place_order(order(Intent.RAISE_FLOOR, Decimal(3)))),
    "technician's floor": (
        PointSetup(POINT, "C-1", remotely_operable=False),
        lambda client: client.place_order(order(Intent.RESTORE_BY_TECHNICIAN, Decimal(2))),
    ),
    "after a cut": (
        PointSetup(POINT, "C-1", supply_state=SupplyState.CUT),
        lambda client: client.place_order(order(Intent.RESTORE_BY_TECHNICIAN, after_cut=True)),
    ),
    "a cut for safety": (
        PointSetup(POINT, "C-1", supply_state=SupplyState.CUT, cut_reason=CutReason.SAFETY),
        lambda client: client.place_order(order(Intent.RESTORE_BY_TECHNICIAN, after_cut=True)),
    ),
    "already active": (
        PointSetup(POINT, "C-1", supply_state=SupplyState.SUPPLIED),
        lambda client: client.place_order(order(Intent.RESTORE_REMOTELY)),
    ),
    "cancelled": (
        PointSetup(POINT, "C-1", supply_state=SupplyState.SUPPLIED, pending_limitation=PendingLimitation("L0000009")),
        lambda client: client.cancel_limitation(CANCELLATION),
    ),
    "other customer": (
        PointSetup(POINT, "C-2"),
        lambda client: client.place_order(order(Intent.RESTORE_REMOTELY)),
    ),
}


@pytest.fixture
def simulators() -> Iterator[tuple[EnedisSimulator, EnedisSimulator]]:
    with (
        EnedisSimulator(step_seconds=0, clock=lambda: NOW) as real,
        EnedisSimulator(step_seconds=0, clock=lambda: NOW) as fake,
    ):
        yield real, fake


def told(client: Any, call: Callable[[Any], object]) -> object:
    try:
        return call(client)
    except RestorationError as error:
        return type(error), getattr(error, "code", None)


def situation(client: Any) -> PointSituation:
    read: PointSituation = client.read_point(POINT)
    return replace(read, read_at=NOW)


@pytest.mark.parametrize("name", STORIES)
def test_fake_and_real_client_tell_the_same(simulators: tuple[EnedisSimulator, EnedisSimulator], name: str) -> None:
    setup, call = STORIES[name]
    real, fake = simulators
    clients = [build(EnedisCredentials.from_secret(real.secret()), endpoint=real.url), FakeEnedisClient(fake.network)]
    for simulator in simulators:
        simulator.network.add_point(setup)
    first, second = (told(client, call) for client in clients)
    assert first == second
    assert situation(clients[0]) == situation(clients[1])


@pytest.mark.parametrize(
    "kind",
    # What a client sees only by waiting is not waited for here.
    [kind for kind in FaultKind if "TIMEOUT" not in kind and kind is not FaultKind.TRICKLE],
)
def test_fake_and_real_client_raise_the_same(
    simulators: tuple[EnedisSimulator, EnedisSimulator], kind: FaultKind
) -> None:
    real, fake = simulators
    clients = [build(EnedisCredentials.from_secret(real.secret()), endpoint=real.url), FakeEnedisClient(fake.network)]
    results = []
    for simulator, client in zip(simulators, clients, strict=True):
        simulator.network.add_point(PointSetup(POINT, "C-1"))
        simulator.network.inject(Fault(kind))
        results.append(told(client, lambda client: client.place_order(order(Intent.RESTORE_REMOTELY))))
    assert results[0] == results[1]
    assert len(real.network.journal.orders()) == len(fake.network.journal.orders())
