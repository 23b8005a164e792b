"""Many items by their keys, as many calls as it takes: DynamoDB may leave keys of a call unread."""

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Any

from restoration.adapters.dynamodb.transactions import ATTEMPTS, pause
from restoration.errors import RetryableError

AT_ONCE = 100
"""Keys that BatchGetItem takes."""


class RegisterBusy(RetryableError):
    """Raised when DynamoDB still leaves keys unread after several attempts."""


def items_of(client: Any, table: str, keys: Iterable[Mapping[str, Any]], **how: Any) -> Iterator[Mapping[str, Any]]:
    """The items of a table that have one of the keys, in any order.

    Parameters
    ----------
    client
        A client or a resource; keys and items are as it writes them.
    keys
        Each once.
    how
        Other arguments of the read, such as ``ProjectionExpression``.

    Raises
    ------
    RegisterBusy
        When keys were left unread again and again.
    """
    for some in batched(keys, AT_ONCE, strict=False):
        asked: Any = {table: {"Keys": list(some), **how}}
        for attempt in range(1, ATTEMPTS + 1):
            response = client.batch_get_item(RequestItems=asked)
            yield from response["Responses"].get(table, [])
            asked = response.get("UnprocessedKeys")
            if not asked:
                break
            time.sleep(pause(attempt))
        else:
            raise RegisterBusy(f"DynamoDB left keys of {table} unread after {ATTEMPTS} attempts")
