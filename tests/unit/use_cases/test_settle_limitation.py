"""A limitation is closed or let go once; an execution that finds its events unpublished publishes them."""

from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import pytest

from restoration.domain.claim import Claim
from restoration.domain.ground import Asks, Demand
from restoration.domain.limitation import LimitationStatus
from restoration.domain.order import OrderStatus
from restoration.domain.switch import Mode
from restoration.errors import ClaimContended
from tests.cases import cases
from tests.fakes.claims import (
    LATER,
    ME,
    OTHER,
    REMOTELY,
    TO_FLOOR,
    BusDown,
    free,
    held,
    numbered,
    order,
    settled,
    trigger_of,
)
from tests.fakes.samples import NOON, POINT
from tests.fakes.settlement_world import COVERED, LET_GO, POWER_IS_BACK, World


def second(**changes: Any) -> Claim:
    """Another limitation of the same contract and point."""
    return free(**{"limitation_id": "LIM-2", **changes})


# ── Closing ──


@pytest.mark.parametrize(
    ("before", "outcome", "after"),
    [
        *((LimitationStatus.LIMITED, outcome, LimitationStatus.CLOSED) for outcome in POWER_IS_BACK),
        (LimitationStatus.LIMITED, "CONTRACT_ENDED", LimitationStatus.ENDED),
        *((ended, "RESTORED", ended) for ended in (LimitationStatus.CANCELLED, LimitationStatus.ENDED)),
        (LimitationStatus.CANCELLED, "CANCELLED_BY_BILLING", LimitationStatus.CANCELLED),
    ],
)
def test_limitation_that_is_over_is_settled_with_its_status_whatever_news_there_is_and_taken_off_its_contract(
    before: LimitationStatus, outcome: str, after: LimitationStatus
) -> None:
    facts = numbered("PaymentReceived|PAY-1:SETTLED")
    world = World.of(held(status=before, open_order=order(), waiting_token="old", facts=facts, trigger_count=5))
    assert world.settle(outcome, seen=2, read_at=NOON) == outcome
    closed, told_at = world.claim, None if outcome == "CANCELLED_BY_BILLING" else LATER
    assert (closed.status, closed.closed_at) == (after, NOON), "as of the read that showed it"
    assert (closed.holder, closed.open_order, closed.waiting_token, closed.triggers) == (None, None, None, [])
    assert world.taken_off == [("CON-1", "LIM-1", told_at)]


@pytest.mark.parametrize("outcome", [*POWER_IS_BACK, "FLOOR_RAISED", "CONTRACT_ENDED"])
def test_report_of_the_limitation_that_came_after_the_look_is_looked_at_first(outcome: str) -> None:
    """The point may have been read before Enedis carried the limitation out; billing may have a new contract."""
    facts = numbered("PaymentReceived|PAY-1:CAPTURED", "PowerLimited|LIM-1:2026-05-04T12:10:00.000Z")
    world = World.of(held(trigger_count=2, facts=facts))
    before = world.claim
    assert world.settle(outcome, seen=1, floor_kva=Decimal(3)) == "NEWS"
    assert (world.claim, world.bus.events) == (before, [])
    assert world.settle(outcome, seen=2, floor_kva=Decimal(3)) == outcome


def test_power_at_a_point_that_the_limitation_has_left_proves_nothing_and_ends_its_order() -> None:
    left = "30000000000099"
    for ordered_for, stays in ((left, None), (POINT, order())):
        world = World.of(held(open_order=replace(order(), point_id=ordered_for)))
        assert world.settle("RESTORED", point_id=left) == "NEWS"
        assert (world.claim.status, world.claim.open_order) == (LimitationStatus.LIMITED, stays)
        assert world.settle("RESTORED", point_id=POINT) == "RESTORED"


