"""Compiles unary tests: cells of decision tables, allowed values, what follows `in` (DMN 1.5, 7.3.3, 10.3.2.10).

A test takes a value and the list of values of its unit, and returns True, False or None (not comparable).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from dmn.errors import InvalidError
from dmn.feel import operators, syntax
from dmn.feel.compile.dispatch import compile_node, compiles
from dmn.feel.parser import parse_unary_tests
from dmn.feel.values import Function, Range, Value, equals, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmn.feel.scope import Unit
    from dmn.runtime import Closure, Env

type Test = Callable[[Value, Env], bool | None]

INPUT = "?"


def compile_unary_tests(text: str, unit: Unit, names: Sequence[str] = ()) -> Test | None:
    """Compile the text of a cell, in which the unit stands and each of `names` is the tested value; None for `-`."""
    if not text.strip() or text.strip() == "-":
        return None
    return compile_tests(parse_unary_tests(text, unit.vocabulary), unit, names)


def compile_tests(node: syntax.Tests, unit: Unit, names: Sequence[str] = ()) -> Test:
    slot, _ = unit.scope.find(INPUT)
    if slot is None:
        unit = unit.within([INPUT])
        slot = unit.scope.slots[INPUT]
    if names:
        unit = unit.within()
        unit.scope.slots.update(dict.fromkeys(names, slot))
    own = frozenset([INPUT, *names])
    tests = tuple(_compile_test(test, unit, slot, own) for test in node.tests)
    if len(tests) == 1 and not node.negated:
        return tests[0]
    negated = node.negated

    def run(value: Value, env: Env) -> bool | None:
        unknown = False
        for test in tests:
            answer = test(value, env)
            if answer is True:
                return not negated
            unknown = unknown or answer is None
        return None if unknown else negated

    return run


def mentions(node: syntax.Node, names: frozenset[str]) -> bool:
    """Tell whether one of some names occurs in a tree."""
    waiting: list[object] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, syntax.Name) and part.name in names:
            return True
        parts = part.parts() if isinstance(part, syntax.Part) else part
        waiting += parts if isinstance(parts, tuple) else ()
    return False


def _compile_test(node: syntax.Node, unit: Unit, slot: int, own: frozenset[str]) -> Test:
    if isinstance(node, syntax.UnaryTest):
        general = _compile_operator(node, unit, slot)
        bound = _number(node.operand)
        return general if bound is None else _number_operator(_ON_NUMBERS[node.operator], bound, general)
    if isinstance(node, syntax.Literal):
        return _equal_to(node.value)
    expression = compile_node(node, unit)
    if isinstance(node, syntax.RangeLiteral):
        within = _within(expression, unit, node.start)
        low, high = _number(node.low), _number(node.high)
        return within if low is None or high is None else _number_within(node, low, high, within)
    own_boolean = mentions(node, own)

    def run(value: Value, env: Env) -> bool | None:
        env[slot] = value
        return _matches(value, expression(env), own_boolean=own_boolean)

    return run


def _number(node: syntax.Node | None) -> Decimal | None:
    return node.value if isinstance(node, syntax.Literal) and isinstance(node.value, Decimal) else None


# Most cells of most tables compare a number with constants; these skip what other kinds need.

_ON_NUMBERS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _number_operator(holds: Callable[[Decimal, Decimal], bool], bound: Decimal, general: Test) -> Test:
    return lambda value, env: holds(value, bound) if type(value) is Decimal else general(value, env)


def _number_within(node: syntax.RangeLiteral, low: Decimal, high: Decimal, general: Test) -> Test:
    above, below = _ON_NUMBERS["<=" if node.low_closed else "<"], _ON_NUMBERS["<=" if node.high_closed else "<"]

    def run(value: Value, env: Env) -> bool | None:
        if type(value) is Decimal:
            return above(low, value) and below(value, high)
        return general(value, env)

    return run


def _equal_to(constant: Value) -> Test:
    kind = type(constant)
    if constant is None:
        return lambda value, _env: value is None
    return lambda value, _env: (value == constant) if type(value) is kind else _in_value(value, constant)


def _in_value(value: Value, constant: Value) -> bool | None:
    return None if value is None else equals(value, constant)


def _compile_operator(node: syntax.UnaryTest, unit: Unit, slot: int) -> Test:
    operand, sign, start, source = compile_node(node.operand, unit), node.operator, node.start, unit.source
    compare = operators.COMPARISONS[sign]

    def run(value: Value, env: Env) -> bool | None:
        env[slot] = value
        other = operand(env)
        if sign == "!=":
            return equals(value, other) is not True
        if sign == "=":
            return equals(value, other)
        if value is None:
            return None
        try:
            return compare(value, other)
        except InvalidError as error:
            env[0].refuse(error, start, source)
            return None

    return run


def _within(interval: Closure, unit: Unit, start: int) -> Test:
    source = unit.source

    def run(value: Value, env: Env) -> bool | None:
        bounds = interval(env)
        if bounds is None or value is None:
            return None
        try:
            return equals(value, bounds) is True if isinstance(value, Range) else operators.contains(bounds, value)
        except InvalidError as error:
            env[0].refuse(error, start, source)
            return None

    return run


def _matches(value: Value, answer: Value, *, own_boolean: bool) -> bool | None:
    """Read what an expression returned in a test: a truth about `?`, a list or range to lie in, or a value to equal."""
    if type(answer) is bool and (own_boolean or type(value) is not bool):
        return answer
    if isinstance(answer, list):
        return equals(value, answer) is True or any(_lies_in(value, item) is True for item in answer)
    if answer is None:
        return None if own_boolean else value is None
    return None if value is None or isinstance(answer, Function) else _lies_in(value, answer)


def _lies_in(value: Value, item: Value) -> bool | None:
    if isinstance(item, Range) and not isinstance(value, Range):
        try:
            return operators.contains(item, value)
        except InvalidError:
            return None
    return equals(value, item)


@compiles(syntax.In)
def compile_in(node: syntax.In, unit: Unit) -> Closure:
    value, start, source = compile_node(node.value, unit), node.start, unit.source
    test = compile_tests(node.tests, unit)

    def run(env: Env) -> bool | None:
        given, warnings = value(env), env[0].warnings
        known = len(warnings)
        answer = test(given, env)
        if answer is None and len(warnings) == known:
            kind = "null" if given is None else "type"
            env[0].warn(kind, f"a {kind_of(given)} cannot be compared with what follows 'in'", start, source)
        return answer

    return run
