"""People and a technician's visit: for the order that is open alone, and told apart by what became of it."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from restoration.contracts.visits import VisitAsked, VisitReply, VisitStatus
from restoration.domain.claim import Claim
from restoration.domain.limitation import LimitationStatus
from restoration.domain.order import OpenOrder
from restoration.domain.point import OfferedVisits, PointSituation, SupplyState, Visit
from restoration.errors import ConfigurationUnavailable, EnedisOutcomeUnknown, EnedisQuotaExhausted, EnedisRejected
from restoration.use_cases.agree_visit import VisitDesk
from tests.fakes.claims import BY_TECHNICIAN, free, order
from tests.fakes.limitations import LIMITED_POINT
from tests.fakes.samples import POINT

SLOT = Visit(date(2026, 12, 1), "08:00-10:00")
SLOTS = VisitAsked(asks="VISIT", limitation_id="LIM-1")
CHOICE = SLOTS.model_copy(update={"reference": "LIM-1/T/2", "agreed": SLOT, "present": "Awa"})
SHOWN = replace(LIMITED_POINT, supply_state=SupplyState.SUPPLIED, limited_power_kva=None)
OPEN = order(BY_TECHNICIAN, 2)


@dataclass
class World:
    """A claim and Enedis, with what Enedis was asked."""

    claim: Claim | None = field(default_factory=lambda: free(open_order=OPEN))
    error: Exception | None = None
    point: PointSituation = SHOWN
    met: list[tuple[object, ...]] = field(default_factory=list)

    def get(self, _limitation_id: str) -> Claim | None:
        return self.claim

    def offered_visits(self, order: OpenOrder) -> OfferedVisits:
        self.met.append((order,))
        return OfferedVisits(None, (SLOT,))

    def read_point(self, point_id: str) -> PointSituation:
        self.met.append((point_id,))
        return self.point

    def agree_visit(self, *agreed: object) -> None:
        self.met.append(agreed)
        if self.error:
            raise self.error

    def reply(self, asked: VisitAsked) -> VisitReply:
        return VisitDesk(self, lambda: self).reply(asked)


def test_slots_are_those_of_the_technician_s_order_that_is_open() -> None:
    world = World()
    assert world.reply(SLOTS) == VisitReply(status=VisitStatus.OFFERED, reference="LIM-1/T/2", slots=(SLOT,))
    assert world.reply(CHOICE).status is VisitStatus.AGREED
    assert world.met == [(OPEN,), (OPEN, SLOT, "Awa")]


@pytest.mark.parametrize(
    "claim",
    [
        None,
        free(),
        free(open_order=order()),
        free(open_order=OPEN, status=LimitationStatus.CLOSED),
    ],
)
def test_nothing_is_asked_where_no_order_waits_for_a_technician(claim: Claim | None) -> None:
    world = World(claim)
    assert (world.reply(SLOTS).status, world.reply(CHOICE).status) == (VisitStatus.NOTHING, VisitStatus.NOTHING)
    assert world.met == []


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, (SupplyState.SUPPLIED, Decimal(6))),
        ({"limited_power_kva": Decimal(1)}, (SupplyState.SUPPLIED, Decimal(1))),
        ({"supply_state": SupplyState.CUT, "subscribed_power_kva": None}, (SupplyState.CUT, None)),
        ({"contract_id": "C-OF-WHO-LIVES-THERE-NOW"}, None),
    ],
)
def test_who_has_no_power_learns_what_enedis_shows_of_their_own_contract(
    changes: dict[str, Any], shown: tuple[object, ...] | None
) -> None:
    world = World(free(status=LimitationStatus.CLOSED), point=replace(SHOWN, **changes))
    power = world.reply(VisitAsked(asks="POWER", limitation_id="LIM-1")).power
    assert (power and (power.supply, power.kva)) == shown
    assert world.met == [(POINT,)]


def test_slot_that_was_shown_for_an_earlier_order_is_not_agreed() -> None:
    world = World()
    assert world.reply(CHOICE.model_copy(update={"reference": "LIM-1/T/1"})).status is VisitStatus.NOTHING
    assert world.met == []


@pytest.mark.parametrize(
    ("error", "reply"),
    [
        (EnedisRejected("SGT400", "Créneau", "<nom>Awa</nom>"), {"status": "REFUSED", "code": "SGT400"}),
        (EnedisOutcomeUnknown("lost"), {"status": "UNKNOWN"}),
        (EnedisQuotaExhausted("no turn"), {"status": "UNAVAILABLE"}),
        (ConfigurationUnavailable("throttled"), {"status": "UNAVAILABLE"}),
    ],
)
def test_refused_unknown_and_unavailable_are_told_apart(error: Exception, reply: dict[str, str]) -> None:
    nothing: dict[str, object] = {"reference": "", "code": "", "planned": None, "slots": [], "power": None}
    assert World(error=error).reply(CHOICE).model_dump(mode="json") == nothing | reply
