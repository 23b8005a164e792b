"""DynamoDB in memory, as far as the claim's adapters use it: their own expressions are read and hold as they do there.

So no condition is written down a second time here. An expression is read as one of Python's, in which operators have
the same order. A guard is taken out by changing an expression's text on its way in (``REWRITE``); that the reading is
right is shown by the courses that moto plays, too.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from itertools import batched
from typing import Any

type Item = dict[str, Any]
type Value = Callable[[Item, Mapping[str, Any]], Any]
type Change = Callable[[Item, Item, Mapping[str, Any]], None]

REWRITE: Callable[[str, str], tuple[str, str]] | None = None
"""Changes a write, given its update and its condition: gives both. An empty condition always holds."""


class ConditionalCheckFailedException(Exception):
    """Raised when a write's condition does not hold."""


class TransactionCanceledException(Exception):
    """Raised when one of a transaction's conditions does not hold."""

    response: Mapping[str, Any] = {"CancellationReasons": [{"Code": "ConditionalCheckFailed"}]}


class _Exceptions:
    ConditionalCheckFailedException = ConditionalCheckFailedException
    TransactionCanceledException = TransactionCanceledException


class MemoryTables:
    """The tables, by name; stands where a boto3 resource stands."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self.keys = keys
        self.items: dict[str, dict[str, Item]] = {name: {} for name in keys}
        self.meta = self
        self.client = self
        self.exceptions = _Exceptions

    def Table(self, name: str) -> "MemoryTable":  # noqa: N802 - boto3's name
        return MemoryTable(self, name)

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: N803
        found = {
            name: [item for key in asked["Keys"] if (item := self.items[name].get(key[self.keys[name]])) is not None]
            for name, asked in RequestItems.items()
        }
        return {"Responses": found}

    def transact_write_items(self, TransactItems: Iterable[Mapping[str, Any]]) -> None:  # noqa: N803
        writes = []
        for each in TransactItems:
            kind, write = next(iter(each.items()))
            write = _rewritten(write)
            name = write["TableName"]
            key = (write["Key"] if kind == "Update" else write["Item"])[self.keys[name]]
            item = self.items[name].get(key, {})
            if not self.holds(write, item):
                raise TransactionCanceledException(name)
            changed = dict(write["Item"]) if kind == "Put" else self.changed(write, item, name, key)
            writes.append((name, key, changed))
        for name, key, changed in writes:
            self.items[name][key] = changed

    def holds(self, write: Mapping[str, Any], item: Item) -> bool:
        condition = write.get("ConditionExpression")
        values = write.get("ExpressionAttributeValues", {})
        return not condition or bool(_value(condition, _names(write))(item, values))

    def changed(self, write: Mapping[str, Any], item: Item, name: str, key: str) -> Item:
        changed = {**item, self.keys[name]: key}
        values = write.get("ExpressionAttributeValues", {})
        for change in _changes(write["UpdateExpression"], _names(write)):
            change(changed, item, values)
        return changed


class MemoryTable:
    """One table; stands where a boto3 table stands. Items are never changed in place, only replaced."""

    def __init__(self, tables: MemoryTables, name: str) -> None:
        self._tables = tables
        self._name = name
        self._items = tables.items[name]
        self._key = tables.keys[name]
        self.meta = tables

    def get_item(self, Key: Mapping[str, str], ConsistentRead: bool = False) -> Mapping[str, Any]:  # noqa: N803, FBT001, FBT002, ARG002
        item = self._items.get(Key[self._key])
        return {} if item is None else {"Item": item}

    def scan(self, IndexName: str) -> Mapping[str, Any]:  # noqa: N803
        """An index that holds what has its attribute, which its name tells."""
        attribute = {"by-unseen-since": "unseenSince"}[IndexName]
        return {"Items": [item for item in self._items.values() if attribute in item]}

    def put_item(self, **write: Any) -> None:
        key = write["Item"][self._key]
        if not self._tables.holds(write, self._items.get(key, {})):
            raise ConditionalCheckFailedException(key)
        self._items[key] = dict(write["Item"])

    def update_item(self, **write: Any) -> Mapping[str, Any]:
        key = write["Key"][self._key]
        item = self._items.get(key, {})
        write = _rewritten(write)
        if not self._tables.holds(write, item):
            raise ConditionalCheckFailedException(key)
        changed = self._items[key] = self._tables.changed(write, item, self._name, key)
        return {"Attributes": changed}


def _rewritten[Write: Mapping[str, Any]](write: Write) -> Write | dict[str, Any]:
    if not REWRITE:
        return write
    update, condition = REWRITE(write.get("UpdateExpression", ""), write.get("ConditionExpression", ""))
    return {**write, "UpdateExpression": update, "ConditionExpression": condition}


type Names = tuple[tuple[str, str], ...]


def _names(write: Mapping[str, Any]) -> Names:
    return tuple((write.get("ExpressionAttributeNames") or {}).items())


# ── Expressions ──


class _Absent:
    """What is not there equals nothing, is neither less nor more, and holds nothing."""

    def __eq__(self, _other: object) -> bool:
        return False

    def __lt__(self, _other: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __contains__ = __lt__
    __hash__ = object.__hash__


_ABSENT = _Absent()
_TYPES: Mapping[type, str] = {dict: "M", set: "SS", list: "L", str: "S", bool: "BOOL", int: "N", Decimal: "N"}
"""DynamoDB's names of types; the items here have sets of nothing but texts."""
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "attribute_exists": lambda found: found is not _ABSENT,
    "attribute_not_exists": lambda found: found is _ABSENT,
    "attribute_type": lambda found, name: _TYPES.get(type(found)) == name,
    "contains": lambda found, value: value in found,
    "if_not_exists": lambda found, other: other if found is _ABSENT else found,
    "among": lambda *values: values,
}
_WORDS = {"=": "==", "AND": "and", "OR": "or", "NOT": "not", "IN": "in among"}
_TOKEN = re.compile(r"<=|>=|<>|[=<>(),+]|:\w+|[#\w.]+")
_CLAUSE = re.compile(r"\b(SET|REMOVE)\b")
_COMMA = re.compile(r",(?![^(]*\))")


