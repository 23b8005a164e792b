"""Claims in DynamoDB: a write holds only while what was read is true."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.domain.claim import AdvisorWord, Claim
from restoration.domain.limitation import LimitationStatus, Trigger
from restoration.domain.switch import Mode
from tests.fakes.claims import LATER, ME, OTHER, REMOTELY, free, held, numbered, order, trigger_of
from tests.fakes.samples import NOON
from tests.integration.adapters.dynamodb.kept_claims import ANOTHER, PAYMENT, Kept

WORD = AdvisorWord("LIM-1:first", "REFUSE", NOON, 1)


def word_at(at: datetime, name: str) -> Trigger:
    return Trigger("AdvisorDecided", name, at, "event-1")


def taken(known: Claim, **changes: Any) -> Claim:
    mine: dict[str, Any] = {
        "holder": ME,
        "generation": known.generation + 1,
        "mode": Mode.ON,
        "claimed_at": LATER,
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


def test_facts_that_came_between_read_and_claim_stay(kept: Kept) -> None:
    old = free(generation=1, waiting_token="old")
    kept.put(replace(old, facts=numbered(ANOTHER), trigger_count=1))
    claim = kept.claims.take(old, taken(old))
    assert claim == kept.now()
    assert (claim.facts, claim.trigger_count, claim.waiting_token) == (numbered(ANOTHER), 1, None)


# ── Results and decisions ───────────────────────────────────────────────────────────────────────────────────────────


def test_bank_s_result_that_is_kept_already_is_not_counted_again(kept: Kept) -> None:
    """Billing's event came twice: an advisor's refusal would lapse although nothing new has come."""
    kept.put(held())
    once = kept.claims.note("LIM-1", trigger_of(PAYMENT))
    assert kept.claims.note("LIM-1", trigger_of(PAYMENT)) == once
    assert kept.now().trigger_count == 1


def test_limitation_is_unseen_from_its_first_fact_until_it_is_claimed(kept: Kept) -> None:
    kept.put(free())
    kept.put(free(limitation_id="LIM-2"))
    known = kept.claims.note("LIM-1", trigger_of(PAYMENT))
    assert list(kept.claims.unseen()) == [("LIM-1", NOON)]
    assert kept.claims.take(known, taken(known, unseen_since=None)) == kept.now()
    assert list(kept.claims.unseen()) == []


def test_limitation_is_seen_only_as_it_was_read(kept: Kept) -> None:
    kept.put(free())
    known = kept.claims.note("LIM-1", trigger_of(PAYMENT))
    kept.claims.note("LIM-1", trigger_of(ANOTHER))
    assert (kept.claims.mark_looked(known), list(kept.claims.unseen())) == (False, [("LIM-1", NOON)])
    assert (kept.claims.mark_looked(kept.now()), list(kept.claims.unseen())) == (True, [])


def test_facts_are_numbered_in_their_order(kept: Kept) -> None:
    kept.put(held(trigger_count=4))
    for fact in (PAYMENT, ANOTHER):
        kept.claims.note("LIM-1", trigger_of(fact))
    assert (kept.now().facts, kept.now().trigger_count) == ({PAYMENT: 5, ANOTHER: 6}, 6)


def test_bank_s_result_about_an_unknown_limitation_leaves_nothing_behind(dynamodb: Any) -> None:
    claims = ClaimTable(dynamodb, "limitations")
    assert claims.note("LIM-1", trigger_of(PAYMENT)) is None
    assert claims.note("LIM-1", word_at(NOON, "LIM-1:first"), "RESTORE") is None
    assert "Item" not in dynamodb.Table("limitations").get_item(Key={"limitationId": "LIM-1"})


def test_of_two_decisions_the_later_one_counts_whichever_comes_last(kept: Kept) -> None:
    kept.put(held())
    later = replace(WORD, id="LIM-1:second", decision="RESTORE", at=NOON + timedelta(minutes=5))
    kept.claims.note("LIM-1", word_at(later.at, later.id), later.decision)
    assert kept.claims.note("LIM-1", word_at(WORD.at, WORD.id), WORD.decision).word == later
    noted_at = {f"AdvisorDecided|{later.id}": NOON}
    assert kept.now() == held(trigger_count=1, word=later, unseen_since=NOON, noted_at=noted_at)
    third = NOON + timedelta(minutes=10)
    assert kept.claims.note("LIM-1", word_at(third, "LIM-1:third"), "REFUSE").word.count == 2


def test_decision_that_comes_twice_is_counted_once_and_wakes_again(kept: Kept) -> None:
    """Else a repeated refusal would hold beyond the payment that came after it."""
    kept.put(held(waiting_token="token-1"))
    kept.claims.note("LIM-1", word_at(WORD.at, WORD.id), WORD.decision)
    kept.claims.note("LIM-1", trigger_of(PAYMENT))
    again = kept.claims.note("LIM-1", word_at(WORD.at, WORD.id), WORD.decision)
    assert (again.word.count, again.trigger_count) == (1, 2)
    assert again.waiting_token == "token-1"  # noqa: S105 - a task token of this test
