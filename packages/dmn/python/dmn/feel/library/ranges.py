"""Range functions after Allen's interval algebra (DMN 1.5, 10.3.4.9, table 78)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from dmn.errors import FeelSyntaxError, InvalidError
from dmn.feel import syntax, values
from dmn.feel.library.moments import MOMENTS, parse_at_literal
from dmn.feel.library.registry import BUILTINS, builtin
from dmn.feel.operators import swap
from dmn.feel.parser import parse_expression
from dmn.feel.values import Range, Value
from dmn.feel.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmn.feel.syntax import Node

type _Relation = Callable[[Range, Range], bool]

_RANGES = "range1: range, range2: range"
_POINT_RANGE, _RANGE_POINT = "point: any, range: range", "range: range, point: any"
_POINTS = "point1: any, point2: any"


def _point(value: Value) -> Range:
    """Return a point as the range that holds nothing else."""
    values.compare(value, value)  # refuses a kind that has no order
    return Range(value, value, low_closed=True, high_closed=True)


def _interval(value: Range) -> Range:
    if value.operator == "!=":
        raise InvalidError(f"{value} is no interval", "argument")
    return value


def _orders(left: Range, right: Range) -> tuple[int, int]:
    """Order two lower bounds, and two upper ones: one that is open to infinity or closed holds more than another."""
    starts, ends = (left.low is not None) - (right.low is not None), (left.high is None) - (right.high is None)
    if left.low is not None and right.low is not None:
        starts = values.compare(left.low, right.low) or right.low_closed - left.low_closed
    if left.high is not None and right.high is not None:
        ends = values.compare(left.high, right.high) or left.high_closed - right.high_closed
    return starts, ends


def _end_against_start(left: Range, right: Range) -> int:
    """Order the upper bound of one range and the lower bound of another."""
    return 1 if left.high is None or right.low is None else values.compare(left.high, right.low)


def _before(first: Range, second: Range) -> bool:
    order = _end_against_start(first, second)
    return order < 0 or (order == 0 and not (first.high_closed and second.low_closed))


def _overlaps_before(first: Range, second: Range) -> bool:
    starts, ends = _orders(first, second)
    return starts < 0 and ends <= 0 and not _before(first, second)


def _declare(name: str, inverse: str, run: _Relation, *signatures: str) -> None:
    """Declare a relation, and the one that it is when its arguments change places."""
    for signature in signatures:
        takers = [_point if part.startswith("point") else _interval for part in signature.split(", ")]
        relate = functools.partial(_relate, run, takers)
        builtin(name, signature)(relate)
        if inverse:
            turned = {_POINT_RANGE: _RANGE_POINT, _RANGE_POINT: _POINT_RANGE}.get(signature, signature)
            builtin(inverse, turned)(swap(relate))


def _relate(run: _Relation, takers: Sequence[Callable[[Any], Range]], *values: Value) -> bool:
    if None in values:
        raise InvalidError("null cannot be ordered", "null")
    return run(*(take(value) for take, value in zip(takers, values, strict=True)))


def _by_bounds(holds: Callable[[int, int], bool]) -> _Relation:
    return lambda first, second: holds(*_orders(first, second))


_declare("before", "after", _before, _RANGES, _POINT_RANGE, _RANGE_POINT, _POINTS)
_declare("meets", "met by", lambda a, b: a.high_closed and b.low_closed and _end_against_start(a, b) == 0, _RANGES)
_declare("overlaps", "", lambda a, b: not _before(a, b) and not _before(b, a), _RANGES)
_declare("overlaps before", "overlaps after", _overlaps_before, _RANGES)
_declare("finishes", "finished by", _by_bounds(lambda starts, ends: starts >= 0 == ends), _RANGES)
_declare("finishes", "finished by", _by_bounds(lambda _, ends: ends == 0), _POINT_RANGE)
_declare("includes", "during", _by_bounds(lambda starts, ends: starts <= 0 <= ends), _RANGES, _RANGE_POINT)
_declare("starts", "started by", _by_bounds(lambda starts, ends: starts == 0 >= ends), _RANGES)
_declare("starts", "started by", _by_bounds(lambda starts, _: starts == 0), _POINT_RANGE)
_declare("coincides", "", _by_bounds(lambda starts, ends: starts == ends == 0), _RANGES, _POINTS)


@builtin("range", "from: string")
def range_(text: str) -> Range:
    """Read a range from its literal; a bound left out is open to infinity, and so its bracket is open too."""
    low, separator, high = text.strip()[1:-1].partition("..")
    brackets = text.strip()[:1] + text.strip()[-1:]
    if not separator or brackets[:1] not in ("[", "(", "]") or brackets[1:] not in ("]", ")", "["):
        raise InvalidError(f"'{text:.60}' is not a range", "argument")
    low_closed, high_closed = brackets[0] == "[", brackets[1] == "]"
    start, end = _read_bound(low, closed=low_closed), _read_bound(high, closed=high_closed)
    if start is None and end is None:
        raise InvalidError("a range has a bound", "argument")
    if start is not None and end is not None and values.compare(start, end) > 0:
        raise InvalidError(f"'{text:.60}' ends before it starts", "argument")
    return Range(start, end, low_closed, high_closed)


def _read_bound(text: str, *, closed: bool) -> Value:
    if not text.strip():
        if closed:
            raise InvalidError("a bound that is left out is open", "argument")
        return None
    try:
        return literal_value(parse_expression(text, Vocabulary(BUILTINS)))
    except FeelSyntaxError as error:
        raise InvalidError(f"'{text:.60}' is no bound of a range: {error.reason}", "argument") from None


def literal_value(node: Node) -> Value:
    if isinstance(node, syntax.Literal) and node.value is not None and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, syntax.AtLiteral):
        return parse_at_literal(node.text)
    if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name) and node.names is None:
        function = BUILTINS.get(node.function.name)
        if function is not None and function.name in MOMENTS:
            return function.invoke(*map(literal_value, node.arguments))
    raise InvalidError("a bound of a range is a literal", "argument")