@cache
def _value(text: str, names: Names) -> Value:
    """What an expression gives for an item and some values."""

    def word(found: re.Match[str]) -> str:
        token = found[0]
        if token in _WORDS:
            return f" {_WORDS[token]} "
        if token.startswith(":"):
            return f"values[{token!r}]"
        is_path = token[0] in "#_" or token[0].isalpha()
        return f"at(item, {_path(token, names)})" if is_path and token not in _FUNCTIONS else token

    known = {"at": _at, **_FUNCTIONS}
    made: Value = eval(f"lambda item, values: {_TOKEN.sub(word, text.strip())}", known)  # noqa: S307 - from our own adapters
    return made


def _path(text: str, names: Names) -> tuple[str, ...]:
    return tuple(dict(names).get(step, step) for step in text.strip().split("."))


def _at(item: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(item, dict) or step not in item:
            return _ABSENT
        item = item[step]
    return item


@cache
def _changes(text: str, names: Names) -> tuple[Change, ...]:
    """What an update does, one attribute after the other."""
    before, *clauses = _CLAUSE.split(text)
    if before.strip():
        raise SyntaxError(f"{before!r} is in no clause of {text!r}")
    pairs = batched(clauses, 2, strict=True)
    return tuple(_change(clause, each.strip(), names) for clause, actions in pairs for each in _COMMA.split(actions))


def _change(clause: str, action: str, names: Names) -> Change:
    target, _, operand = action.partition("=")
    path = _path(target, names)
    given = _value(operand, names) if clause != "REMOVE" else None

    def change(item: Item, before: Item, values: Mapping[str, Any]) -> None:
        for step in path[:-1]:
            if step not in item:
                raise KeyError(f"the path {target} does not exist")
            item[step] = dict(item[step])  # an item that was read before must not change
            item = item[step]
        if given is None:
            item.pop(path[-1], None)
            return
        item[path[-1]] = given(before, values)

    return change
