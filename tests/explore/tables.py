"""DynamoDB in memory, as far as the claim's adapters use it: their own expressions are read and hold as they do there.

So no condition is written down a second time here. A guard is taken out by changing an expression's text on its way in
(``REWRITE``); that the reading is right is shown by the courses that moto plays, too.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

type Item = dict[str, Any]
type Check = Callable[[Item, Mapping[str, Any]], bool]
type Operand = Callable[[Item, Mapping[str, Any]], Any]
type Change = Callable[[Item, Item, Mapping[str, Any]], None]

_TOKEN = re.compile(r"\s*(<=|>=|<>|[=<>(),+]|:\w+|[#\w.]+)")
_ABSENT = object()

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
        return not condition or _condition(condition, _names(write))(item, write.get("ExpressionAttributeValues", {}))

    def changed(self, write: Mapping[str, Any], item: Item, name: str, key: str) -> Item:
        changed = {**item, self.keys[name]: key}
        values = write.get("ExpressionAttributeValues", {})
        for change in _update(write["UpdateExpression"], _names(write)):
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


def _names(write: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((write.get("ExpressionAttributeNames") or {}).items())


class _Reader:
    """Reads an expression token by token."""

    def __init__(self, text: str, names: tuple[tuple[str, str], ...]) -> None:
        self._tokens = _TOKEN.findall(text)
        self._at = 0
        self._names = dict(names)

    @property
    def next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.next
        if expected is not None and token != expected:
            raise SyntaxError(f"{expected!r} expected, not {token!r} in {self._tokens}")
        self._at += 1
        return token

    def path(self) -> tuple[str, ...]:
        return tuple(self._names.get(step, step) for step in self.take().split("."))

    def operand(self) -> Operand:
        if self.next == "if_not_exists":
            self.take()
            self.take("(")
            path = self.path()
            self.take(",")
            other = self.operand()
            self.take(")")
            first: Operand = lambda item, values: (  # noqa: E731
                other(item, values) if (found := _at(item, path)) is _ABSENT else found
            )
        elif self.next.startswith(":"):
            value = self.take()
            first = lambda _, values: values[value]  # noqa: E731
        else:
            path = self.path()
            first = lambda item, _: _at(item, path)  # noqa: E731
        if self.next == "+":
            self.take()
            second = self.operand()
            return lambda item, values: first(item, values) + second(item, values)
        return first

    def condition(self) -> Check:
        found = [self.all_of()]
        while self.next == "OR":
            self.take()
            found.append(self.all_of())
        return found[0] if len(found) == 1 else lambda item, values: any(each(item, values) for each in found)

    def all_of(self) -> Check:
        found = [self.one()]
        while self.next == "AND":
            self.take()
            found.append(self.one())
        return found[0] if len(found) == 1 else lambda item, values: all(each(item, values) for each in found)

    def one(self) -> Check:
        if self.next == "(":
            self.take()
            inner = self.condition()
            self.take(")")
            return inner
        if self.next in {"attribute_exists", "attribute_not_exists"}:
            exists = self.take() == "attribute_exists"
            self.take("(")
            path = self.path()
            self.take(")")
            return lambda item, _: (_at(item, path) is not _ABSENT) is exists
        if self.next == "NOT":
            self.take()
            inner = self.one()
            return lambda item, values: not inner(item, values)
        if self.next in {"attribute_type", "contains"}:
            name = self.take()
            self.take("(")
            path = self.path()
            self.take(",")
            value = self.operand()
            self.take(")")
            return _has_type(path, value) if name == "attribute_type" else _contains(path, value)
        left = self.operand()
        operator = self.take()
        if operator == "IN":
            self.take("(")
            among = [self.operand()]
            while self.next == ",":
                self.take()
                among.append(self.operand())
            self.take(")")
            return lambda item, values: left(item, values) in [each(item, values) for each in among]
        right = self.operand()
        compare = _COMPARE[operator]

        def check(item: Item, values: Mapping[str, Any]) -> bool:
            first, second = left(item, values), right(item, values)
            return first is not _ABSENT and second is not _ABSENT and compare(first, second)

        return check


_TYPES: Mapping[type, str] = {dict: "M", set: "SS", list: "L", str: "S", bool: "BOOL", int: "N", Decimal: "N"}
"""DynamoDB's names of types; the items here have sets of nothing but texts."""


def _has_type(path: tuple[str, ...], name: Operand) -> Check:
    return lambda item, values: _TYPES.get(type(_at(item, path))) == name(item, values)


def _contains(path: tuple[str, ...], value: Operand) -> Check:
    return lambda item, values: (found := _at(item, path)) is not _ABSENT and value(item, values) in found


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda first, second: bool(first == second),
    "<": lambda first, second: bool(first < second),
    "<=": lambda first, second: bool(first <= second),
    ">": lambda first, second: bool(first > second),
    ">=": lambda first, second: bool(first >= second),
}


@cache
def _condition(text: str, names: tuple[tuple[str, str], ...]) -> Check:
    reader = _Reader(text, names)
    check = reader.condition()
    if reader.next:
        raise SyntaxError(f"{reader.next!r} is left of {text!r}")
    return check


@cache
def _update(text: str, names: tuple[tuple[str, str], ...]) -> tuple[Change, ...]:
    reader = _Reader(text, names)
    changes: list[Change] = []
    clause = ""
    while reader.next:
        clause = reader.take() if reader.next in {"SET", "ADD", "REMOVE"} else clause
        path = reader.path()
        if clause == "SET":
            reader.take("=")
            changes.append(_assigned(path, reader.operand()))
        elif clause == "ADD":
            changes.append(_added(path, reader.operand()))
        elif clause == "REMOVE":
            changes.append(_removed(path))
        else:
            raise SyntaxError(f"{path} is in no clause of {text!r}")
        if reader.next == ",":
            reader.take()
    return tuple(changes)


def _assigned(path: tuple[str, ...], operand: Operand) -> Change:
    def change(item: Item, before: Item, values: Mapping[str, Any]) -> None:
        _holder_of(item, path)[path[-1]] = operand(before, values)

    return change


def _added(path: tuple[str, ...], operand: Operand) -> Change:
    def change(item: Item, before: Item, values: Mapping[str, Any]) -> None:
        value, known = operand(before, values), _at(before, path)
        if known is not _ABSENT:
            value = known | value if isinstance(value, set) else known + value
        _holder_of(item, path)[path[-1]] = value

    return change


def _removed(path: tuple[str, ...]) -> Change:
    def change(item: Item, _: Item, __: Mapping[str, Any]) -> None:
        _holder_of(item, path).pop(path[-1], None)

    return change


def _holder_of(item: Item, path: tuple[str, ...]) -> Item:
    """The map that holds a path's last step, copied on the way: an item that was read before must not change."""
    for step in path[:-1]:
        if step not in item:
            raise KeyError(f"the path {'.'.join(path)} does not exist")
        item[step] = dict(item[step])
        item = item[step]
    return item


def _at(item: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(item, dict) or step not in item:
            return _ABSENT
        item = item[step]
    return item
