"""Claims in DynamoDB: read as they lie there, and written a little later where another's transaction is under way.

That each write is made on its condition, and not without it, is in ``tests/explore/test_explored_claim.py``; that
DynamoDB reads these conditions as the tables in memory do, in ``test_explored_tables.py`` beside it.
"""

import random
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.hooks import HierarchicalEmitter

from restoration.adapters.dynamodb import transactions
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.decision_log import DecisionLog
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.claim import AdvisorWord, Claim
from restoration.domain.decision import DecisionRequest, DecisionResult
from restoration.domain.ground import Basis, Ground
from restoration.domain.order import PointOrder
from tests.cases import cases
from tests.fakes.claims import CANCELLATION, LATER, free, held, item_of, numbered, order, question, settled
from tests.fakes.samples import NOON, POINT

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


class Kept:
    """Claims in DynamoDB, and other writers."""

    def __init__(self, dynamodb: Any) -> None:
        self.claims: Any = ClaimTable(dynamodb, "limitations", "orders", now=lambda: NOON)
        self._dynamodb = dynamodb

    def put(self, claim: Claim) -> None:
        self._dynamodb.Table("limitations").put_item(Item=item_of(claim))

    def now(self) -> Any:
        return self.claims.get("LIM-1")

    def on_point(self) -> PointOrder | None:
        return OrderTable(self._dynamodb, "orders").on_point(POINT)


@pytest.fixture
def kept(dynamodb: Any) -> Kept:
    return Kept(dynamodb)


@pytest.mark.parametrize("claim", [free(), held(), EVERYTHING], ids=["fresh", "held", "everything"])
def test_claim_is_read_as_it_lies_in_the_table(kept: Kept, claim: Claim) -> None:
    kept.put(claim)
    assert kept.now() == claim


def test_limitation_that_is_not_registered_has_no_claim(dynamodb: Any) -> None:
    claims = ClaimTable(dynamodb, "limitations", "orders")
    assert claims.get("LIM-9") is None
    dynamodb.Table("limitations").put_item(Item={"limitationId": "LIM-9", "half": True})
    assert claims.get("LIM-9") is None


def test_order_that_was_opened_is_the_one_at_work_on_its_point_until_another_is(kept: Kept) -> None:
    kept.put(held())
    mine = replace(order(), seen=7)
    assert kept.claims.open_order(held(), mine, None) is True
    assert kept.now() == held(open_order=mine, order_ordinal=1)
    assert kept.on_point() == PointOrder("LIM-1", str(mine.reference))
    assert kept.claims.end_order(kept.now())
    assert kept.claims.open_order(kept.now(), order(), None) is False, "another one was not read, and is at work"
    assert kept.now() == held(order_ordinal=1)


# ── A write that meets a transaction is made a little later; a condition that does not hold is a lost race ──


class Meeting:
    """boto3's resource, whose transactions are cancelled for these reasons, one after the other, and then made."""

    def __init__(self, dynamodb: Any, *reasons: str) -> None:
        self._client = dynamodb.meta.client
        self._reasons = list(reasons)
        self.meta = SimpleNamespace(client=self)
        self.exceptions = self._client.exceptions
        self.Table = dynamodb.Table

    def transact_write_items(self, **request: Any) -> None:
        if self._reasons:
            reasons: Any = [{"Code": "None"}, {"Code": self._reasons.pop()}]
            response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise self.exceptions.TransactionCanceledException(response, "TransactWriteItems")
        self._client.transact_write_items(**request)


ASKED = DecisionRequest("coverage", "LIM-1", "execution/DecideCoverage", {"debt": 10})
ANSWERED = DecisionResult("RESTORE", "v1", (), {"value": "RESTORE"})
type Write = Callable[[Any], Any]

WRITES: dict[str, Write] = {
    "order": lambda dynamodb: ClaimTable(dynamodb, "limitations", "orders").open_order(held(), order(), None),
    "decision": lambda dynamodb: DecisionLog(dynamodb, "decisions").keep(ASKED, ANSWERED),
}
each_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())


@pytest.fixture(autouse=True)
def pauses(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """How long each pause may be, at least and at most; in these tests none takes any time."""
    Kept(dynamodb).put(held())
    bounds: list[tuple[float, float]] = []

    def draw(least: float, most: float) -> float:
        bounds.append((least, most))
        return 0.0

    monkeypatch.setattr(random, "uniform", draw)
    return bounds


def written(dynamodb: Any) -> int:
    tables = ("orders", "decisions")
    return sum(dynamodb.Table(table).scan()["Count"] for table in tables)


@each_write
def test_transaction_that_meets_others_is_made_a_little_later(
    dynamodb: Any, write: Write, pauses: list[tuple[float, float]]
) -> None:
    before = written(dynamodb)
    passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]
    assert write(Meeting(dynamodb, *passing * 2, "TransactionConflict")) in {True, None}
    assert written(dynamodb) > before
    assert pauses == [(0, most) for most in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)]


def test_single_write_that_meets_a_transaction_is_made_again_seven_times(pauses: list[tuple[float, float]]) -> None:
    events = HierarchicalEmitter()
    met: Any = (None, {"Error": {"Code": "TransactionConflictException"}})
    lost: Any = (None, {"Error": {"Code": "ConditionalCheckFailedException"}})
    transactions.repeat_writes_that_meet_one(SimpleNamespace(meta=SimpleNamespace(events=events)))  # type: ignore[arg-type]
    for response, attempts, pause in ((met, 1, 0.0), (met, 7, 0.0), (met, 8, None), (lost, 1, None), (None, 1, None)):
        found = events.emit_until_response("needs-retry.dynamodb.PutItem", response=response, attempts=attempts)
        assert found[1] == pause
    assert pauses == [(0, 0.05), (0, 3.2)]


@each_write
@cases(
    "reasons, is_error",
    {
        "it meets others at each attempt": (["TransactionConflict"] * 8, True),
        "it can never be made": (["ValidationError"], True),
        "a lost race beside a conflict": (["ConditionalCheckFailed"], False),
    },
)
def test_transaction_is_given_up(dynamodb: Any, write: Write, reasons: list[str], *, is_error: bool) -> None:
    before = written(dynamodb)
    with pytest.raises(ClientError) if is_error else nullcontext():
        write(Meeting(dynamodb, *reasons))
    assert written(dynamodb) == before
