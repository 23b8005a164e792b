"""One execution acts on a limitation; the others leave it a mark, and a dead holder is taken over."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from restoration.domain.claim import AdvisorWord, Claim, DeadHolder, HolderStatus
from restoration.domain.claimant import Claimant
from restoration.domain.limitation import LimitationStatus, Trigger
from restoration.domain.switch import Mode, Switch
from restoration.errors import ClaimContended
from restoration.use_cases.claim_limitation import ClaimDesk
from tests.cases import cases
from tests.fakes.claims import (
    LATER,
    ME,
    ON,
    OTHER,
    REMOTELY,
    BusDown,
    Core,
    again,
    first_look,
    free,
    held,
    numbered,
    order,
    question,
    settled,
    trigger,
    trigger_of,
)
from tests.fakes.samples import NOON, POINT


@dataclass
class World(Core):
    """The claims, the executions that hold them, and the switch."""

    switch: Switch = ON
    switched: int = 0

    def read_switch(self) -> Switch:
        self.switched += 1
        return self.switch

    def ask(self, asked: Claimant, *, unanswered: bool = False, ended_order: str | None = None) -> dict[str, Any]:
        desk = ClaimDesk(self.claims, self.executions, self.bus, self.read_switch, lambda: LATER)
        return desk.claim("LIM-1", replace(asked, no_decision=unanswered, ended_order=ended_order))


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
    world = World.of(claim, **met)
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
    world = World.of(claim, **met)
    assert world.ask(asked).items() >= told.items()
    assert (world.claims.tables.writes, world.bus.events) == (0, [])


def test_own_claim_is_recognised_after_a_lost_response_although_the_switch_was_turned_off_meanwhile() -> None:
    world = World.of(free())
    first = world.ask(first_look())
    world.switch = Switch(Mode.OFF, 100)
    assert world.ask(first_look()) == first
    assert (first["standing"], first["mode"], world.claims.tables.writes) == ("CLAIMED", "on", 1)


def test_two_that_claim_at_once_do_not_both_get_it() -> None:
    world = World.of(free())
    world.claims.tables.meanwhile = lambda: world.claims.change(holder=OTHER, generation=1)
    with pytest.raises(ClaimContended, match="LIM-1"):
        world.ask(first_look())
    assert world.claim.holder == OTHER


def test_holder_that_looks_again_keeps_its_mode_whatever_the_switch_says_now() -> None:
    world = World.of(held(), switch=Switch(Mode.SHADOW, 100))
    assert world.ask(again())["mode"] == "on"
    assert world.switched == 0


# ── While it claims ──


def test_execution_that_takes_over_knows_a_fact_that_is_noted_in_between() -> None:
    world = World.of(held(holder=OTHER, trigger_count=1, facts=numbered(PAYMENT)), holder=HolderStatus.ENDED)
    world.claims.tables.meanwhile = lambda: world.claims.note("LIM-1", ANOTHER_PAYMENT)
    facts = world.ask(first_look())
    assert set(facts["payments"]) == {"PAY-1", "PAY-2"}


@pytest.mark.parametrize("status", ["ENDED", "UNKNOWN"])
def test_take_over_is_published_with_the_dead_execution_if_need_be_by_the_next_try(status: str) -> None:
    world = World.of(held(holder=OTHER), holder=HolderStatus(status))
    world.bus.refuse = "RestorationTakenOver"
    with pytest.raises(BusDown):
        world.ask(first_look())
    world.bus.refuse = None
    assert world.ask(first_look())["standing"] == "CLAIMED"
    (event,) = world.bus.events
    assert event.id == "LIM-1:2:RestorationTakenOver:"
    told = {"execution": ME, "taken_over_from": OTHER, "status": status}
    assert event.model_dump().items() >= told.items()


def test_shadow_releases_the_hold_that_a_dead_live_holder_left() -> None:
    world = World.of(held(holder=OTHER), holder=HolderStatus.ENDED, switch=Switch(Mode.SHADOW, 100))
    world.ask(first_look())
    world.ask(first_look())
    assert set(world.bus.ids) == {"LIM-1:1:DunningHoldReleased:"}
    told = {"outcome": "SHADOW", "reason": "TAKEN_OVER", "contract_id": "CON-1"}
    assert world.bus.events[0].model_dump().items() >= told.items()


def test_holder_that_is_not_visible_yet_is_contended() -> None:
    young = held(holder=OTHER, claimed_at=LATER - timedelta(minutes=5) + timedelta(seconds=1))
    world = World.of(young, holder=HolderStatus.UNKNOWN)
    with pytest.raises(ClaimContended, match="not visible yet"):
        world.ask(first_look())
    assert world.claims.tables.writes == 0


# ── Orders and settlements that are found ──


def test_order_that_ended_is_returned_as_open_no_more() -> None:
    world = World.of(held(open_order=order(REMOTELY, 2), order_ordinal=2))
    assert world.ask(again())["openOrder"] == "LIM-1/R/2"
    facts = world.ask(again(), ended_order="LIM-1/R/2")
    assert (facts["openOrder"], facts["ordinal"]) == ("", 2)


def is_published(world: World) -> bool:
    return world.claim.settlement is not None and world.claim.settlement.published


def test_claim_of_an_open_limitation_publishes_its_last_end_first_where_nobody_did() -> None:
    """The execution that let it go was stopped over it, and the next end takes the place of that one."""
    let_go = free(generation=1, settlement=settled(execution=OTHER, outcome="BALANCE_DUE", published=False))
    world = World.of(let_go)
    world.bus.refuse = "BalanceDue"
    with pytest.raises(BusDown):
        world.ask(first_look())
    assert (world.claim.holder, is_published(world)) == (None, False)
    world.bus.refuse = None
    assert world.ask(first_look())["standing"] == "CLAIMED"
    assert world.bus.ids[-2:] == ["LIM-1:1:DunningHoldReleased:", "LIM-1:1:BalanceDue:"]
    assert is_published(world)


def test_end_that_was_reached_in_shadow_is_published_by_nobody() -> None:
    world = World.of(free(generation=1, settlement=settled(execution=OTHER, mode=Mode.SHADOW, published=False)))
    assert (world.ask(first_look())["standing"], world.bus.events) == ("CLAIMED", [])
    assert is_published(world)


# ── What the advisor said ──


def advised(decision: str, count: int, **changes: Any) -> Claim:
    return held(word=AdvisorWord(THE_WORD, decision, NOON, count), trigger_count=count, **changes)


ITS_OWN = first_look(because=trigger("AdvisorDecided", THE_WORD))
BY_NIGHT = first_look(because=trigger("NightlyCheck", "N-1"))
BY_PAYMENT = first_look(because=ANOTHER_PAYMENT)
REPORTED = trigger_of("PowerLimited|LIM-1:2026-05-04T14:30:00.000Z")
OF_A_DEAD_HOLDER = advised("REFUSE", 2, holder=OTHER)
NEVER_LOOKED: dict[str, Any] = {"holder": None, "generation": 1, "seen": 1}
"""The switch was off, or the decision's own execution was stopped."""


