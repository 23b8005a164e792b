"""At most one order of a limitation, and of a point, is at work; an older one is finished, taken off or withdrawn."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from restoration.domain.claim import Claim
from restoration.domain.limitation import LimitationStatus
from restoration.domain.order import OpenOrder, OrderStatus, PointOrder, Wanted
from restoration.errors import ClaimContended
from restoration.use_cases.prepare_order import OrderPreparation, Preparation, Prepared
from tests.cases import cases
from tests.fakes.claims import (
    BY_TECHNICIAN,
    ME,
    OTHER,
    REMOTELY,
    TO_FLOOR,
    BusDown,
    Core,
    InMemoryClaims,
    free,
    held,
    order,
)
from tests.fakes.samples import NOON, POINT

BEGUN = [OrderStatus.SENDING, OrderStatus.UNKNOWN, OrderStatus.ACCEPTED]
"""The statuses of an order that Enedis may have accepted."""
UNSENT = [None, OrderStatus.NOT_SENT]
FLOOR = order(TO_FLOOR).reference
OVER = [OrderStatus.REFUSED, OrderStatus.WITHDRAWN]


class World(Core):
    """Claims and orders."""

    def prepare(
        self,
        wanted: Wanted | None = REMOTELY,
        *,
        generation: int = 1,
        ended_order: str | None = None,
        read_at: datetime | None = NOON,
        looked_at: tuple[str, str] = (POINT, "CON-1"),
    ) -> Preparation:
        desk = OrderPreparation(self.claims, self.claims.orders, self.bus)
        return desk.prepare("LIM-1", ME, generation, wanted, ended_order, read_at, looked_at)


def world_of(*claims: Claim, status: OrderStatus | None = None) -> World:
    """A world; ``status`` is that of the first claim's open order."""
    world = World.of(*claims)
    if open_order := claims[0].open_order:
        world.claims.point_at("LIM-1", str(open_order.reference))
        if status:
            world.claims.has_come_to(status, open_order.reference)
    return world


def test_wanted_order_becomes_the_open_one_of_the_limitation_and_of_its_point() -> None:
    world = world_of(held(order_ordinal=2))
    assert world.prepare() == Preparation(Prepared.ORDER, order(REMOTELY, 3))
    assert (world.claim.open_order, world.claim.order_ordinal) == (order(REMOTELY, 3), 3)
    assert world.claims.on_point() == PointOrder("LIM-1", "LIM-1/R/3")


def test_order_and_what_billing_learns_of_it_are_the_same_after_a_lost_response() -> None:
    world = world_of(held())
    first = world.prepare()
    assert world.prepare() == first
    assert world.bus.ids == ["LIM-1:1:LimitationBeingLifted:LIM-1/R/1"] * 2, "before it leaves, known by its id"


def test_event_that_was_not_published_is_published_by_the_next_try() -> None:
    world = world_of(held())
    world.bus.refuse = "LimitationBeingLifted"
    with pytest.raises(BusDown):
        world.prepare()
    world.bus.refuse = None
    assert world.prepare().result is Prepared.ORDER
    assert len(world.bus.events) == 1


# ── An older order ──


@pytest.mark.parametrize("status", BEGUN)
@pytest.mark.parametrize("mine", [REMOTELY, TO_FLOOR])
@pytest.mark.parametrize("wanted", [REMOTELY, BY_TECHNICIAN, None], ids=["remotely", "by technician", "nothing"])
def test_order_that_enedis_may_have_accepted_is_finished_first_as_it_is_whatever_is_wanted(
    status: OrderStatus, mine: Wanted, wanted: Wanted | None
) -> None:
    world = world_of(held(open_order=order(mine), order_ordinal=1), status=status)
    assert world.prepare(wanted) == Preparation(Prepared.FINISH, order(mine))
    assert world.claim.open_order == order(mine)
    assert world.claims.status_of(order(mine).reference) is status


@pytest.mark.parametrize(
    ("mine", "wanted"),
    [(REMOTELY, REMOTELY), (TO_FLOOR, REMOTELY), (REMOTELY, BY_TECHNICIAN)],
    ids=["the same", "a floor before a full payment", "refused before an advisor decided"],
)
@pytest.mark.parametrize("status", OVER)
def test_order_that_is_over_is_taken_off_and_the_next_has_its_own_name(
    status: OrderStatus, mine: Wanted, wanted: Wanted
) -> None:
    world = world_of(held(open_order=order(mine), order_ordinal=1), status=status)
    assert world.prepare(wanted) == Preparation(Prepared.ORDER, order(wanted, 2))


@pytest.mark.parametrize("looked_at", [("30000000000099", "CON-1"), (POINT, "CON-9")])
def test_nothing_is_ordered_by_a_look_at_where_the_limitation_was_before(looked_at: tuple[str, str]) -> None:
    world = world_of(held())
    assert world.prepare(looked_at=looked_at) == Preparation(Prepared.NEWS)
    assert world.claim.open_order is None