@pytest.mark.parametrize("status", [None, *OrderStatus])
@pytest.mark.parametrize("outcome", ["ALREADY_RESTORED", "CONTRACT_ENDED", "CANCELLED_BY_BILLING"])
def test_order_that_enedis_may_have_is_not_withdrawn_and_stays_with_a_limitation_that_may_open_again(
    status: OrderStatus | None, outcome: str
) -> None:
    is_cancelled = outcome == "CANCELLED_BY_BILLING"
    limitation = LimitationStatus.CANCELLED if is_cancelled else LimitationStatus.LIMITED
    world = World.of(held(status=limitation, open_order=order()))
    if status:
        world.claims.has_come_to(status)
    assert world.settle(outcome) == outcome
    unsent = status in {None, OrderStatus.NOT_SENT, OrderStatus.WITHDRAWN}
    assert world.claims.status_of() is (OrderStatus.WITHDRAWN if unsent else status)
    assert world.claim.open_order == (order() if is_cancelled and not unsent else None)


@pytest.mark.parametrize("outcome", [*POWER_IS_BACK, *LET_GO, "FLOOR_RAISED", "CONTRACT_ENDED"])
def test_others_in_force_at_the_point_are_looked_at_when_power_is_back_for_one_and_after_no_other_end(
    outcome: str,
) -> None:
    world = World.of(
        held(),
        second(),
        second(limitation_id="LIM-3", status=LimitationStatus.FLOOR_RAISED),
        second(limitation_id="LIM-4", status=LimitationStatus.REQUESTED),
        second(limitation_id="LIM-5", point_id="30000000000099"),
    )
    assert world.settle(outcome) == outcome
    told = [(each, "PointRestored|LIM-1:1") for each in ("LIM-2", "LIM-3")]
    assert world.told == (told if outcome in POWER_IS_BACK else [])


@pytest.mark.parametrize(("mode", "asked_for"), [(Mode.ON, "GAS"), (Mode.SHADOW, None)])
def test_question_that_a_look_in_shadow_found_is_asked_anew_once_the_switch_is_on(
    mode: Mode, asked_for: str | None
) -> None:
    world = World.of(held(asked_for="GAS", mode=mode))
    world.settle("SHADOW" if mode is Mode.SHADOW else "LEFT_TO_ADVISOR")
    assert world.claim.asked_for == asked_for


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (LimitationStatus.LIMITED, "CANCELLED_BY_BILLING"),
        *((LimitationStatus.CANCELLED, outcome) for outcome in (*LET_GO, "FLOOR_RAISED")),
    ],
)
def test_limitation_that_billing_cancelled_or_took_back_meanwhile_is_looked_at_again(
    status: LimitationStatus, outcome: str
) -> None:
    world = World.of(held(status=status))
    assert world.settle(outcome, floor_kva=Decimal(3)) == "NEWS"
    assert (world.claim.status, world.claim.holder, world.bus.events) == (status, ME, [])


# ── Letting go ──


def test_case_at_the_advisors_is_theirs_since_the_claim_that_first_ended_so_until_one_ends_otherwise() -> None:
    world = World.of(held())
    world.settle("LEFT_TO_ADVISOR")
    assert world.claim.left_since == NOON
    for generation, outcome, since in ((2, "NO_ORDER", NOON), (3, "BALANCE_DUE", None)):
        world.claims.change(holder=ME, generation=generation, claimed_at=LATER)
        world.settle(outcome, generation=generation)
        assert world.claim.left_since == since


def test_case_that_was_registered_again_is_not_the_advisors_since_long_ago() -> None:
    world = World.of(held(registered_at=LATER, claimed_at=LATER, left_since=NOON))
    world.settle("LEFT_TO_ADVISOR")
    assert world.claim.left_since == LATER


@pytest.mark.parametrize("outcome", LET_GO)
def test_limitation_that_stays_open_is_let_go_only_when_every_trigger_was_looked_at(outcome: str) -> None:
    world = World.of(held(trigger_count=3))
    assert world.settle(outcome, seen=2) == "NEWS"
    assert (world.claim.holder, world.bus.events) == (ME, [])
    assert world.settle(outcome, seen=3) == outcome
    assert (world.claim.holder, world.claim.status) == (None, LimitationStatus.LIMITED)
    assert (world.claim.last_outcome, world.taken_off) == (outcome, [])


def test_payment_that_joins_while_a_refusal_is_decided_is_looked_at() -> None:
    world = World.of(held(trigger_count=2))
    payment = "PaymentReceived|PAY-2:CAPTURED"
    world.claims.tables.meanwhile = lambda: world.claims.note("LIM-1", trigger_of(payment))
    with pytest.raises(ClaimContended):
        world.settle("REFUSED", seen=2)
    assert world.settle("REFUSED", seen=2) == "NEWS"
    assert (world.claim.holder, world.bus.events) == (ME, [])


