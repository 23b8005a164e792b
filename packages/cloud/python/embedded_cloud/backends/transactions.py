"""Transactions of DynamoDB that are under way: a write of one of their items is refused, as AWS does.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response
from embedded_cloud.backends.tables import key_names, writes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

MET = "Transaction is ongoing for the item"
type Item = tuple[str, str]
"""A table's name, and the item's key as text."""


class Transactions:
    """Knows what is being written together, and refuses the writes that meet it.

    The dispatcher lets one request at a time into the tables. A transaction is under way from when it comes until it
    has its response, so that requests that come at the same time meet each other.
    """

    def __init__(self, region: str) -> None:
        self._region = region
        self._lock = threading.Lock()
        self._under_way: Counter[Item] = Counter()
        self.met: Counter[str] = Counter()
        """How many requests were refused, by their operations."""

    def entering(self, request: AwsRequest) -> AbstractContextManager[AwsResponse | None]:
        """Give a block in which a request is carried out; what it gives is a refusal, if it is refused."""
        if request.action == "TransactWriteItems":
            return self._transacting(self._items(writes_of(request)))
        if self._under_way and any(self._under_way[item] for item in self._items(writes_of(request))):
            self.met[request.action] += 1
            return nullcontext(error_response(400, "TransactionConflictException", MET))
        return nullcontext()

    @contextmanager
    def under_way(self, table: str, key: Mapping[str, Any]) -> Iterator[None]:
        """Let a transaction that writes an item (its key as the API has it) be under way until the block ends."""
        with self._transacting(self._items([{"TableName": table, "Key": key}])):
            yield

    @contextmanager
    def _transacting(self, items: list[Item]) -> Iterator[AwsResponse | None]:
        with self._lock:
            met = [bool(self._under_way[item]) for item in items]
            if not any(met):
                self._under_way.update(items)
        if any(met):
            self.met["TransactWriteItems"] += 1
            yield _cancelled(met)
            return
        try:
            yield None
        finally:
            with self._lock:
                self._under_way -= Counter(items)

    def _items(self, writes: list[dict[str, Any]]) -> list[Item]:
        """Give the items that are written, without a key where moto will refuse the write."""
        tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][self._region].tables
        found = []
        for write in writes:
            table = tables.get(write.get("TableName", ""))
            attributes = write.get("Key") or write.get("Item") or {}
            key = [] if table is None else [attributes.get(name) for name in key_names(table)]
            found.append((str(write.get("TableName")), json.dumps(key)))
        return found


def _cancelled(met: list[bool]) -> AwsResponse:
    reasons = [{"Code": "TransactionConflict", "Message": MET} if each else {"Code": "None"} for each in met]
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    response = error_response(400, "TransactionCanceledException", message)
    response.body = json.dumps({**json.loads(response.body), "CancellationReasons": reasons}).encode()
    return response