@cases(
    "claim, came, asked, counts",
    {
        "a restoration counts for the claim that it came in": (advised("RESTORE", 2), None, again(seen=1), "RESTORE"),
        "so does a technician": (advised("SEND_TECHNICIAN", 2), None, again(seen=1), "SEND_TECHNICIAN"),
        "so does a refusal": (advised("REFUSE", 2), None, again(seen=1), "REFUSE"),
        "a restoration, whatever comes": (advised("RESTORE", 2), ANOTHER_PAYMENT, again(seen=2), "RESTORE"),
        "a technician, whatever comes": (
            advised("SEND_TECHNICIAN", 2), ANOTHER_PAYMENT, again(seen=2), "SEND_TECHNICIAN",
        ),
        "a refusal in the next look, too": (advised("REFUSE", 2), None, again(seen=2), "REFUSE"),
        "no refusal after the next payment": (advised("REFUSE", 2), ANOTHER_PAYMENT, again(seen=2), "NONE"),
        "a refusal whatever billing reports of it": (advised("REFUSE", 2), REPORTED, again(seen=2), "REFUSE"),
        "no decision on an earlier claim": (advised("RESTORE", 2, seen=2), None, again(seen=2), "NONE"),
        "a restoration that started the claim": (advised("RESTORE", 3, holder=None), None, ITS_OWN, "RESTORE"),
        "a refusal that started the claim": (advised("REFUSE", 3, holder=None), None, ITS_OWN, "REFUSE"),
        "a restoration for the next claim where its own never looked": (
            advised("RESTORE", 2, **NEVER_LOOKED), ANOTHER_PAYMENT, BY_PAYMENT, "RESTORE",
        ),
        "no refusal there, for the payment came after it": (
            advised("REFUSE", 2, **NEVER_LOOKED), ANOTHER_PAYMENT, BY_PAYMENT, "NONE",
        ),
        "none of a dead holder when a payment takes over": (OF_A_DEAD_HOLDER, ANOTHER_PAYMENT, BY_PAYMENT, "NONE"),
        "a refusal of a dead holder when the nightly check takes over": (OF_A_DEAD_HOLDER, None, BY_NIGHT, "REFUSE"),
    },
)  # fmt: skip
def test_advisor_s_decision_counts(claim: Claim, came: Trigger | None, asked: Claimant, counts: str) -> None:
    world = World.of(claim, holder=HolderStatus.ENDED)
    if came:
        world.claims.note("LIM-1", came)
    assert world.ask(asked)["advisorDecision"] == counts