@pytest.mark.parametrize(("ordinal", "stays"), [(1, False), (2, True)], ids=["that one", "another"])
def test_order_that_is_known_to_have_ended_is_taken_off_when_its_limitation_is_let_go(
    ordinal: int, *, stays: bool
) -> None:
    world = World.of(held(open_order=order(REMOTELY, ordinal)))
    world.settle("LEFT_TO_ADVISOR", ended_order="LIM-1/R/1")
    assert world.claim.open_order == (order(REMOTELY, ordinal) if stays else None)


# ── A raised floor ──


def test_raised_floor_is_recorded_whatever_news_there_is_and_the_limitation_let_go_once_it_was_looked_at() -> None:
    world = World.of(held(open_order=order(TO_FLOOR), trigger_count=3))
    world.claims.has_come_to(OrderStatus.ACCEPTED, order(TO_FLOOR).reference)
    world.claims.point_at("LIM-1", "LIM-1/F/1")
    demand = Demand(Asks.DEBT, Decimal(40))
    more: dict[str, Any] = {"floor_kva": Decimal(3), "rejected": True, "unclaimable": Decimal(9), "demand": demand}
    assert world.settle("FLOOR_RAISED", seen=2, read_at=NOON, **more) == "NEWS"
    raised, orders = world.claim, world.claims.tables.items["orders"]
    assert (raised.status, raised.limited_power_kva) == (LimitationStatus.FLOOR_RAISED, Decimal(3))
    assert (raised.holder, raised.open_order) == (ME, None)
    assert ["expiresAt" in each for each in orders.values()] == [True, True], "nobody knows the order by name any more"
    told = more | {"raised_at": NOON, "demand": asdict(demand)}
    assert world.published("PowerFloorRaised").items() >= told.items()
    assert world.settle("FLOOR_RAISED", seen=3, read_at=LATER, **more) == "FLOOR_RAISED"
    assert (world.claim.holder, world.claim.floor_raised_at) == (None, NOON)
    ids = [each for each in world.bus.ids if "PowerFloorRaised" in each]
    by_look = [f"LIM-1:1:PowerFloorRaised:2026-05-04T12:{minutes}:00.000Z/01234567890123" for minutes in ("00", "30")]
    assert ids == by_look, "another look may ask for another amount"


@pytest.mark.parametrize("ended", ["LIM-1/F/1", None])
def test_late_call_of_an_earlier_look_leaves_the_order_of_a_younger_one(ended: str | None) -> None:
    """It would be taken off, and a second order would be placed beside it."""
    younger = replace(order(REMOTELY, 2), seen=3)
    world = World.of(held(open_order=younger, trigger_count=3))
    assert world.settle("FLOOR_RAISED", seen=2, floor_kva=Decimal(3), ended_order=ended) == "NEWS"
    assert (world.claim.status, world.claim.open_order, world.bus.ids) == (LimitationStatus.LIMITED, younger, [])


def test_floor_that_another_order_has_raised_again_is_another_event() -> None:
    """The point was limited again before the first was recorded; the customer may owe another amount now."""
    raised = {"status": LimitationStatus.FLOOR_RAISED, "limited_power_kva": Decimal(3), "floor_raised_at": NOON}
    world = World.of(held(open_order=order(TO_FLOOR), **raised))
    world.settle("FLOOR_RAISED", floor_kva=Decimal(3))
    assert world.published("PowerFloorRaised")["raised_at"] == LATER


# ── Who settles ──


PUBLISHED = free(status=LimitationStatus.CLOSED, generation=1, settlement=settled(published=True))
ANOTHER_S = settled("BALANCE_DUE", execution="arn:execution-3")


