"""Claims in DynamoDB: read as they lie there, and each write whole.

On which condition each write is made is in ``tests/explore/test_limitation_writes.py``; that DynamoDB reads these
conditions as the tables in memory do, in ``test_explored_tables.py`` beside it.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.domain.claim import AdvisorWord, Claim
from restoration.domain.ground import Basis, Ground
from restoration.domain.order import PointOrder, Wanted
from restoration.domain.switch import Mode
from tests.fakes.claims import (
    CANCELLATION,
    LATER,
    ME,
    OTHER,
    REMOTELY,
    TO_FLOOR,
    free,
    held,
    numbered,
    order,
    question,
    settled,
    trigger,
    trigger_of,
)
from tests.fakes.samples import NOON
from tests.integration.adapters.dynamodb.conftest import Kept

PAYMENT, ANOTHER = "PaymentReceived|PAY-1:CAPTURED", "PaymentReceived|PAY-2:CAPTURED"
WORD = AdvisorWord("LIM-1:first", "REFUSE", NOON, 1)
EVERYTHING = held(
    seen=2,
    trigger_count=4,
    waiting_token="token-1",
    facts=numbered(PAYMENT, ANOTHER),
    word=WORD,
    question=question(),
    open_order=order(CANCELLATION, 3),
    order_ordinal=3,
    settlement=settled(
        "FLOOR_RAISED",
        reference="LIM-1/F/1",
        floor_kva=Decimal(3),
        balance=Decimal("12.50"),
        rejected=True,
        ground=Ground(Basis.GOODWILL, Decimal("120.00"), date(2026, 5, 20), frozenset({"PAY-1", "PAY-2"})),
        communicating_meter=False,
        returned_payments=frozenset({"PAY-1"}),
        broken_plans=frozenset({"PLAN-1"}),
        advisor_word="LIM-1:first",
        question=question(),
    ),
    asked_for="NEGATIVE_DEBT",
    last_outcome="FLOOR_RAISED",
    closed_at=LATER,
)


@pytest.mark.parametrize("claim", [free(), held(), EVERYTHING], ids=["fresh", "held", "everything"])
def test_claim_is_read_as_it_lies_in_the_table(kept: Kept, claim: Claim) -> None:
    kept.put(claim)
    assert kept.now() == claim


def test_limitation_that_is_not_registered_has_no_claim(dynamodb: Any) -> None:
    claims = ClaimTable(dynamodb, "limitations", "orders")
    assert claims.get("LIM-1") is None
    dynamodb.Table("limitations").put_item(Item={"limitationId": "LIM-1", "half": True})
    assert claims.get("LIM-1") is None


# ── Taking ──


def taken(known: Claim, **changes: Any) -> Claim:
    mine: dict[str, Any] = {
        "holder": ME,
        "generation": known.generation + 1,
        "mode": Mode.ON,
        "claimed_at": LATER,
        "waiting_token": None,
    }
    return replace(known, **{**mine, **changes})


@pytest.mark.parametrize("known", [free(), free(generation=3, trigger_count=7), held(holder=OTHER)])
def test_claim_that_is_as_it_was_read_is_taken(kept: Kept, known: Claim) -> None:
    kept.put(known)
    claim = kept.claims.take(known, taken(known))
    assert claim == kept.now() == taken(known)


# ── Facts and decisions ──


def test_limitation_is_unseen_from_its_first_fact_until_it_is_claimed(kept: Kept) -> None:
    kept.put(free())
    kept.put(free(limitation_id="LIM-2"))
    known = kept.claims.note("LIM-1", trigger_of(PAYMENT))
    assert list(kept.claims.unseen()) == [("LIM-1", NOON)]
    assert kept.claims.take(known, taken(known, unseen_since=None)) == kept.now()
    assert list(kept.claims.unseen()) == []


def test_decision_that_comes_twice_is_counted_once_and_wakes_again(kept: Kept) -> None:
    """Else a repeated refusal would hold beyond the payment that came after it."""
    kept.put(held(waiting_token="token-1"))
    said = trigger("AdvisorDecided", WORD.id)
    kept.claims.note("LIM-1", said, WORD.decision)
    kept.claims.note("LIM-1", trigger_of(PAYMENT))
    again = kept.claims.note("LIM-1", said, WORD.decision)
    assert (again.word.count, again.trigger_count) == (1, 2)
    assert again.waiting_token == "token-1"  # noqa: S105 - a task token of this test


# ── Orders ──


ANYBODY_S = PointOrder("LIM-2", "LIM-2/R/1")


@pytest.mark.parametrize("wanted", [REMOTELY, TO_FLOOR, CANCELLATION])
@pytest.mark.parametrize("before", [None, ANYBODY_S], ids=["first", "next"])
def test_order_is_opened_for_the_limitation_and_its_point(
    kept: Kept, wanted: Wanted, before: PointOrder | None
) -> None:
    kept.put(held())
    if before:
        kept.point_at(before)
    mine = replace(order(wanted), seen=7)
    assert kept.claims.open_order(held(), mine, before) is True
    assert kept.now() == held(open_order=mine, order_ordinal=1)
    assert kept.on_point() == PointOrder("LIM-1", str(mine.reference))
    assert kept.claims.end_order(kept.now())
    assert kept.now() == held(order_ordinal=1)


@pytest.mark.parametrize("read", [None, PointOrder("LIM-3", "LIM-3/R/1")], ids=["none was read", "another was read"])
def test_order_is_opened_only_while_the_point_s_order_is_as_it_was_read(kept: Kept, read: PointOrder | None) -> None:
    kept.put(held())
    kept.point_at(ANYBODY_S)
    assert kept.claims.open_order(held(), order(), read) is False
    assert kept.now() == held()
    assert kept.on_point() == ANYBODY_S


def test_table_that_was_built_to_read_claims_opens_no_order(dynamodb: Any) -> None:
    with pytest.raises(ValueError, match="to read claims"):
        ClaimTable(dynamodb, "limitations").open_order(held(), order(), None)


# ── Ends ──


def test_what_was_looked_at_in_shadow_counts_once_the_switch_is_on(kept: Kept) -> None:
    shadow = held(trigger_count=2, facts=numbered(PAYMENT), mode=Mode.SHADOW)
    kept.put(shadow)
    assert kept.claims.settle(shadow, settled("SHADOW", mode=Mode.SHADOW), take_off_order=False)
    assert (kept.now().seen, kept.now().triggers) == (0, [PAYMENT])