@pytest.mark.parametrize(("claim", "counts"), [(held(), "NO_ANSWER"), (advised("RESTORE", 1), "RESTORE")])
def test_question_that_nobody_answered_is_returned_as_such_unless_a_decision_came_at_the_last_moment(
    claim: Claim, counts: str
) -> None:
    assert World.of(claim).ask(again(), unanswered=True)["advisorDecision"] == counts


def test_execution_of_a_decision_that_was_settled_meanwhile_has_nothing_to_do() -> None:
    """The holder's look knew it. Without it the rules could give power back to somebody who was refused."""
    world = World.of(advised("REFUSE", 2, holder=None, seen=2))
    assert world.ask(first_look(because=trigger("AdvisorDecided", THE_WORD)))["standing"] == "JOINED"
    assert world.claims.tables.writes == 0


@pytest.mark.parametrize(("seen", "answered"), [(1, True), (2, False)])
def test_question_is_answered_by_a_decision_that_came_since_the_last_look(seen: int, *, answered: bool) -> None:
    facts = World.of(advised("RESTORE", 2)).ask(replace(again(seen=seen), question=question()))
    assert facts["answered"] is answered
    assert facts["question"] == (None if answered else question().facts)


# ── The daily flow ──


FLOW = trigger("EnedisFlow", "flow of 2026-05-05")


def test_daily_flow_that_woke_the_claim_asks_for_a_look_at_the_point_once() -> None:
    world = World.of(free())
    world.claims.note("LIM-1", FLOW)
    assert world.ask(first_look(because=FLOW))["flowAsks"] is True
    assert world.ask(again(because=FLOW, seen=1))["flowAsks"] is False
    world.claims.note("LIM-1", ANOTHER_PAYMENT)
    assert world.ask(again(seen=1))["flowAsks"] is False, "a payment asks for none"
    world.claims.note("LIM-1", replace(FLOW, id="flow of 2026-05-06"))
    assert world.ask(again(seen=2))["flowAsks"] is True
    assert world.ask(again(seen=3))["flowAsks"] is False
