"""DynamoDB's transactions at a price that does not grow with the tables."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.dynamodb import models
from moto.dynamodb.models.table import Table

from local.cloud.patching import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def patched() -> Iterator[None]:
    """Undo a cancelled transaction item by item.

    moto copies each table that a transaction touches, with all its items, to have something to go back to: for a
    register of thousands that is most of what a claim costs.
    """
    original = models.DynamoDBBackend.transact_write_items
    with replaced(models.DynamoDBBackend, "transact_write_items", _transact(original)):
        yield


def _transact(original: Callable[..., None]) -> Callable[..., None]:
    def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        before = [saved for item in transact_items for saved in _saved(backend, item)]
        # The dispatcher lets one call at a time into DynamoDB, so nobody else copies a table meanwhile.
        with replaced(models, "copy", _TablesAsTheyAre):
            try:
                original(backend, transact_items)
            except Exception:
                for table, hash_key, range_key, item in before:
                    _put_back(table, hash_key, range_key, item)
                raise

    return transact_write_items


class _TablesAsTheyAre:
    """Stands in for the module ``copy``: a table is not copied, so that moto goes back to the table itself."""

    @staticmethod
    def deepcopy(value: Any) -> Any:
        return value if isinstance(value, Table) else copy.deepcopy(value)


def _saved(backend: Any, transact_item: dict[str, Any]) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Give the table, key and present item of one part of a transaction; nothing where moto will refuse it."""
    operation: dict[str, Any] = next(iter(transact_item.values()), {})
    table = backend.tables.get(operation.get("TableName"))
    attributes = operation.get("Item") or operation.get("Key") or {}
    names = [] if table is None else [name for name in (table.hash_key_attr, table.range_key_attr) if name]
    if table is None or not all(name in attributes for name in names):
        return
    hash_key, range_key = backend.get_keys_value(table, {name: attributes[name] for name in names})
    yield table, hash_key, range_key, copy.deepcopy(table.get_item(hash_key, range_key))


def _put_back(table: Any, hash_key: Any, range_key: Any, item: Any) -> None:
    if item is None:
        table.delete_item(hash_key, range_key)
    elif range_key:
        table.items[hash_key][range_key] = item
    else:
        table.items[hash_key] = item
