"""Every adapter writes what meets a transaction a little later; a condition that does not hold is a lost race."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

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
def items(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Kept(dynamodb).put(held())
    monkeypatch.setattr(transactions, "_pause", lambda _: 0.0)


def written(dynamodb: Any) -> int:
    tables = ("orders", "decisions")
    return sum(dynamodb.Table(table).scan()["Count"] for table in tables)


@each_write
def test_transaction_that_meets_others_is_made_a_little_later(dynamodb: Any, write: Write) -> None:
    before = written(dynamodb)
    assert write(Meeting(dynamodb, *["TransactionConflict"] * 7)) in {True, None}
    assert written(dynamodb) > before


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
