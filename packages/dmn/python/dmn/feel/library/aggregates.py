"""Aggregates over numbers, texts, truths and temporal values (DMN 1.5, 10.3.4.4)."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import TYPE_CHECKING

from dmn.errors import InvalidError
from dmn.feel import operators, values
from dmn.feel.library.registry import BUILTINS, Builtin, Signature
from dmn.feel.values import NUMBERS, Value

if TYPE_CHECKING:
    from collections.abc import Callable


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


def _truth(items: list[Value], *, decisive: bool) -> bool | None:
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


min_ = aggregate("min")(functools.partial(_extreme, sign=-1))
max_ = aggregate("max")(functools.partial(_extreme, sign=1))


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
    """Return the standard deviation of a sample."""
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


aggregate("all")(functools.partial(_truth, decisive=False))
aggregate("any")(functools.partial(_truth, decisive=True))
