"""A limitation is closed or let go once; an execution that finds its events unpublished publishes them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from restoration.clock import to_text
from restoration.domain.claim import Claim
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
    InMemoryClaims,
    free,
    held,
    numbered,
    order,
    settled,
    trigger_of,
)
from tests.fakes.samples import NOON, POINT
from tests.fakes.settlement_world import COVERED, LET_GO, POWER_IS_BACK, World, world_of


def second(**changes: Any) -> Claim:
    """Another limitation of the same contract and point."""
    return free(**{"limitation_id": "LIM-2", **changes})


# ── Closing ──


@pytest.mark.parametrize("outcome", POWER_IS_BACK)
def test_limitation_whose_power_is_back_is_closed_and_taken_off_its_contract(outcome: str) -> None:
    world = world_of(
        held(open_order=order(), waiting_token="old", facts=numbered("PaymentReceived|PAY-1:SETTLED"), trigger_count=1)
    )
    assert world.settle(outcome) == outcome
    closed = world.claim
    assert (closed.status, closed.closed_at) == (LimitationStatus.CLOSED, LATER)
    assert (closed.holder, closed.open_order, closed.waiting_token, closed.triggers) == (None, None, None, [])
    assert world.taken_off == [("CON-1", "LIM-1", LATER)]


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
    world = world_of(held(status=before, trigger_count=5))
    assert world.settle(outcome, seen=2) == outcome
    assert (world.claim.status, world.claim.holder) == (after, None)
    ((*taken_off, closed_at),) = world.taken_off
    assert (taken_off, closed_at is None) == (["CON-1", "LIM-1"], outcome == "CANCELLED_BY_BILLING")


@pytest.mark.parametrize("outcome", [*POWER_IS_BACK, "FLOOR_RAISED", "CONTRACT_ENDED"])
def test_report_of_the_limitation_that_came_after_the_look_is_looked_at_first(outcome: str) -> None:
    """The point may have been read before Enedis carried the limitation out; billing may have a new contract."""
    facts = numbered("PaymentReceived|PAY-1:CAPTURED", "PowerLimited|LIM-1:2026-05-04T12:10:00.000Z")
    world = world_of(held(trigger_count=2, facts=facts))
    before = world.claim
    assert world.settle(outcome, seen=1, floor_kva=Decimal(3)) == "NEWS"
    assert (world.claim, world.bus.events) == (before, [])
    assert world.settle(outcome, seen=2, floor_kva=Decimal(3)) == outcome


def test_limitation_is_closed_and_a_floor_raised_as_of_the_read_that_showed_it() -> None:
    read_at = LATER - timedelta(minutes=7)
    world = world_of(held())
    world.settle("RESTORED", read_at=read_at)
    assert world.claim.closed_at == read_at
    world = world_of(held())
    world.settle("FLOOR_RAISED", floor_kva=Decimal(3), read_at=read_at)
    assert world.claims.items["LIM-1"]["floorRaisedAt"] == to_text(read_at)


def test_power_at_a_point_that_the_limitation_has_left_proves_nothing_and_ends_its_order() -> None:
    left = "30000000000099"
    for ordered_for, stays in ((left, None), (POINT, order())):
        world = world_of(held(open_order=replace(order(), point_id=ordered_for)))
        assert world.settle("RESTORED", point_id=left) == "NEWS"
        assert (world.claim.status, world.claim.open_order) == (LimitationStatus.LIMITED, stays)
        assert world.settle("RESTORED", point_id=POINT) == "RESTORED"


@pytest.mark.parametrize("status", [None, OrderStatus.SENDING, OrderStatus.UNKNOWN, OrderStatus.ACCEPTED])
@pytest.mark.parametrize("outcome", ["ALREADY_RESTORED", "CONTRACT_ENDED"])
def test_order_that_enedis_may_have_accepted_stays_as_it_is_when_its_limitation_is_closed_and_any_other_is_withdrawn(
    status: OrderStatus | None, outcome: str
) -> None:
    world = world_of(held(open_order=order()))
    if status:
        world.claims.has_come_to(status)
    assert world.settle(outcome) == outcome
    assert world.claims.status_of() is (status or OrderStatus.WITHDRAWN)


@pytest.mark.parametrize("outcome", POWER_IS_BACK)
def test_others_in_force_at_the_point_are_looked_at_when_power_is_back_for_one(outcome: str) -> None:
    world = world_of(
        held(),
        second(),
        second(limitation_id="LIM-3", status=LimitationStatus.FLOOR_RAISED),
        second(limitation_id="LIM-4", status=LimitationStatus.REQUESTED),
        second(limitation_id="LIM-5", point_id="30000000000099"),
    )
    assert world.settle(outcome) == outcome
    assert world.told == [("LIM-2", "PointRestored|LIM-1:1"), ("LIM-3", "PointRestored|LIM-1:1")]


@pytest.mark.parametrize("outcome", [*LET_GO, "FLOOR_RAISED", "CONTRACT_ENDED"])
def test_others_at_the_point_hear_nothing_of_an_end_without_power(outcome: str) -> None:
    world = world_of(held(), second())
    world.settle(outcome)
    assert world.told == []


def test_others_at_the_point_are_looked_at_by_the_repeat_of_a_settlement_that_died_before() -> None:
    world = world_of(held(), second())
    world.crash = True
    with pytest.raises(BusDown):
        world.settle()
    world.crash = False
    assert world.told == []
    assert world.settle() == "RESTORED"
    assert (world.told, len(world.taken_off)) == ([("LIM-2", "PointRestored|LIM-1:1")], 1)


@pytest.mark.parametrize(("mode", "asked_for"), [(Mode.ON, "GAS"), (Mode.SHADOW, None)])
def test_question_that_a_look_in_shadow_found_is_asked_anew_once_the_switch_is_on(
    mode: Mode, asked_for: str | None
) -> None:
    world = world_of(held(asked_for="GAS", mode=mode))
    world.settle("SHADOW" if mode is Mode.SHADOW else "LEFT_TO_ADVISOR")
    assert world.claim.asked_for == asked_for


@pytest.mark.parametrize(
    ("status", "stays"), [(OrderStatus.ACCEPTED, True), (OrderStatus.SENDING, True), (OrderStatus.NOT_SENT, False)]
)
def test_order_that_enedis_may_have_stays_with_a_cancelled_limitation_to_be_finished_if_it_opens_again(
    status: OrderStatus, *, stays: bool
) -> None:
    world = world_of(held(status=LimitationStatus.CANCELLED, open_order=order()))
    world.claims.has_come_to(status)
    world.settle("CANCELLED_BY_BILLING")
    assert (world.claim.open_order is not None) is stays


def test_cancellation_that_billing_took_back_meanwhile_is_news() -> None:
    world = world_of(held(status=LimitationStatus.LIMITED))
    assert world.settle("CANCELLED_BY_BILLING") == "NEWS"
    assert world.claim.holder == ME


@pytest.mark.parametrize("outcome", [*LET_GO, "FLOOR_RAISED"])
def test_limitation_that_ended_at_billing_is_looked_at_instead_of_let_go(outcome: str) -> None:
    world = world_of(held(status=LimitationStatus.CANCELLED))
    assert world.settle(outcome, floor_kva=Decimal(3)) == "NEWS"
    assert (world.claim.status, world.bus.events) == (LimitationStatus.CANCELLED, [])


# ── Letting go ──


def test_case_at_the_advisors_is_theirs_since_the_claim_that_first_ended_so_until_one_ends_otherwise() -> None:
    world = world_of(held())
    world.settle("LEFT_TO_ADVISOR")
    assert world.claim.left_since == NOON
    for generation, outcome, since in ((2, "NO_ORDER", NOON), (3, "BALANCE_DUE", None)):
        world.claims.change(holder=ME, generation=generation, claimed_at=LATER)
        world.settle(outcome, generation=generation)
        assert world.claim.left_since == since


def test_case_that_was_registered_again_is_not_the_advisors_since_long_ago() -> None:
    world = world_of(held(registered_at=LATER, claimed_at=LATER, left_since=NOON))
    world.settle("LEFT_TO_ADVISOR")
    assert world.claim.left_since == LATER


@pytest.mark.parametrize("outcome", LET_GO)
def test_limitation_that_stays_open_is_let_go(outcome: str) -> None:
    world = world_of(held(trigger_count=2))
    assert world.settle(outcome, seen=2) == outcome
    assert (world.claim.holder, world.claim.status) == (None, LimitationStatus.LIMITED)
    assert (world.claim.last_outcome, world.taken_off) == (outcome, [])


@pytest.mark.parametrize("outcome", LET_GO)
def test_limitation_is_let_go_only_when_every_trigger_was_looked_at(outcome: str) -> None:
    world = world_of(held(trigger_count=3))
    assert world.settle(outcome, seen=2) == "NEWS"
    assert (world.claim.holder, world.bus.events) == (ME, [])


def test_payment_that_joins_while_a_refusal_is_decided_is_looked_at() -> None:
    world = world_of(held(trigger_count=2))
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
    world = world_of(held(open_order=order(REMOTELY, ordinal)))
    world.settle("LEFT_TO_ADVISOR", ended_order="LIM-1/R/1")
    assert world.claim.open_order == (order(REMOTELY, ordinal) if stays else None)


# ── A raised floor ──


def test_raised_floor_is_recorded_and_the_limitation_let_go() -> None:
    world = world_of(held(open_order=order(TO_FLOOR)))
    more: dict[str, Any] = {"rejected": True, "unclaimable": Decimal(9)}
    assert world.settle("FLOOR_RAISED", floor_kva=Decimal(3), **more) == "FLOOR_RAISED"
    raised = world.claim
    assert (raised.status, raised.limited_power_kva) == (LimitationStatus.FLOOR_RAISED, Decimal(3))
    assert (raised.holder, raised.open_order) == (None, None)
    told = {"floor_kva": Decimal(3), "raised_at": LATER, "rejected": True, "unclaimable": Decimal(9), "demand": None}
    assert world.published("PowerFloorRaised").items() >= told.items()


def test_raised_floor_is_recorded_and_published_although_there_is_news_to_look_at() -> None:
    world = world_of(held(open_order=order(TO_FLOOR), trigger_count=3))
    assert world.settle("FLOOR_RAISED", seen=2, floor_kva=Decimal(3)) == "NEWS"
    raised = world.claim
    assert (raised.status, raised.holder, raised.open_order) == (LimitationStatus.FLOOR_RAISED, ME, None)
    assert world.bus.ids == ["LIM-1:1:PowerFloorRaised:2026-05-04T12:30:00.000Z/01234567890123"]


@pytest.mark.parametrize("ended", ["LIM-1/F/1", None])
def test_late_call_of_an_earlier_look_leaves_the_order_of_a_younger_one(ended: str | None) -> None:
    """It would be taken off, and a second order would be placed beside it."""
    younger = replace(order(REMOTELY, 2), seen=3)
    world = world_of(held(open_order=younger, trigger_count=3))
    assert world.settle("FLOOR_RAISED", seen=2, floor_kva=Decimal(3), ended_order=ended) == "NEWS"
    assert (world.claim.status, world.claim.open_order, world.bus.ids) == (LimitationStatus.LIMITED, younger, [])


def test_floor_that_another_order_has_raised_again_is_another_event() -> None:
    """The point was limited again before the first was recorded; the customer may owe another amount now."""
    raised = {"status": LimitationStatus.FLOOR_RAISED, "limited_power_kva": Decimal(3), "floor_raised_at": NOON}
    world = world_of(held(open_order=order(TO_FLOOR), **raised))
    world.settle("FLOOR_RAISED", floor_kva=Decimal(3))
    assert world.published("PowerFloorRaised")["raised_at"] == LATER


def test_floor_that_is_settled_again_after_another_read_is_the_same_event() -> None:
    world = world_of(held(open_order=order(TO_FLOOR), trigger_count=3))
    for seen, read_at in ((2, NOON), (3, LATER)):
        world.settle("FLOOR_RAISED", seen=seen, floor_kva=Decimal(3), read_at=read_at)
    raised = [each for each in world.bus.ids if "PowerFloorRaised" in each]
    assert raised == ["LIM-1:1:PowerFloorRaised:2026-05-04T12:00:00.000Z/01234567890123"] * 2


# ── Who settles ──


PUBLISHED = free(status=LimitationStatus.CLOSED, generation=1, settlement=settled(published=True))
ANOTHER_S = settled("BALANCE_DUE", execution="arn:execution-3")


@cases(
    "claim, outcome, by, said",
    {
        "its holder has been taken over": (held(holder=OTHER, generation=2), "RESTORED", ME, "SUPERSEDED"),
        "so it does not let go": (held(holder=OTHER, generation=2), "BALANCE_DUE", ME, "SUPERSEDED"),
        "who took over has let go": (free(generation=2), "RESTORED", ME, "SUPERSEDED"),
        "nor lets it go": (free(generation=2), "BALANCE_DUE", ME, "SUPERSEDED"),
        # Its own late call claimed for it again: it looks again.
        "it was claimed for again": (held(generation=3, settlement=settled()), "RESTORED", ME, "NEWS"),
        "claimed for again": (held(generation=3, settlement=settled("BALANCE_DUE")), "BALANCE_DUE", ME, "NEWS"),
        "all is published": (PUBLISHED, "UNPUBLISHED", OTHER, "SUPERSEDED"),
        "the end is another's": (held(holder=OTHER, generation=2, settlement=ANOTHER_S), "RESTORED", ME, "SUPERSEDED"),
        "nothing is registered": (free(limitation_id="LIM-9"), "RESTORED", ME, "SUPERSEDED"),
    },
)
def test_nothing_is_settled_or_published_where(claim: Claim, outcome: str, by: str, said: str) -> None:
    world = world_of(claim)
    assert world.settle(outcome, by=by) == said
    assert (world.claims.tables.writes, world.bus.events, world.taken_off) == (0, [], [])


@pytest.mark.parametrize("outcome", ["RESTORED", "BALANCE_DUE", "FLOOR_RAISED"])
def test_execution_that_is_taken_over_while_it_settles_looks_again_and_publishes_nothing(outcome: str) -> None:
    world = world_of(held())
    world.claims.tables.meanwhile = lambda: world.claims.change(holder=OTHER, generation=2)
    with pytest.raises(ClaimContended):
        world.settle(outcome, floor_kva=Decimal(3))
    assert (world.settle(outcome), world.bus.events) == ("SUPERSEDED", [])


@pytest.mark.parametrize("refused", ["DunningStopRequested", "PowerRestored"])
def test_settlement_that_died_between_its_events_is_published_by_its_repeat_under_the_same_ids(refused: str) -> None:
    world = world_of(held())
    world.bus.refuse = refused
    with pytest.raises(BusDown):
        world.settle()
    assert world.claim.status is LimitationStatus.CLOSED
    world.bus.refuse = None
    assert world.settle() == "RESTORED"
    assert world.bus.ids[-2:] == ["LIM-1:1:DunningStopRequested:", "LIM-1:1:PowerRestored:"]
    assert world.claim.settlement == settled(paid=False, published=True, ground=COVERED)


def test_execution_that_finds_an_unpublished_settlement_publishes_it_as_it_was_and_has_nothing_else_to_do() -> None:
    closed = free(
        status=LimitationStatus.CLOSED, generation=1, settlement=settled(reference="LIM-1/R/1", ground=COVERED)
    )
    world = world_of(closed)
    assert world.settle("UNPUBLISHED", by=OTHER) == "SUPERSEDED"
    assert world.bus.ids == ["LIM-1:1:DunningStopRequested:", "LIM-1:1:PowerRestored:"]
    assert world.published("PowerRestored")["reference"] == "LIM-1/R/1"
    assert world.claim.settlement
    assert world.claim.settlement.published


def test_repeat_lists_again_what_was_reopened_and_taken_off_although_the_next_claim_has_published() -> None:
    reopened = held(holder=OTHER, generation=2, settlement=settled(published=True))
    world = World(InMemoryClaims(reopened))
    assert (world.settle(), world.bus.ids, world.taken_off) == ("RESTORED", [], [])
    assert world.listed == ["LIM-1"]


def test_own_settlement_is_still_published_when_another_holds_the_limitation_since() -> None:
    world = world_of(held(holder=OTHER, generation=2, settlement=settled("BALANCE_DUE")))
    assert world.settle("BALANCE_DUE") == "BALANCE_DUE"
    assert world.bus.ids[0] == "LIM-1:1:DunningHoldReleased:", "of the old generation, so consumers ignore it"
