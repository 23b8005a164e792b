"""Every adapter writes what meets a transaction a little later; a condition that does not hold is a lost race."""

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.hooks import HierarchicalEmitter

from restoration.adapters.dynamodb import transactions
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.decision_log import DecisionLog
from restoration.domain.decision import DecisionRequest, DecisionResult
from tests.fakes.claims import held, order
from tests.integration.adapters.dynamodb.conftest import Kept


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
def test_transaction_that_meets_others_at_each_attempt_is_an_error_and_no_lost_race(
    dynamodb: Any, write: Write
) -> None:
    with pytest.raises(ClientError, match="ransaction"):
        write(Meeting(dynamodb, *["TransactionConflict"] * 8))


@each_write
def test_transaction_that_can_never_be_made_is_not_tried_again(dynamodb: Any, write: Write) -> None:
    with pytest.raises(ClientError):
        write(Meeting(dynamodb, "ValidationError"))


@each_write
def test_condition_that_does_not_hold_beside_a_conflict_is_a_lost_race(dynamodb: Any, write: Write) -> None:
    before = written(dynamodb)
    write(Meeting(dynamodb, "ConditionalCheckFailed"))
    assert written(dynamodb) == before
