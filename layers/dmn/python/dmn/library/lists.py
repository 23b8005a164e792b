"""List functions (DMN 1.5, 10.3.4.4) and aggregates over numbers, strings and temporal values."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import TYPE_CHECKING

from dmn import operators, values
from dmn.errors import InvalidError, LimitError
from dmn.library.numbers import as_integer
from dmn.library.registry import BUILTINS, Builtin, Signature, builtin
from dmn.runtime import current
from dmn.temporal import Date, Months, Span
from dmn.values import NUMBERS, Function, Value

if TYPE_CHECKING:
    from collections.abc import Callable

_TWO = 2
_PART_STEPS = 2  # what a short list takes of memory, in steps


def aggregate[F: Callable[[list[Value]], Value]](name: str) -> Callable[[F], F]:
    """Declare a function that takes a list, or its items as arguments."""

    def declare(run: F) -> F:
        function = BUILTINS.setdefault(name, Builtin(name))
        function.add(Signature("list: list", run))
        function.add(Signature("first: any, second: any, others: any...", lambda *items: run(list(items))))
        return run

    return declare


def _numbers(items: list[Value], *, least: int = 1) -> list[Decimal]:
    if len(items) < least:
        raise InvalidError(f"needs {least} or more numbers", "argument")
    for item in items:
        if type(item) is not Decimal:
            raise InvalidError(f"an item is a {values.kind_of(item)}, not a number", "argument")
    return items


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


def _truth(items: list[Value], decisive: bool) -> bool | None:  # noqa: FBT001 - `all` and `any` differ by it alone
    for item in items:
        if item is not None and type(item) is not bool:
            raise InvalidError(f"an item is a {values.kind_of(item)}, not a boolean", "argument")
    if decisive in items:
        return decisive
    return None if None in items else not decisive


@aggregate("count")
def count(items: list[Value]) -> Decimal:
    return NUMBERS.create_decimal(len(items))


def _extreme(items: list[Value], sign: int) -> Value:
    if not items:
        raise InvalidError("an empty list has no extreme", "argument")
    best = items[0]
    values.compare(best, best)
    for item in items[1:]:
        if values.compare(item, best) * sign > 0:
            best = item
    return best


@aggregate("min")
def min_(items: list[Value]) -> Value:
    return _extreme(items, -1)


@aggregate("max")
def max_(items: list[Value]) -> Value:
    return _extreme(items, 1)


@aggregate("sum")
def sum_(items: list[Value]) -> Value:
    if not items:
        raise InvalidError("an empty list has no sum", "argument")
    if type(items[0]) is Decimal:
        return functools.reduce(NUMBERS.add, _numbers(items))
    if type(items[0]) not in values.TEMPORAL:
        raise InvalidError("only numbers and durations have a sum", "argument")
    return functools.reduce(operators.add, items)


@aggregate("product")
def product(items: list[Value]) -> Decimal:
    return functools.reduce(NUMBERS.multiply, _numbers(items))


@aggregate("mean")
def mean(items: list[Value]) -> Value:
    return operators.divide(sum_(items), NUMBERS.create_decimal(len(items)))


@aggregate("median")
def median(items: list[Value]) -> Decimal:
    ordered = sorted(_numbers(items))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return NUMBERS.divide(NUMBERS.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@aggregate("stddev")
def stddev(items: list[Value]) -> Decimal:
    """Answer the standard deviation of a sample."""
    numbers = _numbers(items, least=2)
    average = NUMBERS.divide(functools.reduce(NUMBERS.add, numbers), Decimal(len(numbers)))
    squares = [NUMBERS.power(NUMBERS.subtract(number, average), 2) for number in numbers]
    return NUMBERS.sqrt(NUMBERS.divide(functools.reduce(NUMBERS.add, squares), Decimal(len(numbers) - 1)))


@aggregate("mode")
def mode(items: list[Value]) -> list[Decimal]:
    counts: dict[Decimal, int] = {}
    for number in _numbers(items, least=0):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


@aggregate("all")
def all_(items: list[Value]) -> bool | None:
    return _truth(items, decisive=False)


@aggregate("any")
def any_(items: list[Value]) -> bool | None:
    return _truth(items, decisive=True)


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
    answers = [match.call(item, new_item) for item in items]
    if not all(isinstance(answer, bool) for answer in answers):
        raise InvalidError("match must answer true or false", "argument")
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
        if precedes.call(left, right) is True:
            return -1
        return int(precedes.call(right, left) is True)

    return sorted(items, key=functools.cmp_to_key(order))


@builtin("partition", "list: list, size: number")
def partition(items: list[Value], size: Decimal) -> list[list[Value]]:
    """Cut a list into lists of a size, the last one shorter where it does not come out even."""
    step = as_integer(size, "size")
    if step < 1:
        raise InvalidError("a size is at least 1", "argument")
    current().tick(len(items) // step * _PART_STEPS)
    return [items[start : start + step] for start in range(0, len(items), step)]
