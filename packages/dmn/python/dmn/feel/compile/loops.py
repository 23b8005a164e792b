"""Compiles what goes over lists: filters, `for`, `some`, `every` (DMN 1.5, 10.3.2.5, tables 59, 62, 63)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dmn.errors import InvalidError
from dmn.feel import syntax
from dmn.feel.compile.dispatch import compile_node, compiles, refusing
from dmn.feel.library.lists import check_items
from dmn.feel.values import NUMBERS, Range, Value, compare, kind_of
from dmn.temporal.kinds import Date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dmn.feel.scope import Unit
    from dmn.runtime import Closure, Env


@compiles(syntax.Filter)
def compile_filter(node: syntax.Filter, unit: Unit) -> Closure:
    value = compile_node(node.value, unit)
    literal = node.condition.value if isinstance(node.condition, syntax.Literal) else None
    if isinstance(literal, Decimal):
        return refusing(lambda env: pick(as_list(value(env)), literal), node.start, unit.source)
    return filter_with(value, lambda inner: compile_node(node.condition, inner), unit, node.start)


def filter_with(value: Closure, compile_condition: Callable[[Unit], Closure], unit: Unit, start: int) -> Closure:
    """Keep the items for which a condition is true; where it returns a number, that is the position of the item."""
    inner, source = unit.within(), unit.source
    slot = inner.scope.item = inner.scope.declare("item")
    condition = compile_condition(inner)

    def run(env: Env) -> Value:
        run_ = env[0]
        target = value(env)
        if target is None:
            run_.warn("null", "null cannot be filtered", start, source)
            return None
        items = as_list(target)
        kept: list[Value] = []
        for item in items or (None,):
            run_.tick()
            env[slot] = item
            silent = len(run_.warnings)
            answer = condition(env)
            if not items:
                del run_.warnings[silent:]
            if type(answer) is Decimal:
                return pick(items, answer)
            if answer is True and items:
                kept.append(item)
            elif answer is not None and answer is not True and answer is not False:
                run_.warn("type", f"a filter returns a {kind_of(answer)}, not a boolean or number", start, source)
                return None
        return kept

    return refusing(run, start, source)


def as_list(value: Value) -> list[Value]:
    return value if type(value) is list else [value]


def pick(items: list[Value], position: Decimal) -> Value:
    """Return the item at a position counted from 1, or from the end where negative. Raises InvalidError."""
    count = len(items)
    if position == 0 or abs(position) > count or position != position.to_integral_value():
        raise InvalidError(f"position {position} is outside of a list of {count}", "argument")
    index = int(position)
    return items[index - 1 if index > 0 else index]


class Loop:
    """One `name in values` while it runs."""

    __slots__ = ("slot", "until", "values")

    def __init__(self, slot: int, values: Closure, until: Closure | None = None) -> None:
        self.slot = slot
        self.values = values
        self.until = until

    def items(self, env: Env) -> Iterable[Value]:
        first = self.values(env)
        if self.until is not None:
            return count_through(first, self.until(env))
        if first is None:
            raise InvalidError("null cannot be iterated", "null")
        if isinstance(first, Range):
            return iterate_range(first)
        return as_list(first)


def _compile_loops(iterations: tuple[syntax.Iteration, ...], unit: Unit) -> tuple[list[Loop], Unit]:
    loops: list[Loop] = []
    inner = unit
    for iteration in iterations:
        values = compile_node(iteration.values, inner)
        until = compile_node(iteration.until, inner) if iteration.until is not None else None
        inner = inner.within([iteration.name])
        loops.append(Loop(inner.scope.slots[iteration.name], values, until))
    return loops, inner


def iterate_range(interval: Range) -> Iterator[Value]:
    """Return the whole numbers or days within a range, which must not end before it starts."""
    low, high = interval.low, interval.high
    if low is None or high is None or compare(low, high) > 0 or interval.operator == "!=":
        raise InvalidError("a range that has no end or ends before it starts cannot be iterated")
    items = list(count_through(low, high))
    if items and not interval.low_closed and compare(items[0], low) == 0:
        items = items[1:]
    if items and not interval.high_closed and compare(items[-1], high) == 0:
        items = items[:-1]
    return iter(items)


def count_through(first: Value, last: Value) -> Iterator[Value]:
    """Return each number or date from one to another, both included (10.3.2.14)."""
    if type(first) is Date and type(last) is Date:
        low, high = first.epoch_day, last.epoch_day
        step = 1 if low <= high else -1
        check_items(abs(high - low) + 1)
        return (Date.of_epoch_day(day) for day in range(low, high + step, step))
    if type(first) is not Decimal or type(last) is not Decimal:
        raise InvalidError(f"one cannot count from {kind_of(first)} to {kind_of(last)}")
    distance = last - first
    check_items(int(abs(distance)) + 1)
    step = 1 if distance >= 0 else -1
    return (NUMBERS.add(first, Decimal(step * offset)) for offset in range(int(abs(distance)) + 1))


@compiles(syntax.For)
def compile_for(node: syntax.For, unit: Unit) -> Closure:
    """Compile `for`; the name `partial` is the list of results so far (10.3.2.14)."""
    outer = unit.within(["partial"])
    partial = outer.scope.slots["partial"]
    loops, inner = _compile_loops(node.iterations, outer)
    return for_with(loops, partial, compile_node(node.result, inner), unit, node.start)


def for_with(loops: list[Loop], partial: int, result: Closure, unit: Unit, start: int) -> Closure:
    reads_partial = "partial" in unit.source.text or start == 0

    def run(env: Env) -> Value:
        results: list[Value] = []
        most = env[0].limits.items
        for _ in _each(loops, 0, env):
            env[partial] = env[0].charge(results.copy()) if reads_partial else results
            results.append(result(env))
            if len(results) > most:
                check_items(len(results))
        return results

    return refusing(run, start, unit.source)


def _each(loops: list[Loop], at: int, env: Env) -> Iterator[None]:
    """Set the slots of the loops to each combination, the last loop innermost."""
    loop = loops[at]
    last = at == len(loops) - 1
    for item in loop.items(env):
        env[0].tick()
        env[loop.slot] = item
        if last:
            yield
        else:
            yield from _each(loops, at + 1, env)


@compiles(syntax.Quantified)
def compile_quantified(node: syntax.Quantified, unit: Unit) -> Closure:
    loops, inner = _compile_loops(node.iterations, unit)
    condition = compile_node(node.condition, inner)
    return quantified_with(loops, condition, node.quantifier, unit, node.start)


def quantified_with(loops: list[Loop], condition: Closure, quantifier: str, unit: Unit, start: int) -> Closure:
    """Join the conditions of all items with three-valued `or` (some) or `and` (every)."""
    decisive, source = quantifier == "some", unit.source

    def run(env: Env) -> Value:
        unknown = False
        for _ in _each(loops, 0, env):
            answer = condition(env)
            if answer is decisive:
                return decisive
            if type(answer) is not bool:
                unknown = True
                if answer is not None:
                    env[0].warn("type", f"a condition is a {kind_of(answer)}, not a boolean", start, source)
                    return None
        return None if unknown else not decisive

    return refusing(run, start, source)
