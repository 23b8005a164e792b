"""DynamoDB at a price that does not grow with the tables, and without detours: most of the cloud's calls go there."""

from __future__ import annotations

import base64
import copy
import inspect
import json
import pickle
import re
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb import models
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node, UpdateExpression  # type: ignore[attr-defined]
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.dynamodb.responses import DynamoHandler

from embedded_cloud.patching import around, mending, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from embedded_cloud.backends.late_indexes import LateIndexes
    from embedded_cloud.backends.protocol import AwsRequest

JSON = "application/x-amz-json-1.0"
WRITES = frozenset({"DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"})
ITEM_OPERATIONS = WRITES | {"BatchGetItem", "BatchWriteItem", "GetItem", "Query", "Scan"}
"""What takes and gives nothing but items: texts, numbers as texts, and binary values, which JSON holds in base64."""
_written = lru_cache(pickle.dumps)
BYTES = re.compile(rb'"BS?"\s*:')
AFTER_THE_KEY = [*inspect.signature(Table.query).parameters][2:]
"""What moto's query takes, all by its place, after the table and the partition's key."""


def patched(indexes: LateIndexes | None = None) -> AbstractContextManager[None]:
    """Undo a cancelled transaction item by item, look only at the items that are asked for, and write them as JSON.

    For each query moto sorts all items of a table, to look for those of one partition among them. It copies each table
    that a transaction touches, with all its items, to have something to go back to. It walks through each response by
    the service's model, although an item is JSON already. An update's expression it parses twice, copies node by
    node, and asks each node ten times which abstract classes it is of.
    """
    return mending(
        (models.DynamoDBBackend, "transact_write_items", around(_transact)),
        (Table, "query", around(partial(_query, indexes))),
        (DynamoHandler, "serialized", around(_serialized)),
        (UpdateExpressionParser, "make", lru_cache),
        (validators, "deepcopy", lambda _: _copied),
        (DepthFirstTraverser, "traverse", lambda _: _traverse),
    )


def _copied(value: Any) -> Any:
    if isinstance(value, Table):  # moto goes back to the table itself, whose items are put back
        return value
    return pickle.loads(_written(value)) if isinstance(value, Node) else copy.deepcopy(value)  # noqa: S301 - our own


def _traverse(traverser: Any, root: Any) -> Any:
    """Do what moto's does; none of the classes that are processed has another below it, but for that of the root."""
    processors = traverser._processing_map()  # noqa: SLF001
    if UpdateExpression in processors:
        return processors[UpdateExpression](root)  # which looks at all clauses by itself

    def visit(node: Any, place: int) -> None:
        for at, child in enumerate(node.children or ()):
            traverser.pre_processing_of_child(node, at)
            if hasattr(child, "children"):
                visit(child, at)
        if process := processors.get(type(node)):
            parent, processed = node.parent, process(node)
            processed.parent, parent.children[place] = parent, processed

    visit(root, -1)
    return root


def _query(indexes: LateIndexes | None, original: Any, table: Any, hash_key: Any, *rest: Any, **named: Any) -> Any:
    index = rest[AFTER_THE_KEY.index("index_name")]
    if index:
        items = _items(table)  # which are sorted by the keys of the index
        if indexes and any(each.name == index for each in table.global_indexes):
            items = indexes.seen(table, items)
    else:
        part = table.items.get(hash_key)
        items = [] if part is None else list(part.values()) if table.has_range_key else [part]
    view = copy.copy(table)  # another thread may query the table meanwhile
    vars(view)["all_items"] = lambda: items
    return original(view, hash_key, *rest, **named)


def _items(table: Any) -> list[Any]:
    parts = table.items.values()
    return [item for part in parts for item in part.values()] if table.has_range_key else list(parts)


def respond(request: AwsRequest) -> tuple[int, Any, Any] | None:
    """Respond to an operation on items; None for anything else, and where there are bytes, which moto has to decode.

    moto makes an environment of WSGI of each request, reads its body as a form, and parses it by the service's model.
    """
    if request.service != "dynamodb" or request.action not in ITEM_OPERATIONS or BYTES.search(request.body):
        return None
    handler: Any = DynamoHandler()
    handler.params = json.loads(request.body)
    handler.region, handler.current_account = request.region, DEFAULT_ACCOUNT_ID
    handler.headers, handler.response_headers = {"Content-Type": JSON, "X-Amz-Target": f".{request.action}"}, {}
    handler.querystring, handler.uri_match = {}, {}
    response: tuple[int, Any, Any] = handler.call_action()
    return response


def _serialized(original: Any, handler: Any, action_result: Any) -> Any:
    result = action_result.result
    if handler._get_action() not in ITEM_OPERATIONS or not isinstance(result, dict):  # noqa: SLF001
        return original(handler, action_result)
    return 200, {"Content-Type": JSON, **handler.response_headers}, json.dumps(result, default=_in_base64)


def _transact(original: Any, backend: Any, transact_items: list[dict[str, Any]]) -> None:
    before = [saved for item in transact_items for saved in present(backend, next(iter(item.values()), {}))]
    # The dispatcher lets one call at a time into DynamoDB, so nobody else copies a table meanwhile.
    with replaced(models, "copy", SimpleNamespace(deepcopy=_copied)):
        try:
            original(backend, transact_items)
        except Exception:
            for table, hash_key, range_key, item in before:
                _put_back(table, hash_key, range_key, item)
            raise


def _in_base64(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"an item holds {value!r}")


def writes_of(request: AwsRequest) -> list[dict[str, Any]]:
    """Give the writes that a request asks for: each has its table, and its key or item."""
    if request.service != "dynamodb" or request.action not in WRITES:
        return []
    asked = json.loads(request.body)
    if request.action != "TransactWriteItems":
        return [asked]
    return [next(iter(part.values()), {}) for part in asked.get("TransactItems") or []]


def present(backend: Any, operation: dict[str, Any]) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Give the table, key and present item of what a write is about; nothing where moto will refuse it."""
    table = backend.tables.get(operation.get("TableName"))
    attributes = operation.get("Item") or operation.get("Key") or {}
    if table is not None and all(name in attributes for name in key_names(table)):
        hash_key, range_key = backend.get_keys_value(table, {name: attributes[name] for name in key_names(table)})
        yield table, hash_key, range_key, copy.deepcopy(table.get_item(hash_key, range_key))


def key_names(table: Any) -> list[str]:
    """Give the attributes of a table's key."""
    return [name for name in (table.hash_key_attr, table.range_key_attr) if name]


def _put_back(table: Any, hash_key: Any, range_key: Any, item: Any) -> None:
    if item is None:
        table.delete_item(hash_key, range_key)
    elif range_key:
        table.items[hash_key][range_key] = item
    else:
        table.items[hash_key] = item