@cases(
    "claim, outcome, by, said",
    {
        "its holder has been taken over": (held(holder=OTHER, generation=2), "RESTORED", ME, "SUPERSEDED"),
        "who took over has let go": (free(generation=2), "RESTORED", ME, "SUPERSEDED"),
        # Its own late call claimed for it again: it looks again.
        "it was claimed for again": (held(generation=3, settlement=settled()), "RESTORED", ME, "NEWS"),
        "all is published": (PUBLISHED, "UNPUBLISHED", OTHER, "SUPERSEDED"),
        "the end is another's": (held(holder=OTHER, generation=2, settlement=ANOTHER_S), "RESTORED", ME, "SUPERSEDED"),
        "nothing is registered": (free(limitation_id="LIM-9"), "RESTORED", ME, "SUPERSEDED"),
    },
)
def test_nothing_is_settled_or_published_where(claim: Claim, outcome: str, by: str, said: str) -> None:
    world = World.of(claim)
    assert world.settle(outcome, by=by) == said
    assert (world.claims.tables.writes, world.bus.events, world.taken_off) == (0, [], [])


@pytest.mark.parametrize("outcome", ["RESTORED", "BALANCE_DUE", "FLOOR_RAISED"])
def test_execution_that_is_taken_over_while_it_settles_looks_again_and_publishes_nothing(outcome: str) -> None:
    world = World.of(held())
    world.claims.tables.meanwhile = lambda: world.claims.change(holder=OTHER, generation=2)
    with pytest.raises(ClaimContended):
        world.settle(outcome, floor_kva=Decimal(3))
    assert (world.settle(outcome), world.bus.events) == ("SUPERSEDED", [])


@pytest.mark.parametrize("dies_at", ["DunningStopRequested", "PowerRestored", "the contract's list"])
def test_settlement_that_died_while_it_was_published_is_published_by_its_repeat_under_the_same_ids(
    dies_at: str,
) -> None:
    world = World.of(held(), second())
    world.bus.refuse, world.crash = dies_at, dies_at == "the contract's list"
    with pytest.raises(BusDown):
        world.settle()
    assert (world.claim.status, world.told) == (LimitationStatus.CLOSED, [])
    world.bus.refuse, world.crash = None, False
    assert world.settle() == "RESTORED"
    assert world.bus.ids[-2:] == ["LIM-1:1:DunningStopRequested:", "LIM-1:1:PowerRestored:"]
    assert world.claim.settlement == settled(paid=False, published=True, ground=COVERED)
    assert world.told == [("LIM-2", "PointRestored|LIM-1:1")]


def test_execution_that_finds_an_unpublished_settlement_publishes_it_as_it_was_and_has_nothing_else_to_do() -> None:
    closed = free(
        status=LimitationStatus.CLOSED, generation=1, settlement=settled(reference="LIM-1/R/1", ground=COVERED)
    )
    world = World.of(closed)
    assert world.settle("UNPUBLISHED", by=OTHER) == "SUPERSEDED"
    assert world.bus.ids == ["LIM-1:1:DunningStopRequested:", "LIM-1:1:PowerRestored:"]
    assert world.published("PowerRestored")["reference"] == "LIM-1/R/1"
    assert world.claim.settlement
    assert world.claim.settlement.published


def test_repeat_lists_again_what_was_reopened_and_taken_off_although_the_next_claim_has_published() -> None:
    reopened = held(holder=OTHER, generation=2, settlement=settled(published=True))
    world = World.of(reopened)
    assert (world.settle(), world.bus.ids, world.taken_off) == ("RESTORED", [], [])
    assert world.listed == ["LIM-1"]


def test_repeat_lists_again_what_was_reopened_after_the_try_that_died_had_read_it() -> None:
    """That try took it off its contract after billing's report had listed it: no payment would find it again."""
    world = World.of(free(settlement=settled("CANCELLED_BY_BILLING")))
    assert (world.settle("CANCELLED_BY_BILLING"), world.taken_off) == ("CANCELLED_BY_BILLING", [])
    assert world.listed == ["LIM-1"]


def test_own_settlement_is_still_published_when_another_holds_the_limitation_since() -> None:
    world = World.of(held(holder=OTHER, generation=2, settlement=settled("BALANCE_DUE")))
    assert world.settle("BALANCE_DUE") == "BALANCE_DUE"
    assert world.bus.ids[0] == "LIM-1:1:DunningHoldReleased:", "of the old generation, so consumers ignore it"
