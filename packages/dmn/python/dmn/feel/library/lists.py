"""List functions (DMN 1.5, 10.3.4.4); those that make one value of a list are in `aggregates`."""

from __future__ import annotations

import functools
from decimal import Decimal

from dmn.errors import InvalidError, LimitError
from dmn.feel import values
from dmn.feel.library.numbers import as_integer
from dmn.feel.library.registry import builtin
from dmn.feel.values import NUMBERS, Function, Value
from dmn.runtime import current
from dmn.temporal.kinds import Date, Months, Span

_TWO = 2
_PART_STEPS = 2  # what a short list takes of memory, in steps


def _same(left: Value, right: Value) -> bool:
    return values.equals(left, right) is True


def _bounded(items: list[Value]) -> list[Value]:
    check_items(len(items))
    return items


def check_items(count: int) -> None:
    """Refuse to make a list of more items than a list may have."""
    most = current().limits.items
    if count > most:
        raise LimitError(f"a list would have more than {most} items")


@builtin("list contains", "list: list, element: any")
def list_contains(items: list[Value], element: Value) -> bool:
    return any(_same(item, element) for item in items)


@builtin("sublist", "list: list, start position: number, length?: number")
def sublist(items: list[Value], start: Decimal, length: Decimal | None = None) -> list[Value]:
    first = _index(items, start)
    if length is None:
        return items[first:]
    size = as_integer(length, "length")
    if size < 1 or first + size > len(items):
        raise InvalidError(f"length {size} is outside of the list", "argument")
    return items[first : first + size]


def _index(items: list[Value], position: Decimal) -> int:
    """Turn a position (from 1, or from the end where negative) into an index."""
    number = as_integer(position, "position")
    if number == 0 or abs(number) > len(items):
        raise InvalidError(f"position {number} is outside of the list", "argument")
    return number - 1 if number > 0 else len(items) + number


@builtin("append", "list: list, item: any...")
def append(items: list[Value], *more: Value) -> list[Value]:
    return _bounded([*items, *more])


@builtin("concatenate", "list: list...")
def concatenate(*lists: list[Value]) -> list[Value]:
    return _bounded([item for items in lists for item in items])


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(items: list[Value], position: Decimal, new_item: Value) -> list[Value]:
    index = _index(items, position)
    return _bounded([*items[:index], new_item, *items[index:]])


@builtin("remove", "list: list, position: number")
def remove(items: list[Value], position: Decimal) -> list[Value]:
    index = _index(items, position)
    return [*items[:index], *items[index + 1 :]]


@builtin("list replace", "list: list, position: number, newItem: any")
def list_replace(items: list[Value], position: Decimal, new_item: Value) -> list[Value]:
    index = _index(items, position)
    return [*items[:index], new_item, *items[index + 1 :]]


@builtin("list replace", "list: list, match: function, newItem: any")
def list_replace_matching(items: list[Value], match: Function, new_item: Value) -> list[Value]:
    """Replace each item for which match(item, newItem) is true."""
    if len(match.parameters) != _TWO:
        raise InvalidError("match takes an item and the new item", "argument")
    answers = [match.invoke(item, new_item) for item in items]
    if not all(isinstance(answer, bool) for answer in answers):
        raise InvalidError("match must return true or false", "argument")
    return [new_item if answer else item for item, answer in zip(items, answers, strict=True)]


@builtin("reverse", "list: list")
def reverse(items: list[Value]) -> list[Value]:
    return items[::-1]


@builtin("index of", "list: list, match: any")
def index_of(items: list[Value], match: Value) -> list[Decimal]:
    return [NUMBERS.create_decimal(index) for index, item in enumerate(items, 1) if _same(item, match)]


@builtin("union", "list: list...")
def union(*lists: list[Value]) -> list[Value]:
    return distinct_values(concatenate(*lists))


@builtin("distinct values", "list: list")
def distinct_values(items: list[Value]) -> list[Value]:
    seen = _Seen()
    return [item for item in items if seen.first(item)]


@builtin("duplicate values", "list: list")
def duplicate_values(items: list[Value]) -> list[Value]:
    seen = _Seen()
    return distinct_values([item for item in items if not seen.first(item)])


class _Seen:
    """Remembers values: simple ones by hash, the others by comparing."""

    def __init__(self) -> None:
        self.simple: set[tuple[type, Value]] = set()
        self.others: list[Value] = []

    def first(self, item: Value) -> bool:
        if type(item) in _SIMPLE:
            key = type(item), item
            if key in self.simple:
                return False
            self.simple.add(key)
            return True
        if any(_same(item, other) for other in self.others):
            return False
        self.others.append(item)
        if len(self.others) > _MAX_COMPARED:
            raise LimitError(f"more than {_MAX_COMPARED} distinct lists or contexts")
        return True


_NATIVE = frozenset({Decimal, str, Date, Months, Span})  # kinds that Python orders as FEEL does
_SIMPLE = frozenset({Decimal, str, bool, type(None)})
_MAX_COMPARED = 1000


@builtin("flatten", "list: list")
def flatten(items: list[Value]) -> list[Value]:
    flat: list[Value] = []
    run = current()
    run.tick(1 + (len(items) >> 2))  # each list on the way counts, since lists of nothing make nothing
    for item in items:
        if isinstance(item, list):
            flat += flatten(item)
        else:
            flat.append(item)
        check_items(len(flat))
    return flat


@builtin("sort", "list: list, precedes?: function")
def sort(items: list[Value], precedes: Function | None = None) -> list[Value]:
    if precedes is None:
        kinds = set(map(type, items))
        if len(kinds) == 1 and kinds <= _NATIVE:
            return sorted(items)
        return sorted(items, key=functools.cmp_to_key(values.compare))
    if len(precedes.parameters) != _TWO:
        raise InvalidError("precedes takes two items", "argument")

    def order(left: Value, right: Value) -> int:
        if precedes.invoke(left, right) is True:
            return -1
        return int(precedes.invoke(right, left) is True)

    return sorted(items, key=functools.cmp_to_key(order))


@builtin("partition", "list: list, size: number")
def partition(items: list[Value], size: Decimal) -> list[list[Value]]:
    """Cut a list into lists of a size, the last one shorter where it does not come out even."""
    step = as_integer(size, "size")
    if step < 1:
        raise InvalidError("a size is at least 1", "argument")
    current().tick(len(items) // step * _PART_STEPS)
    return [items[start : start + step] for start in range(0, len(items), step)]
