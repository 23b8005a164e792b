"""The state machine learns what a claim knows: advisors' decisions, and whether to look at the point."""

from dataclasses import replace
from typing import Any

import pytest

from restoration.domain.claim import AdvisorWord, Claim, HolderStatus
from restoration.domain.claimant import Claimant
from restoration.domain.limitation import Trigger
from tests.cases import cases
from tests.fakes.claim_world import world_of
from tests.fakes.claims import OTHER, again, first_look, free, held, question, trigger, trigger_of
from tests.fakes.samples import NOON

ANOTHER_PAYMENT = trigger(name="PAY-2:CAPTURED")
THE_WORD = "LIM-1:2026-05-04T14:00:00+02:00"


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
    world = world_of(claim, holder=HolderStatus.ENDED)
    if came:
        world.claims.note("LIM-1", came)
    assert world.ask(asked)["advisorDecision"] == counts


@pytest.mark.parametrize(("claim", "counts"), [(held(), "NO_ANSWER"), (advised("RESTORE", 1), "RESTORE")])
def test_question_that_nobody_answered_is_returned_as_such_unless_a_decision_came_at_the_last_moment(
    claim: Claim, counts: str
) -> None:
    assert world_of(claim).ask(again(), unanswered=True)["advisorDecision"] == counts


def test_execution_of_a_decision_that_was_settled_meanwhile_has_nothing_to_do() -> None:
    """The holder's look knew it. Without it the rules could give power back to somebody who was refused."""
    world = world_of(advised("REFUSE", 2, holder=None, seen=2))
    assert world.ask(first_look(because=trigger("AdvisorDecided", THE_WORD)))["standing"] == "JOINED"
    assert world.claims.tables.writes == 0


@pytest.mark.parametrize(("seen", "answered"), [(1, True), (2, False)])
def test_question_is_answered_by_a_decision_that_came_since_the_last_look(seen: int, *, answered: bool) -> None:
    facts = world_of(advised("RESTORE", 2)).ask(replace(again(seen=seen), question=question()))
    assert facts["answered"] is answered
    assert facts["question"] == (None if answered else question().facts)


# ── The daily flow ──


FLOW = trigger("EnedisFlow", "flow of 2026-05-05")


def test_daily_flow_that_woke_the_claim_asks_for_a_look_at_the_point_once() -> None:
    world = world_of(free())
    world.claims.note("LIM-1", FLOW)
    assert world.ask(first_look(because=FLOW))["flowAsks"] is True
    assert world.ask(again(because=FLOW, seen=1))["flowAsks"] is False
    world.claims.note("LIM-1", ANOTHER_PAYMENT)
    assert world.ask(again(seen=1))["flowAsks"] is False, "a payment asks for none"
    world.claims.note("LIM-1", replace(FLOW, id="flow of 2026-05-06"))
    assert world.ask(again(seen=2))["flowAsks"] is True
    assert world.ask(again(seen=3))["flowAsks"] is False
