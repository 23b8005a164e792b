"""A payment that comes back after a restoration is reported to billing, whenever it comes; nothing is limited again."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from restoration.domain.claim import Claim
from restoration.domain.ground import Basis, Ground
from restoration.domain.limitation import LimitationStatus, LimitedPoint
from restoration.domain.order import OrderStatus
from restoration.domain.switch import Mode
from restoration.errors import ClaimContended
from tests.cases import cases
from tests.fakes import settlement_world
from tests.fakes.claims import free, held, numbered, order, settled, trigger

GOODWILL = Ground(Basis.GOODWILL, Decimal("120.00"), date(2026, 5, 20), frozenset({"PAY-1"}))
PLAN = Ground(Basis.PLAN, Decimal("80.00"), date(2026, 6, 20), frozenset({"PAY-1"}))
PLAN_IS_BROKEN = trigger("PaymentPlanBroken", "PLAN-1@2026-05-04T10:00:00.000Z")
REJECTED = "PaymentRejected|PAY-1@2026-05-04T10:00:00.000Z:PaymentRejected"


class World(settlement_world.World):
    """One limitation of CON-1, the status of its order at Enedis, and the published events."""

    def take_off_list(self, contract_id: str, limitation_id: str, closed_at: datetime | None) -> list[LimitedPoint]:
        others = super().take_off_list(contract_id, limitation_id, closed_at)
        self.register.has_closed(limitation_id)
        return others

    def close(self, ground: Ground, seen: int = 0) -> None:
        """Settle the limitation as restored on a ground, by a look that knew so many triggers."""
        self.settle("RESTORED", ground=ground, seen=seen)

    def returned(self, payment_id: str = "PAY-1") -> tuple[str, ...]:
        name = f"{payment_id}@2026-05-04T10:00:00.000Z:PaymentRejected"
        return self.lost_grounds.report(["CON-1"], trigger("PaymentRejected", name))

    def reported(self, detail_type: str) -> list[dict[str, Any]]:
        return [event.model_dump() for event in self.bus.events if event.detail_type() == detail_type]


def world_of(claim: Claim) -> World:
    world = World.of(claim)
    world.register.has_closed(claim.limitation_id)
    return world


def restored(ground: Ground | None, **more: Any) -> World:
    settlement = settled(published=True, ground=ground, **more)
    return world_of(free(status=LimitationStatus.CLOSED, settlement=settlement))


def test_billing_hears_of_a_counted_payment_that_comes_back_after_the_restoration() -> None:
    world = restored(GOODWILL)
    assert world.returned() == ("LIM-1",)
    (event,) = world.reported("RestoredPaymentReversed")
    assert event["payment_id"] == "PAY-1"
    assert event["basis"] is Basis.GOODWILL
    assert event["residual"] == Decimal("120.00")
    assert event["id"] == "LIM-1:1:RestoredPaymentReversed:PAY-1"


@pytest.mark.parametrize(
    "world",
    [
        restored(None),
        restored(GOODWILL, mode=Mode.SHADOW),
        restored(Ground(Basis.NO_DEBT, Decimal(0))),
        restored(GOODWILL, outcome="NO_ORDER"),
    ],
    ids=["an order that had to be finished", "shadow", "a payment that did not count", "nothing was restored"],
)
def test_nothing_is_reported_where_the_payment_was_not_the_ground(world: World) -> None:
    assert world.returned() == ()
    assert not world.bus.events


@pytest.mark.parametrize("status", [None, *OrderStatus])
def test_advisors_hear_of_a_payment_that_comes_back_while_its_order_is_at_enedis(status: OrderStatus | None) -> None:
    world = world_of(held(open_order=order()))
    if status:
        world.claims.has_come_to(status)
    world.returned()
    is_there = status in {OrderStatus.ACCEPTED, OrderStatus.SENDING, OrderStatus.UNKNOWN}
    told = [(event["payment_id"], event["reference"]) for event in world.reported("PaymentReversedWhileOrdered")]
    assert told == ([("PAY-1", "LIM-1/R/1")] if is_there else [])
    assert len(world.bus.events) == len(told)


CLEARED_AGAIN = "PaymentCleared|PAY-1@2026-05-06T08:00:00.000Z:PaymentCleared"
BROKEN, AGREED_ANEW = "PaymentPlanBroken|PLAN-1@2026-05-04T10:00:00.000Z", "PaymentPlanAgreed|PLAN-2@2026-05-04T10:00"
RESUMED, BROKEN_AGAIN = (
    "PaymentPlanAgreed|PLAN-1@2026-05-05T08:00:00.000Z",
    "PaymentPlanBroken|PLAN-1@2026-05-06T08:00:00.000Z",
)
PAID = Ground(Basis.DEBT_COVERED, Decimal(0), None, frozenset({"PAY-1"}))
PAID_BY_ANOTHER = Ground(Basis.DEBT_COVERED, Decimal(0), None, frozenset({"PAY-2"}))


@cases(
    "facts, seen, ground, reported",
    {
        "not a return that the last look saw": ([REJECTED], 0, PAID_BY_ANOTHER, []),
        # The bank presented it once more. Billing counts it as certain, and nothing was lost.
        "not one that was cleared again before the last look": ([REJECTED, CLEARED_AGAIN], 2, PAID, []),
        "a return that billing does not show in time": ([REJECTED], 1, PAID, ["RestoredPaymentReversed"]),
        "not an older plan where the ground is a new one": ([BROKEN, AGREED_ANEW], 2, PLAN, []),
        "not a plan that was resumed under its own id": ([RESUMED, BROKEN], 1, PLAN, []),
        "one that was resumed and broken again": ([BROKEN, RESUMED, BROKEN_AGAIN], 2, PLAN, ["RestoredPlanBroken"]),
        "a broken plan that billing does not show in time": ([BROKEN], 1, PLAN, ["RestoredPlanBroken"]),
    },
)
def test_what_came_before_the_close_is_reported_by_it(
    facts: list[str], seen: int, ground: Ground, reported: list[str]
) -> None:
    world = world_of(held(trigger_count=seen, facts=numbered(*facts)))
    world.close(ground, seen=seen)
    assert [each for each in world.bus.types if each in {"RestoredPaymentReversed", "RestoredPlanBroken"}] == reported


def test_a_payment_that_comes_back_while_the_limitation_is_being_closed_is_not_lost() -> None:
    """The settlement is read again, since something came between its read and its write."""
    world = world_of(held())
    world.claims.tables.meanwhile = world.returned
    with pytest.raises(ClaimContended):
        world.close(GOODWILL)
    world.close(GOODWILL)
    assert len(world.reported("RestoredPaymentReversed")) == 1


def test_billing_hears_of_a_plan_that_is_broken_after_the_restoration_it_carried() -> None:
    world = restored(PLAN)
    assert world.lost_grounds.report(["CON-1"], PLAN_IS_BROKEN) == ("LIM-1",)
    (event,) = world.reported("RestoredPlanBroken")
    assert (event["plan_id"], event["residual"]) == ("PLAN-1", Decimal("80.00"))
    assert restored(GOODWILL).lost_grounds.report(["CON-1"], PLAN_IS_BROKEN) == (), "the plan did not carry it"


def test_a_payment_that_counted_on_two_limitations_is_reported_for_both() -> None:
    known: dict[str, Any] = {"status": LimitationStatus.CLOSED, "settlement": settled(published=True, ground=PAID)}
    world = World.of(free(**known), free(limitation_id="LIM-2", **known))
    world.register.has_closed("LIM-1", "LIM-2")
    assert world.returned() == ("LIM-1", "LIM-2")
    assert len({event["id"] for event in world.reported("RestoredPaymentReversed")}) == 2
