"""One execution acts on a limitation; the others leave it a mark, and a dead holder is taken over."""

from datetime import timedelta

import pytest

from restoration.domain.claim import AdvisorWord, DeadHolder, HolderStatus
from restoration.domain.claimant import Claimant
from restoration.domain.limitation import LimitationStatus
from restoration.domain.switch import Mode, Switch
from restoration.errors import ClaimContended
from tests.fakes.claim_world import World, world_of
from tests.fakes.claims import (
    LATER,
    ME,
    OTHER,
    REMOTELY,
    BusDown,
    InMemoryClaims,
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


# ── A claim ──


def test_first_execution_claims_a_free_limitation() -> None:
    world = world_of(free())
    facts = world.ask(first_look())
    assert (facts["standing"], facts["generation"], facts["mode"], facts["holder"]) == ("CLAIMED", 1, "on", ME)
    assert (world.claim.holder, world.claim.claimed_at) == (ME, LATER)


def test_later_claim_has_its_own_generation_and_nothing_of_the_earlier_one() -> None:
    world = world_of(free(generation=3, trigger_count=7, seen=7, facts=numbered("PaymentReceived|PAY-0:CAPTURED")))
    world.claims.note("LIM-1", trigger())
    facts = world.ask(first_look())
    assert (facts["generation"], facts["seen"], facts["payments"]) == (4, 8, {"PAY-1": "CAPTURED"})


def test_own_claim_is_recognised_after_a_lost_response_and_nothing_is_written() -> None:
    world = world_of(free())
    first = world.ask(first_look())
    assert world.ask(first_look()) == first
    assert world.claims.tables.writes == 1


def test_own_claim_is_recognised_although_the_switch_was_turned_off_meanwhile() -> None:
    world = world_of(free())
    world.ask(first_look())
    world.switch = Switch(Mode.OFF, 100)
    facts = world.ask(first_look())
    assert (facts["standing"], facts["mode"]) == ("CLAIMED", "on")


def test_two_that_claim_at_once_do_not_both_get_it() -> None:
    world = world_of(free())
    world.claims.tables.meanwhile = lambda: world.claims.change(holder=OTHER, generation=1)
    with pytest.raises(ClaimContended, match="LIM-1"):
        world.ask(first_look())
    assert world.claim.holder == OTHER


@pytest.mark.parametrize("status", [LimitationStatus.CLOSED, LimitationStatus.CANCELLED, LimitationStatus.ENDED])
def test_limitation_that_is_not_open_any_more_is_not_claimed(status: LimitationStatus) -> None:
    world = world_of(free(status=status))
    assert world.ask(first_look())["standing"] == "NOT_LIMITED"
    assert world.claims.tables.writes == 0


def test_limitation_that_the_register_does_not_know_is_not_limited() -> None:
    assert World(InMemoryClaims()).ask(first_look())["standing"] == "NOT_LIMITED"


# ── Looking again ──


def test_holder_that_looks_again_keeps_its_generation_and_sees_the_new_triggers() -> None:
    dead = DeadHolder(OTHER, HolderStatus.ENDED, Mode.ON)
    world = world_of(held(trigger_count=4, facts=numbered(PAYMENT), taken_over_from=dead))
    facts = world.ask(again(seen=2))
    assert (facts["standing"], facts["generation"], facts["seen"]) == ("HELD", 1, 4)
    assert (world.claims.tables.writes, world.bus.events) == (0, [])


def test_holder_that_looks_again_keeps_its_mode_whatever_the_switch_says_now() -> None:
    world = world_of(held(), switch=Switch(Mode.SHADOW, 100))
    assert world.ask(again())["mode"] == "on"
    assert world.switched == 0


def test_execution_that_was_taken_over_is_superseded_when_it_looks_again() -> None:
    world = world_of(held(holder=OTHER, generation=2))
    assert world.ask(again())["standing"] == "SUPERSEDED"
    assert world.claims.tables.writes == 0


def test_holder_that_its_own_late_call_claimed_for_again_gets_the_new_generation() -> None:
    """It died, was taken over, and that one died: then its first call came through and took it back."""
    world = world_of(held(generation=3))
    facts = world.ask(again(generation=1))
    assert (facts["standing"], facts["generation"], world.claims.tables.writes) == ("HELD", 3, 0)


def test_execution_that_was_taken_over_is_superseded_although_nobody_holds_the_limitation_now() -> None:
    assert world_of(free(generation=2)).ask(again())["standing"] == "SUPERSEDED"


@pytest.mark.parametrize(
    ("status", "standing"),
    [(LimitationStatus.CANCELLED, "CANCELLED"), (LimitationStatus.ENDED, "CONTRACT_ENDED")],
)
def test_holder_learns_that_its_limitation_ended_at_billing(status: LimitationStatus, standing: str) -> None:
    assert world_of(held(status=status)).ask(again())["standing"] == standing


# ── A live holder ──


def test_execution_that_finds_a_live_holder_leaves_all_to_it() -> None:
    """Its fact was noted before it was started, so the holder sees it."""
    world = world_of(held(holder=OTHER, trigger_count=1, facts=numbered(PAYMENT)))
    facts = world.ask(first_look())
    assert (facts["standing"], facts["holder"], world.claims.tables.writes) == ("JOINED", OTHER, 0)


def test_look_asks_under_the_contract_of_today_and_acts_at_the_point_of_an_open_order() -> None:
    moved = {"point_id": "30000000000099", "contract_id": "CON-9"}
    for open_order, where in ((None, ("30000000000099", "CON-9")), (order(), (POINT, "CON-9"))):
        facts = world_of(held(open_order=open_order, **moved)).ask(again())
        assert (facts["pointId"], facts["contractId"]) == where


# ── Taking over ──


def test_holder_that_ended_without_letting_go_is_taken_over() -> None:
    world = world_of(held(holder=OTHER), holder=HolderStatus.ENDED)
    facts = world.ask(first_look())
    assert (facts["standing"], facts["generation"], world.claim.holder) == ("CLAIMED", 2, ME)


def test_execution_that_takes_over_inherits_triggers_and_the_advisor_s_decision() -> None:
    word = AdvisorWord(THE_WORD, "RESTORE", NOON, 2)
    dead = held(holder=OTHER, trigger_count=3, facts=numbered(PAYMENT, first=3), word=word, seen=1)
    world = world_of(dead, holder=HolderStatus.ENDED)
    facts = world.ask(first_look(because=ANOTHER_PAYMENT))
    assert facts["payments"] == {"PAY-1": "CAPTURED"}
    assert facts["advisorDecision"] == "RESTORE"


def test_execution_that_takes_over_knows_a_fact_that_is_noted_in_between() -> None:
    world = world_of(held(holder=OTHER, trigger_count=1, facts=numbered(PAYMENT)), holder=HolderStatus.ENDED)
    world.claims.tables.meanwhile = lambda: world.claims.note("LIM-1", ANOTHER_PAYMENT)
    facts = world.ask(first_look())
    assert set(facts["payments"]) == {"PAY-1", "PAY-2"}


def test_open_order_is_taken_over_with_the_mode_that_it_was_placed_in() -> None:
    dead = held(holder=OTHER, open_order=order())
    world = world_of(dead, holder=HolderStatus.ENDED, switch=Switch(Mode.SHADOW, 100))
    facts = world.ask(first_look())
    assert (facts["mode"], facts["openOrder"]) == ("on", "LIM-1/R/1")


def test_without_an_open_order_an_execution_that_takes_over_goes_by_the_switch() -> None:
    world = world_of(held(holder=OTHER), holder=HolderStatus.ENDED, switch=Switch(Mode.SHADOW, 100))
    assert world.ask(first_look())["mode"] == "shadow"


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


def test_fresh_claim_after_a_take_over_publishes_none() -> None:
    world = world_of(free(generation=2, taken_over_from=DeadHolder(OTHER, HolderStatus.ENDED, Mode.ON)))
    world.ask(first_look())
    assert world.bus.events == []


def test_shadow_publishes_no_take_over() -> None:
    dead = held(holder=OTHER, mode=Mode.SHADOW)
    world = world_of(dead, holder=HolderStatus.ENDED, switch=Switch(Mode.SHADOW, 100))
    world.ask(first_look())
    assert world.bus.events == []


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


def test_holder_that_step_functions_does_not_know_any_more_is_taken_over() -> None:
    old = held(holder=OTHER, claimed_at=LATER - timedelta(minutes=5))
    world = world_of(old, holder=HolderStatus.UNKNOWN)
    assert world.ask(first_look())["standing"] == "CLAIMED"


def test_dead_holder_of_a_limitation_that_billing_cancelled_is_taken_over_to_settle_it() -> None:
    world = world_of(held(holder=OTHER, status=LimitationStatus.CANCELLED), holder=HolderStatus.ENDED)
    assert world.ask(first_look())["standing"] == "CANCELLED"


# ── The switch ──


OFF = Switch(Mode.OFF, 100)


def test_switched_off_nothing_is_claimed() -> None:
    world = world_of(free(), switch=OFF)
    assert world.ask(first_look())["standing"] == "OFF"
    assert world.claims.tables.writes == 0


def test_switched_off_a_live_holder_is_joined() -> None:
    world = world_of(held(holder=OTHER), switch=OFF)
    assert world.ask(first_look())["standing"] == "JOINED"


def test_switched_off_a_dead_holder_is_not_taken_over() -> None:
    world = world_of(held(holder=OTHER), switch=OFF, holder=HolderStatus.ENDED)
    assert world.ask(first_look())["standing"] == "OFF"
    assert world.claim.holder == OTHER


@pytest.mark.parametrize(("percent", "mode"), [(0, "shadow"), (100, "on")])
def test_share_of_the_rollout_decides_who_runs_in_shadow(percent: int, mode: str) -> None:
    assert world_of(free(), switch=Switch(Mode.ON, percent)).ask(first_look())["mode"] == mode


# ── Orders and settlements that are found ──


def test_order_that_ended_is_returned_as_open_no_more() -> None:
    world = world_of(held(open_order=order(REMOTELY, 2), order_ordinal=2))
    assert world.ask(again())["openOrder"] == "LIM-1/R/2"
    facts = world.ask(again(), ended_order="LIM-1/R/2")
    assert (facts["openOrder"], facts["ordinal"]) == ("", 2)


@pytest.mark.parametrize("asked", [first_look(), again(), first_look(OTHER)], ids=["redriven", "again", "another"])
def test_closed_limitation_is_unpublished_for_any_execution_that_finds_it_so(asked: Claimant) -> None:
    closed = free(status=LimitationStatus.CLOSED, generation=1, settlement=settled(published=False))
    assert world_of(closed).ask(asked)["standing"] == "UNPUBLISHED"


def test_own_settlement_that_was_published_is_superseded() -> None:
    closed = free(status=LimitationStatus.CLOSED, generation=1, settlement=settled(published=True))
    assert world_of(closed).ask(again())["standing"] == "SUPERSEDED"


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


def test_execution_whose_fact_was_seen_publishes_the_end_that_nobody_published() -> None:
    end = settled(execution=OTHER, outcome="BALANCE_DUE", published=False)
    world = world_of(free(generation=1, seen=1, facts=numbered(PAYMENT), settlement=end))
    assert world.ask(first_look())["standing"] == "UNPUBLISHED"


def test_own_settlement_that_was_not_published_goes_first_although_the_limitation_is_open() -> None:
    let_go = free(generation=1, settlement=settled(outcome="BALANCE_DUE", published=False))
    assert world_of(let_go).ask(again())["standing"] == "UNPUBLISHED"
