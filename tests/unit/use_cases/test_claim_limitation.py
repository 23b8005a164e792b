"""One execution acts on a limitation; the others leave it a mark, and a dead holder is taken over."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from restoration.domain.claim import AdvisorWord, Claim, DeadHolder, HolderStatus
from restoration.domain.claimant import Claimant
from restoration.domain.limitation import LimitationStatus
from restoration.domain.switch import Mode, Switch
from restoration.errors import ClaimContended
from tests.cases import cases
from tests.fakes.claim_world import World, world_of
from tests.fakes.claims import (
    LATER,
    ME,
    OTHER,
    REMOTELY,
    BusDown,
    again,
    first_look,
    free,
    held,
    numbered,
    order,
    settled,
    trigger,
)
from tests.fakes.samples import NOON, POINT

PAYMENT = "PaymentReceived|PAY-1:CAPTURED"
ANOTHER_PAYMENT = trigger(name="PAY-2:CAPTURED")
THE_WORD = "LIM-1:2026-05-04T14:00:00+02:00"


# ── Who claims, and who is told why not ──

DEAD, GONE = {"holder": HolderStatus.ENDED}, {"holder": HolderStatus.UNKNOWN}
OFF, SHADOW = {"switch": Switch(Mode.OFF, 100)}, {"switch": Switch(Mode.SHADOW, 100)}
MOVED = {"point_id": "30000000000099", "contract_id": "CON-9"}
TAKEN_OVER = DeadHolder(OTHER, HolderStatus.ENDED, Mode.ON)
INHERITED = {"facts": numbered(PAYMENT, first=3), "word": AdvisorWord(THE_WORD, "RESTORE", NOON, 2), "seen": 1}
UNPUBLISHED = settled(outcome="BALANCE_DUE", published=False)
CLOSED = free(status=LimitationStatus.CLOSED, generation=1, settlement=settled(published=False))


@cases(
    "claim, met, told",
    {
        "a free limitation": (free(), {}, {"standing": "CLAIMED", "generation": 1, "mode": "on", "holder": ME}),
        "one that was claimed before, with nothing of the earlier claim": (
            free(generation=3, trigger_count=8, seen=7, facts={"PaymentReceived|PAY-0:CAPTURED": 7, PAYMENT: 8}),
            {},
            {"generation": 4, "seen": 8, "payments": {"PAY-1": "CAPTURED"}},
        ),
        "one that was taken over before": (free(generation=2, taken_over_from=TAKEN_OVER), {}, {"generation": 3}),
        "of a holder that ended without letting go": (held(holder=OTHER), DEAD, {"generation": 2, "mode": "on"}),
        "of a holder that Step Functions does not know any more": (
            held(holder=OTHER, claimed_at=LATER - timedelta(minutes=5)), GONE, {"standing": "CLAIMED"},
        ),
        "of a dead holder, with its triggers and the advisor's decision": (
            held(holder=OTHER, trigger_count=3, **INHERITED),
            DEAD,
            {"payments": {"PAY-1": "CAPTURED"}, "advisorDecision": "RESTORE"},
        ),
        "of a dead holder, with its open order in the mode that it was placed in": (
            held(holder=OTHER, open_order=order()), DEAD | SHADOW, {"mode": "on", "openOrder": "LIM-1/R/1"},
        ),
        "of a dead holder, else as the switch says": (held(holder=OTHER), DEAD | SHADOW, {"mode": "shadow"}),
        "of a dead holder, to settle what billing cancelled": (
            held(holder=OTHER, status=LimitationStatus.CANCELLED), DEAD, {"standing": "CANCELLED"},
        ),
        "in shadow where nobody is in the rollout": (free(), {"switch": Switch(Mode.ON, 0)}, {"mode": "shadow"}),
    },
)  # fmt: skip
def test_execution_claims(claim: Claim, met: dict[str, Any], told: dict[str, Any]) -> None:
    world = world_of(claim, **met)
    assert world.ask(first_look(because=ANOTHER_PAYMENT)).items() >= told.items()
    assert (world.claim.holder, world.claim.claimed_at) == (ME, LATER)
    assert ("RestorationTakenOver" in world.bus.types) is (bool(claim.holder) and world.claim.mode is Mode.ON)


@cases(
    "claim, asked, met, told",
    {
        "closed": (free(status=LimitationStatus.CLOSED), first_look(), {}, {"standing": "NOT_LIMITED"}),
        "cancelled": (free(status=LimitationStatus.CANCELLED), first_look(), {}, {"standing": "NOT_LIMITED"}),
        "its contract ended": (free(status=LimitationStatus.ENDED), first_look(), {}, {"standing": "NOT_LIMITED"}),
        "its holder, which sees the new triggers, in its generation": (
            held(trigger_count=4, facts=numbered(PAYMENT), taken_over_from=TAKEN_OVER),
            again(seen=2),
            {},
            {"standing": "HELD", "generation": 1, "seen": 4},
        ),
        # It died, was taken over, and that one died: then its first call came through and took it back.
        "its holder, which its own late call claimed for again": (
            held(generation=3), again(generation=1), {}, {"standing": "HELD", "generation": 3},
        ),
        "its holder, under the contract and at the point of today": (
            held(**MOVED), again(), {}, {"pointId": "30000000000099", "contractId": "CON-9"},
        ),
        "its holder, at the point of the order that is open": (
            held(open_order=order(), **MOVED), again(), {}, {"pointId": POINT, "contractId": "CON-9"},
        ),
        "its holder, of what billing cancelled": (
            held(status=LimitationStatus.CANCELLED), again(), {}, {"standing": "CANCELLED"},
        ),
        "its holder, whose contract ended": (
            held(status=LimitationStatus.ENDED), again(), {}, {"standing": "CONTRACT_ENDED"},
        ),
        "taken over by another": (held(holder=OTHER, generation=2), again(), {}, {"standing": "SUPERSEDED"}),
        "taken over by another that let it go": (free(generation=2), again(), {}, {"standing": "SUPERSEDED"}),
        "left to a live holder, which sees the fact": (
            held(holder=OTHER, trigger_count=1, facts=numbered(PAYMENT)),
            first_look(),
            {},
            {"standing": "JOINED", "holder": OTHER},
        ),
        "switched off, free": (free(), first_look(), OFF, {"standing": "OFF"}),
        "switched off, with a live holder": (held(holder=OTHER), first_look(), OFF, {"standing": "JOINED"}),
        "switched off, with a dead holder": (held(holder=OTHER), first_look(), OFF | DEAD, {"standing": "OFF"}),
        "unpublished, redriven": (CLOSED, first_look(), {}, {"standing": "UNPUBLISHED"}),
        "unpublished, for its execution again": (CLOSED, again(), {}, {"standing": "UNPUBLISHED"}),
        "unpublished, for any other": (CLOSED, first_look(OTHER), {}, {"standing": "UNPUBLISHED"}),
        "unpublished although it is open": (
            free(generation=1, settlement=UNPUBLISHED), again(), {}, {"standing": "UNPUBLISHED"},
        ),
        "unpublished, for whose fact was seen": (
            free(generation=1, seen=1, facts=numbered(PAYMENT), settlement=replace(UNPUBLISHED, execution=OTHER)),
            first_look(),
            {},
            {"standing": "UNPUBLISHED"},
        ),
        "settled and published by its own late call": (
            replace(CLOSED, settlement=settled(published=True)), again(), {}, {"standing": "UNPUBLISHED"},
        ),
    },
)  # fmt: skip
def test_execution_is_told_how_the_limitation_stands_and_writes_nothing(
    claim: Claim, asked: Claimant, met: dict[str, Any], told: dict[str, Any]
) -> None:
    world = world_of(claim, **met)
    assert world.ask(asked).items() >= told.items()
    assert (world.claims.tables.writes, world.bus.events) == (0, [])


def test_own_claim_is_recognised_after_a_lost_response_although_the_switch_was_turned_off_meanwhile() -> None:
    world = world_of(free())
    first = world.ask(first_look())
    world.switch = Switch(Mode.OFF, 100)
    assert world.ask(first_look()) == first
    assert (first["standing"], first["mode"], world.claims.tables.writes) == ("CLAIMED", "on", 1)


def test_two_that_claim_at_once_do_not_both_get_it() -> None:
    world = world_of(free())
    world.claims.tables.meanwhile = lambda: world.claims.change(holder=OTHER, generation=1)
    with pytest.raises(ClaimContended, match="LIM-1"):
        world.ask(first_look())
    assert world.claim.holder == OTHER


def test_holder_that_looks_again_keeps_its_mode_whatever_the_switch_says_now() -> None:
    world = world_of(held(), switch=Switch(Mode.SHADOW, 100))
    assert world.ask(again())["mode"] == "on"
    assert world.switched == 0


# ── While it claims ──


def test_execution_that_takes_over_knows_a_fact_that_is_noted_in_between() -> None:
    world = world_of(held(holder=OTHER, trigger_count=1, facts=numbered(PAYMENT)), holder=HolderStatus.ENDED)
    world.claims.tables.meanwhile = lambda: world.claims.note("LIM-1", ANOTHER_PAYMENT)
    facts = world.ask(first_look())
    assert set(facts["payments"]) == {"PAY-1", "PAY-2"}


@pytest.mark.parametrize("status", ["ENDED", "UNKNOWN"])
def test_take_over_is_published_with_the_dead_execution(status: str) -> None:
    world = world_of(held(holder=OTHER), holder=HolderStatus(status))
    world.ask(first_look())
    (event,) = world.bus.events
    assert event.id == "LIM-1:2:RestorationTakenOver:"
    told = {"execution": ME, "taken_over_from": OTHER, "status": status}
    assert event.model_dump().items() >= told.items()


def test_take_over_that_the_bus_did_not_take_is_published_by_the_next_try() -> None:
    world = world_of(held(holder=OTHER), holder=HolderStatus.ENDED)
    world.bus.refuse = "RestorationTakenOver"
    with pytest.raises(BusDown):
        world.ask(first_look())
    world.bus.refuse = None
    assert world.ask(first_look())["standing"] == "CLAIMED"
    assert [event.id for event in world.bus.events] == ["LIM-1:2:RestorationTakenOver:"]


def test_shadow_releases_the_hold_that_a_dead_live_holder_left() -> None:
    world = world_of(held(holder=OTHER), holder=HolderStatus.ENDED, switch=Switch(Mode.SHADOW, 100))
    world.ask(first_look())
    world.ask(first_look())
    assert set(world.bus.ids) == {"LIM-1:1:DunningHoldReleased:"}
    told = {"outcome": "SHADOW", "reason": "TAKEN_OVER", "contract_id": "CON-1"}
    assert world.bus.events[0].model_dump().items() >= told.items()


def test_holder_that_is_not_visible_yet_is_contended() -> None:
    young = held(holder=OTHER, claimed_at=LATER - timedelta(minutes=5) + timedelta(seconds=1))
    world = world_of(young, holder=HolderStatus.UNKNOWN)
    with pytest.raises(ClaimContended, match="not visible yet"):
        world.ask(first_look())
    assert world.claims.tables.writes == 0


# ── Orders and settlements that are found ──


def test_order_that_ended_is_returned_as_open_no_more() -> None:
    world = world_of(held(open_order=order(REMOTELY, 2), order_ordinal=2))
    assert world.ask(again())["openOrder"] == "LIM-1/R/2"
    facts = world.ask(again(), ended_order="LIM-1/R/2")
    assert (facts["openOrder"], facts["ordinal"]) == ("", 2)


def is_published(world: World) -> bool:
    return world.claim.settlement is not None and world.claim.settlement.published


def test_claim_of_an_open_limitation_publishes_its_last_end_first_where_nobody_did() -> None:
    """The execution that let it go was stopped over it, and the next end takes the place of that one."""
    let_go = free(generation=1, settlement=settled(execution=OTHER, outcome="BALANCE_DUE", published=False))
    world = world_of(let_go)
    world.bus.refuse = "BalanceDue"
    with pytest.raises(BusDown):
        world.ask(first_look())
    assert (world.claim.holder, is_published(world)) == (None, False)
    world.bus.refuse = None
    assert world.ask(first_look())["standing"] == "CLAIMED"
    assert world.bus.ids[-2:] == ["LIM-1:1:DunningHoldReleased:", "LIM-1:1:BalanceDue:"]
    assert is_published(world)


def test_end_that_was_reached_in_shadow_is_published_by_nobody() -> None:
    world = world_of(free(generation=1, settlement=settled(execution=OTHER, mode=Mode.SHADOW, published=False)))
    assert (world.ask(first_look())["standing"], world.bus.events) == ("CLAIMED", [])
    assert is_published(world)