@pytest.mark.parametrize("status", UNSENT)
def test_unsent_order_for_a_point_that_the_limitation_has_left_is_taken_off_and_the_point_is_read(
    status: OrderStatus | None,
) -> None:
    moved = held(open_order=order(REMOTELY), order_ordinal=1, point_id="30000000000099")
    world = world_of(moved, status=status)
    assert world.prepare(REMOTELY) == Preparation(Prepared.NEWS)
    assert (world.claims.status_of(), world.claim.open_order) == (OrderStatus.WITHDRAWN, None)


@pytest.mark.parametrize("status", UNSENT)
def test_unsent_order_that_is_not_wanted_any_more_is_withdrawn(status: OrderStatus | None) -> None:
    """Its holder may have died before it was sent."""
    world = world_of(held(generation=2, open_order=order(TO_FLOOR), order_ordinal=1))
    if status:
        world.claims.has_come_to(status, FLOOR)
    assert world.prepare(REMOTELY, generation=2) == Preparation(Prepared.ORDER, order(REMOTELY, 2))
    assert world.claims.status_of(FLOOR) is OrderStatus.WITHDRAWN


def test_order_that_is_sent_while_it_is_being_withdrawn_is_finished() -> None:
    world = world_of(held(open_order=order(REMOTELY), order_ordinal=1))
    world.claims.tables.meanwhile = lambda: world.claims.has_come_to(OrderStatus.SENDING)
    assert world.prepare(BY_TECHNICIAN) == Preparation(Prepared.FINISH, order(REMOTELY))


def test_order_that_is_known_to_have_ended_makes_way_although_enedis_accepted_it() -> None:
    world = world_of(held(open_order=order(REMOTELY), order_ordinal=1), status=OrderStatus.ACCEPTED)
    prepared = world.prepare(BY_TECHNICIAN, ended_order="LIM-1/R/1")
    assert prepared == Preparation(Prepared.ORDER, order(BY_TECHNICIAN, 2))


def test_order_that_ended_long_ago_does_not_touch_the_open_one() -> None:
    world = world_of(held(open_order=order(REMOTELY, 2), order_ordinal=2), status=OrderStatus.ACCEPTED)
    assert world.prepare(REMOTELY, ended_order="LIM-1/R/1").result is Prepared.FINISH


def test_call_that_outlives_its_task_gives_no_order_the_name_of_one_that_came_and_went() -> None:
    world = world_of(held())

    def the_repeat_does_all() -> None:
        for number in (1, 2):
            assert world.prepare() == Preparation(Prepared.ORDER, order(REMOTELY, number))
            world.claims.has_come_to(OrderStatus.REFUSED, order(REMOTELY, number).reference)
        assert world.prepare(None) == Preparation(Prepared.NEWS)

    world.claims.tables.meanwhile = the_repeat_does_all
    world.prepare()
    assert world.claim.open_order == order(REMOTELY, 3)


# ── Nothing wanted, nothing to do ──


@pytest.mark.parametrize("status", [*UNSENT, *OVER])
def test_where_nothing_is_wanted_an_order_that_never_left_is_taken_off(status: OrderStatus | None) -> None:
    world = world_of(held(open_order=order(REMOTELY), order_ordinal=1), status=status)
    assert world.prepare(None) == Preparation(Prepared.NEWS)
    assert world.claim.open_order is None
    assert world.claims.status_of() in OVER, "nobody sends it any more"


@cases(
    "claim, result",
    {
        "billing cancelled the limitation": (held(status=LimitationStatus.CANCELLED), Prepared.NEWS),
        "its contract ended": (held(status=LimitationStatus.ENDED), Prepared.NEWS),
        "it is closed": (held(status=LimitationStatus.CLOSED), Prepared.NEWS),
        "another holds it": (held(holder=OTHER), Prepared.SUPERSEDED),
        "it was claimed again": (held(generation=2), Prepared.SUPERSEDED),
        "nobody holds it any more": (free(generation=1), Prepared.SUPERSEDED),
        "it is not registered": (held(limitation_id="LIM-9"), Prepared.SUPERSEDED),
    },
)
def test_nothing_is_ordered_or_written_where(claim: Claim, result: Prepared) -> None:
    world = World.of(claim)
    assert world.prepare() == Preparation(result)
    assert (world.claims.tables.writes, world.bus.events) == (0, [])


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({"status": LimitationStatus.CANCELLED}, Prepared.NEWS),
        ({"holder": OTHER, "generation": 2}, Prepared.SUPERSEDED),
    ],
)
def test_limitation_that_is_cancelled_or_taken_over_while_its_order_is_being_written_gets_none(
    changes: dict[str, Any], result: Prepared
) -> None:
    world = world_of(held())
    world.claims.tables.meanwhile = lambda: world.claims.change(**changes)
    assert world.prepare() == Preparation(result)
    assert world.claim.open_order is None


