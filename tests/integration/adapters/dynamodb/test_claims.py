"""Claims in DynamoDB: read as they lie there.

That each write is made on its condition, and not without it, is in ``tests/explore/test_explored_claim.py``; that
DynamoDB reads these conditions as the tables in memory do, in ``test_explored_tables.py`` beside it.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.domain.claim import AdvisorWord, Claim
from restoration.domain.ground import Basis, Ground
from restoration.domain.order import PointOrder
from tests.fakes.claims import (
    CANCELLATION,
    LATER,
    free,
    held,
    numbered,
    order,
    question,
    settled,
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


def test_order_that_was_opened_is_the_one_at_work_on_its_point_until_another_is(kept: Kept) -> None:
    kept.put(held())
    mine = replace(order(), seen=7)
    assert kept.claims.open_order(held(), mine, None) is True
    assert kept.now() == held(open_order=mine, order_ordinal=1)
    assert kept.on_point() == PointOrder("LIM-1", str(mine.reference))
    assert kept.claims.end_order(kept.now())
    assert kept.claims.open_order(kept.now(), order(), None) is False, "another one was not read, and is at work"
    assert kept.now() == held(order_ordinal=1)


def test_table_that_was_built_to_read_claims_opens_no_order(dynamodb: Any) -> None:
    with pytest.raises(ValueError, match="to read claims"):
        ClaimTable(dynamodb, "limitations").open_order(held(), order(), None)
