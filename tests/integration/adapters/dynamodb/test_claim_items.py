"""A claim is read from DynamoDB as it lies in the table."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.domain.claim import AdvisorWord, Claim
from restoration.domain.ground import Basis, Ground
from tests.fakes.claims import CANCELLATION, LATER, free, held, numbered, order, question, settled
from tests.fakes.samples import NOON
from tests.fakes.stored_claims import item_of

WORD = AdvisorWord("LIM-1:first", "REFUSE", NOON, 1)
PAYMENT = "PaymentReceived|PAY-1:CAPTURED"
ANOTHER = "PaymentReceived|PAY-2:CAPTURED"
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
def test_claim_is_read_as_it_lies_in_the_table(dynamodb: Any, claim: Claim) -> None:
    dynamodb.Table("limitations").put_item(Item=item_of(claim))
    assert ClaimTable(dynamodb, "limitations", "orders").get("LIM-1") == claim


def test_limitation_that_is_not_registered_has_no_claim(dynamodb: Any) -> None:
    claims = ClaimTable(dynamodb, "limitations", "orders")
    assert claims.get("LIM-1") is None
    dynamodb.Table("limitations").put_item(Item={"limitationId": "LIM-1", "half": True})
    assert claims.get("LIM-1") is None