def test_preparing_gives_up_when_others_always_write_at_the_same_time() -> None:
    class Busy(InMemoryClaims):
        tries = 0

        def open_order(self, *_: object, **__: object) -> bool:
            self.tries += 1
            return False

    busy = Busy(held())
    with pytest.raises(ClaimContended, match="LIM-1"):
        World(busy).prepare()
    assert busy.tries == 5


# ── Two limitations of one point ──


THEIRS: dict[str, Any] = {"limitation_id": "LIM-2", "holder": OTHER}


def beside(*theirs: Claim, **mine: Any) -> World:
    """LIM-1 is mine; the first order of LIM-2 was the last at work on the same point."""
    world = World.of(held(**mine), *theirs)
    world.claims.point_at("LIM-2", "LIM-2/R/1")
    return world


def neighbours(theirs: OpenOrder, status: OrderStatus | None, **mine: Any) -> World:
    """LIM-1 is mine, LIM-2 of the same point has an open order with this status."""
    world = beside(held(**THEIRS, open_order=theirs), **mine)
    if status:
        world.claims.has_come_to(status, theirs.reference)
    return world


@pytest.mark.parametrize("status", [*UNSENT, *BEGUN])
def test_another_limitation_s_order_on_the_same_point_is_followed(status: OrderStatus | None) -> None:
    world = neighbours(order(REMOTELY, limitation_id="LIM-2"), status)
    assert world.prepare() == Preparation(Prepared.FOLLOW, followed="LIM-2/R/1")
    assert (world.claim.open_order, world.bus.events) == (None, [])


def test_limitation_that_follows_another_s_order_keeps_none_of_its_own() -> None:
    mine = order(TO_FLOOR)
    world = neighbours(order(REMOTELY, limitation_id="LIM-2"), OrderStatus.ACCEPTED, open_order=mine, order_ordinal=1)
    assert world.prepare(REMOTELY) == Preparation(Prepared.FOLLOW, followed="LIM-2/R/1")
    assert (world.claim.open_order, world.claims.status_of(FLOOR)) == (None, OrderStatus.WITHDRAWN)


@cases(
    "world",
    {
        "refused": neighbours(order(limitation_id="LIM-2"), OrderStatus.REFUSED),
        "withdrawn": neighbours(order(limitation_id="LIM-2"), OrderStatus.WITHDRAWN),
        "another order than the one at the point": neighbours(order(REMOTELY, 2, "LIM-2"), None),
        "of a closed limitation": beside(free(limitation_id="LIM-2", status=LimitationStatus.CLOSED)),
        "no order": beside(held(**THEIRS)),
        "of a limitation that is forgotten": beside(),
    },
)
def test_another_limitation_s_order_that_is_not_at_work_any_more_is_overwritten(world: World) -> None:
    assert world.prepare() == Preparation(Prepared.ORDER, order(REMOTELY))
    assert world.claims.on_point() == PointOrder("LIM-1", "LIM-1/R/1")


CLOSED_AT_NOON = free(limitation_id="LIM-2", status=LimitationStatus.CLOSED, closed_at=NOON)


@pytest.mark.parametrize("mine", [{}, {"open_order": order(TO_FLOOR), "order_ordinal": 1}], ids=["no order", "refused"])
def test_point_that_was_read_before_another_limitation_of_it_was_closed_is_read_again(mine: dict[str, Any]) -> None:
    world = beside(CLOSED_AT_NOON, **mine)
    if mine:
        world.claims.has_come_to(OrderStatus.REFUSED, FLOOR)
    assert world.prepare(read_at=NOON - timedelta(seconds=1)) == Preparation(Prepared.NEWS)
    assert (world.claim.open_order, world.bus.events) == (None, [])
    assert world.claims.on_point() == PointOrder("LIM-2", "LIM-2/R/1"), "the message names the order that was done"


@pytest.mark.parametrize("read_at", [NOON, NOON + timedelta(days=1), None], ids=["then", "later", "not known"])
def test_point_that_was_read_after_another_limitation_of_it_was_closed_is_ordered_for(read_at: datetime | None) -> None:
    world = beside(CLOSED_AT_NOON)
    assert world.prepare(read_at=read_at) == Preparation(Prepared.ORDER, order(REMOTELY))


def test_two_open_limitations_on_one_point_send_one_order_although_both_prepare_at_once() -> None:
    claims = InMemoryClaims(held(), held(**THEIRS))
    world = World(claims)
    theirs = order(REMOTELY, limitation_id="LIM-2")
    claims.tables.meanwhile = lambda: claims.open_order(claims["LIM-2"], theirs, None)
    assert world.prepare() == Preparation(Prepared.FOLLOW, followed="LIM-2/R/1")
    assert world.claim.open_order is None
