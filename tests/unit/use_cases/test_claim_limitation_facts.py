"""The state machine learns what a claim knows: advisors' decisions, payments, and whether to look at the point."""

from dataclasses import replace
from typing import Any

import pytest

from restoration.domain.claim import AdvisorWord, Claim, HolderStatus
from tests.fakes.claim_world import world_of
from tests.fakes.claims import OTHER, again, first_look, free, held, numbered, question, trigger, trigger_of
from tests.fakes.samples import NOON

PAYMENT = "PaymentReceived|PAY-1:CAPTURED"
ANOTHER_PAYMENT = trigger(name="PAY-2:CAPTURED")
THE_WORD = "LIM-1:2026-05-04T14:00:00+02:00"


# ── What the advisor said ──


def advised(decision: str, count: int, **changes: Any) -> Claim:
    return held(word=AdvisorWord(THE_WORD, decision, NOON, count), trigger_count=count, **changes)


@pytest.mark.parametrize("decision", ["RESTORE", "REFUSE", "SEND_TECHNICIAN"])
def test_advisor_s_decision_holds_for_the_claim_that_it_came_in(decision: str) -> None:
    assert world_of(advised(decision, 2)).ask(again(seen=1))["advisorDecision"] == decision


@pytest.mark.parametrize(("decision", "then"), [("RESTORE", "RESTORE"), ("SEND_TECHNICIAN", "SEND_TECHNICIAN")])
def test_yes_of_an_advisor_holds_for_the_claim_whatever_comes(decision: str, then: str) -> None:
    world = world_of(advised(decision, 2))
    world.claims.note("LIM-1", trigger_of("PaymentReceived|PAY-2:CAPTURED"))
    assert world.ask(again(seen=2))["advisorDecision"] == then


def test_refusal_of_an_advisor_holds_until_the_next_trigger() -> None:
    world = world_of(advised("REFUSE", 2))
    assert world.ask(again(seen=2))["advisorDecision"] == "REFUSE"
    world.claims.note("LIM-1", trigger_of("PaymentReceived|PAY-2:CAPTURED"))
    assert world.ask(again(seen=2))["advisorDecision"] == "NONE"


def test_refusal_of_an_advisor_holds_whatever_billing_reports_of_the_limitation() -> None:
    world = world_of(advised("REFUSE", 2))
    world.claims.note("LIM-1", trigger_of("PowerLimited|LIM-1:2026-05-04T14:30:00.000Z"))
    assert world.ask(again(seen=2))["advisorDecision"] == "REFUSE"


def test_decision_on_an_earlier_claim_counts_no_more() -> None:
    assert world_of(advised("RESTORE", 2, seen=2)).ask(again(seen=2))["advisorDecision"] == "NONE"


@pytest.mark.parametrize("decision", ["RESTORE", "REFUSE"])
def test_decision_that_started_the_claim_holds_for_it(decision: str) -> None:
    waiting = free(word=AdvisorWord(THE_WORD, decision, NOON, 3), trigger_count=3)
    assert world_of(waiting).ask(first_look(because=trigger("AdvisorDecided", THE_WORD)))["advisorDecision"] == decision


def test_refusal_that_came_before_the_holder_waited_is_not_undone_by_its_own_execution() -> None:
    """The decision found no token, so it started an execution, which finds the holder alive."""
    world = world_of(advised("REFUSE", 2, holder=OTHER))
    assert world.ask(first_look(because=trigger("AdvisorDecided", THE_WORD)))["standing"] == "JOINED"
    assert world.ask(again(OTHER, seen=1))["advisorDecision"] == "REFUSE"


@pytest.mark.parametrize(("decision", "counted"), [("RESTORE", "RESTORE"), ("REFUSE", "NONE")])
def test_decision_whose_own_execution_never_looked_counts_for_the_next_claim(decision: str, counted: str) -> None:
    """The switch was off, or the execution was stopped. A refusal lapses, for the payment came after it."""
    world = world_of(advised(decision, 2, holder=None, generation=1, seen=1))
    world.claims.note("LIM-1", ANOTHER_PAYMENT)
    assert world.ask(first_look(because=ANOTHER_PAYMENT))["advisorDecision"] == counted


