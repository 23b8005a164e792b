"""Writes that meet a transaction: one rule for all adapters.

DynamoDB refuses a write of an item that a transaction is about to write, and boto3 does not repeat it. That says
nothing of the item, so the write is made again a little later. Where a condition does not hold, somebody else was
first: that is for the caller to look at, and no later attempt changes it.
"""

import random
import time
from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

ATTEMPTS = 8
"""Of one write: together they take 6 seconds at most. A transaction takes some milliseconds."""
_PASSING = frozenset({"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""What keeps a transaction's parts from being written now, and not later: others write at the same time."""


def write_together(client: "DynamoDBClient", writes: Sequence[Mapping[str, Any]]) -> bool:
    """Write several items or none.

    Returns
    -------
    bool
        False when a condition did not hold.

    Raises
    ------
    TransactionCanceledException
        boto3's, when others wrote the same items at each attempt, or a part can never be written.
    """
    for attempt in count(1):
        try:
            client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
        except client.exceptions.TransactionCanceledException as error:
            response: Any = error.response  # botocore's type knows nothing of what a service adds to an error
            reasons = {str(reason.get("Code")) for reason in response["CancellationReasons"]}
            if "ConditionalCheckFailed" in reasons:
                return False
            if attempt == ATTEMPTS or not reasons <= _PASSING:
                raise
            time.sleep(pause(attempt))
        else:
            break
    return True


def repeat_writes_that_meet_one(client: "DynamoDBClient") -> None:
    """Let a client repeat each write of a single item that meets a transaction."""
    client.meta.events.register("needs-retry.dynamodb", _pause_after)  # type: ignore[arg-type] # what it returns counts


def _pause_after(response: tuple[Any, Mapping[str, Any]] | None, attempts: int, **_: object) -> float | None:
    """Give the seconds after which botocore makes a call again; None when it need not, or there were enough."""
    code = response[1].get("Error", {}).get("Code") if response else None
    return pause(attempts) if code == "TransactionConflictException" and attempts < ATTEMPTS else None


def pause(attempt: int) -> float:
    """The seconds before a call is made again."""
    return random.uniform(0, 0.05 * 2 ** (attempt - 1))  # noqa: S311 - it spreads attempts, no secret
