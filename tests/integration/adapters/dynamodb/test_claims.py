"""Claims in DynamoDB: a write holds only while what was read is true."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.domain.claim import AdvisorWord, Claim
from restoration.domain.limitation import LimitationStatus
from restoration.domain.switch import Mode
from tests.fakes.claims import LATER, ME, OTHER, REMOTELY, free, held, order
from tests.fakes.samples import NOON
from tests.integration.adapters.dynamodb.kept_claims import ANOTHER, PAYMENT, Kept, lost_claim

WORD = AdvisorWord("LIM-1:first", "REFUSE", NOON, 1)


def taken(known: Claim, **changes: Any) -> Claim:
    mine: dict[str, Any] = {
        "holder": ME,
        "generation": known.generation + 1,
        "mode": Mode.ON,
        "claimed_at": LATER,
        "trigger_count": known.trigger_count + 1,
        "triggers": frozenset({PAYMENT}),
        "waiting_token": None,
    }
    return replace(known, **{**mine, **changes})


CONTENDED: dict[str, tuple[Claim, dict[str, Any]]] = {
    "claimed meanwhile": (free(), {"holder": OTHER, "generation": 1}),
    "claimed and let go meanwhile": (free(), {"generation": 1}),
    "claimed and let go since the last claim": (free(generation=4), {"generation": 5}),
    "closed meanwhile": (free(), {"status": LimitationStatus.CLOSED}),
    "cancelled meanwhile": (free(), {"status": LimitationStatus.CANCELLED}),
    "taken over meanwhile": (held(holder=OTHER), {"holder": "arn:execution-3", "generation": 2}),
    "let go meanwhile": (held(holder=OTHER), {"holder": None}),
    "an order opened meanwhile": (held(holder=OTHER), {"open_order": order()}),
    "another order opened meanwhile": (held(holder=OTHER, open_order=order()), {"open_order": order(REMOTELY, 2)}),
}


@pytest.mark.parametrize(("read", "changes"), CONTENDED.values(), ids=CONTENDED.keys())
def test_claim_is_taken_only_as_it_was_read(kept: Kept, read: Claim, changes: dict[str, Any]) -> None:
    now = replace(read, **changes)
    kept.put(now)
    assert kept.claims.take(read, taken(read)) is None
    assert kept.now() == now


@pytest.mark.parametrize("known", [free(), free(generation=3, trigger_count=7), held(holder=OTHER)])
def test_claim_that_is_as_it_was_read_is_taken(kept: Kept, known: Claim) -> None:
    kept.put(known)
    claim = kept.claims.take(known, taken(known))
    assert claim == kept.now() == taken(known)


def test_fresh_claim_forgets_the_triggers_of_the_last_one(kept: Kept) -> None:
    old = free(generation=1, triggers=frozenset({ANOTHER}), waiting_token="old")
    kept.put(old)
    assert kept.claims.take(old, taken(old, triggers=frozenset())).triggers == frozenset()
    assert kept.now().waiting_token is None


def test_take_over_by_a_trigger_without_a_name_keeps_the_dead_holder_s_triggers(kept: Kept) -> None:
    dead = held(holder=OTHER)
    kept.put(replace(dead, triggers=frozenset({ANOTHER})))
    assert kept.claims.take(dead, taken(dead, triggers=frozenset())).triggers == {ANOTHER}


# ── Joining ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_join_of_a_decision_s_own_execution_makes_the_decision_no_older(kept: Kept) -> None:
    word = AdvisorWord("the word", "REFUSE", NOON, 2)
    kept.put(held(trigger_count=2, word=word))
    claim = kept.claims.join(held(word=word), "AdvisorDecided|the word", flow=False)
    assert (claim.trigger_count, claim.word.count) == (3, 3)


def test_decision_that_another_replaced_is_not_joined_as_the_newest(kept: Kept) -> None:
    kept.put(held(trigger_count=3, word=AdvisorWord("another", "RESTORE", NOON, 3)))
    known = held(word=AdvisorWord("the word", "REFUSE", NOON, 2))
    assert kept.claims.join(known, "AdvisorDecided|the word", flow=False) is None


@lost_claim
def test_holder_is_joined_only_as_it_was_read(kept: Kept, changes: dict[str, Any]) -> None:
    kept.put(held(**changes))
    assert kept.claims.join(held(), PAYMENT, flow=True) is None
    assert kept.now() == held(**changes)


# ── Results and decisions ───────────────────────────────────────────────────────────────────────────────────────────


def test_bank_s_result_that_is_kept_already_is_not_counted_again(kept: Kept) -> None:
    """Billing's event came twice: an advisor's refusal would lapse although nothing new has come."""
    kept.put(held())
    once = kept.claims.note_trigger("LIM-1", PAYMENT)
    assert kept.claims.note_trigger("LIM-1", PAYMENT) == once
    assert kept.now().trigger_count == 1


def test_payment_that_came_back_notes_the_count_that_it_came_with_once(kept: Kept) -> None:
    kept.put(held(trigger_count=4))
    for _ in range(2):
        noted = kept.claims.note_trigger("LIM-1", PAYMENT, reversal=True)
        assert (noted.trigger_count, noted.reversal_count) == (5, 5)
    later = kept.claims.note_trigger("LIM-1", ANOTHER)
    assert (later.trigger_count, later.reversal_count) == (6, 5)


def test_bank_s_result_about_an_unknown_limitation_leaves_nothing_behind(dynamodb: Any) -> None:
    claims = ClaimTable(dynamodb, "limitations")
    assert claims.note_trigger("LIM-1", PAYMENT) is None
    assert claims.note_word("LIM-1", "LIM-1:first", "RESTORE", NOON) is None
    assert "Item" not in dynamodb.Table("limitations").get_item(Key={"limitationId": "LIM-1"})


def test_of_two_decisions_the_later_one_counts_whichever_comes_last(kept: Kept) -> None:
    kept.put(held())
    later = replace(WORD, id="LIM-1:second", decision="RESTORE", at=NOON + timedelta(minutes=5))
    kept.claims.note_word("LIM-1", later.id, later.decision, later.at)
    assert kept.claims.note_word("LIM-1", WORD.id, WORD.decision, WORD.at) is None
    assert kept.now() == held(trigger_count=1, word=later)
    third = NOON + timedelta(minutes=10)
    assert kept.claims.note_word("LIM-1", "LIM-1:third", "REFUSE", third).word.count == 2


def test_decision_that_comes_twice_is_counted_once_and_wakes_again(kept: Kept) -> None:
    """Else a repeated refusal would hold beyond the payment that came after it."""
    kept.put(held(waiting_token="token-1"))
    kept.claims.note_word("LIM-1", WORD.id, WORD.decision, WORD.at)
    kept.claims.join(held(), PAYMENT, flow=False)
    again = kept.claims.note_word("LIM-1", WORD.id, WORD.decision, WORD.at)
    assert (again.word.count, again.trigger_count) == (1, 2)
    assert again.waiting_token == "token-1"  # noqa: S105 - a task token of this test