def test_refusal_that_a_dead_holder_had_lapses_when_a_payment_takes_over() -> None:
    world = world_of(advised("REFUSE", 2, holder=OTHER), holder=HolderStatus.ENDED)
    world.claims.note("LIM-1", ANOTHER_PAYMENT)
    assert world.ask(first_look(because=ANOTHER_PAYMENT))["advisorDecision"] == "NONE"


def test_nightly_check_that_takes_over_is_no_news_to_a_refusal() -> None:
    world = world_of(advised("REFUSE", 2, holder=OTHER), holder=HolderStatus.ENDED)
    assert world.ask(first_look(because=trigger("NightlyCheck", "N-1")))["advisorDecision"] == "REFUSE"


def test_execution_of_a_decision_that_was_settled_meanwhile_has_nothing_to_do() -> None:
    """The holder's look knew it. Without it the rules could give power back to somebody who was refused."""
    world = world_of(advised("REFUSE", 2, holder=None, seen=2))
    assert world.ask(first_look(because=trigger("AdvisorDecided", THE_WORD)))["standing"] == "JOINED"
    assert world.claims.tables.writes == 0


def test_decision_that_a_settled_look_knew_counts_no_more_when_its_own_execution_joins_the_next_claim() -> None:
    world = world_of(advised("REFUSE", 2, holder=OTHER, seen=2))
    world.ask(first_look(because=trigger("AdvisorDecided", THE_WORD)))
    assert world.ask(again(OTHER, seen=2))["advisorDecision"] == "NONE"


def test_question_that_nobody_answered_is_returned_as_such() -> None:
    assert world_of(held()).ask(again(), unanswered=True)["advisorDecision"] == "NO_ANSWER"


def test_decision_that_came_at_the_last_moment_counts_although_the_question_s_time_was_up() -> None:
    assert world_of(advised("RESTORE", 1)).ask(again(), unanswered=True)["advisorDecision"] == "RESTORE"


@pytest.mark.parametrize(("seen", "answered"), [(1, True), (2, False)])
def test_question_is_answered_by_a_decision_that_came_since_the_last_look(seen: int, *, answered: bool) -> None:
    facts = world_of(advised("RESTORE", 2)).ask(replace(again(seen=seen), question=question()))
    assert facts["answered"] is answered
    assert facts["question"] == (None if answered else question().facts)


def test_question_that_is_open_still_is_returned_with_its_time() -> None:
    facts = world_of(held(question=question())).ask(again())
    assert facts["question"] == {"number": 1, "reason": "NEGATIVE_DEBT", "askedAt": 1777896000000}


# ── The payments that it knows ──


@pytest.mark.parametrize(
    ("kept", "paid"),
    [
        (PAYMENT, True),
        ("PaymentCleared|PAY-1@2026-05-04T10:00:00.000Z:PaymentCleared", False),
        ("AdvisorDecided|LIM-1:1", False),
    ],
)
def test_only_a_payment_that_came_counts_as_paid(kept: str, *, paid: bool) -> None:
    assert world_of(held(facts=numbered(kept))).ask(again())["paid"] is paid


# ── The daily flow ──


FLOW = trigger("EnedisFlow", "flow of 2026-05-05")


def test_daily_flow_that_woke_the_claim_asks_for_a_look_at_the_point_once() -> None:
    world = world_of(free())
    world.claims.note("LIM-1", FLOW)
    assert world.ask(first_look(because=FLOW))["flowAsks"] is True
    assert world.ask(again(because=FLOW, seen=1))["flowAsks"] is False


def test_daily_flow_that_joins_asks_the_holder_once() -> None:
    world = world_of(held(holder=OTHER, trigger_count=4))
    world.claims.note("LIM-1", FLOW)
    assert world.ask(again(OTHER, seen=4))["flowAsks"] is True
    assert world.ask(again(OTHER, seen=5))["flowAsks"] is False


def test_payment_asks_for_no_look_at_the_point() -> None:
    world = world_of(held(holder=OTHER))
    world.ask(first_look())
    assert world.ask(again(OTHER))["flowAsks"] is False
