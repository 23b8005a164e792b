"""Range functions after Allen's interval algebra (DMN 1.5, 10.3.4.9, table 78)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.errors import FeelSyntaxError, InvalidError
from dmn.feel import syntax, values
from dmn.feel.library.moments import parse_at_literal
from dmn.feel.library.registry import BUILTINS, builtin
from dmn.feel.parser import parse_expression
from dmn.feel.values import Range, Value
from dmn.feel.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmn.feel.syntax import Node

_PAIR = "range1: range, range2: range"


def _order(left: Value, right: Value) -> int:
    if left is None or right is None:
        raise InvalidError("null cannot be ordered", "null")
    return values.compare(left, right)


def _bounds(*intervals: Range) -> None:
    """Refuse what lies on both sides of a value, since Allen's relations are between intervals."""
    for interval in intervals:
        if interval.operator == "!=":
            raise InvalidError(f"{interval} is no interval", "argument")


def _order_starts(left: Range, right: Range) -> int:
    """Order two lower bounds by value only; an open end to infinity comes first."""
    _bounds(left, right)
    if left.low is None or right.low is None:
        return (left.low is not None) - (right.low is not None)
    return values.compare(left.low, right.low)


def _order_ends(left: Range, right: Range) -> int:
    _bounds(left, right)
    if left.high is None or right.high is None:
        return (left.high is None) - (right.high is None)
    return values.compare(left.high, right.high)


def _end_against_start(left: Range, right: Range) -> int:
    """Order the upper bound of one range and the lower bound of another."""
    _bounds(left, right)
    if left.high is None or right.low is None:
        return 1
    return values.compare(left.high, right.low)


def _start_against(interval: Range, point: Value) -> int:
    _bounds(interval)
    return -1 if interval.low is None and point is not None else _order(interval.low, point)


def _end_against(interval: Range, point: Value) -> int:
    _bounds(interval)
    return 1 if interval.high is None and point is not None else _order(interval.high, point)


@builtin("before", _PAIR)
def before_ranges(first: Range, second: Range) -> bool:
    order = _end_against_start(first, second)
    return order < 0 or (order == 0 and not (first.high_closed and second.low_closed))


@builtin("before", "point: any, range: range")
def before_point_range(point: Value, interval: Range) -> bool:
    order = _start_against(interval, point)
    return order > 0 or (order == 0 and not interval.low_closed)


@builtin("before", "range: range, point: any")
def before_range_point(interval: Range, point: Value) -> bool:
    order = _end_against(interval, point)
    return order < 0 or (order == 0 and not interval.high_closed)


@builtin("before", "point1: any, point2: any")
def before_points(first: Value, second: Value) -> bool:
    return _order(first, second) < 0


@builtin("meets", _PAIR)
def meets(first: Range, second: Range) -> bool:
    return first.high_closed and second.low_closed and _end_against_start(first, second) == 0


@builtin("overlaps", _PAIR)
def overlaps(first: Range, second: Range) -> bool:
    return not before_ranges(first, second) and not before_ranges(second, first)


@builtin("overlaps before", _PAIR)
def overlaps_before(first: Range, second: Range) -> bool:
    starts, ends = _order_starts(first, second), _order_ends(first, second)
    begins_before = starts < 0 or (starts == 0 and first.low_closed and not second.low_closed)
    ends_within = ends < 0 or (ends == 0 and (not first.high_closed or second.high_closed))
    return begins_before and ends_within and not before_ranges(first, second)


@builtin("finishes", _PAIR)
def finishes_ranges(first: Range, second: Range) -> bool:
    starts = _order_starts(first, second)
    same_end = first.high_closed == second.high_closed and _order_ends(first, second) == 0
    return same_end and (starts > 0 or (starts == 0 and (not first.low_closed or second.low_closed)))


@builtin("finishes", "point: any, range: range")
def finishes_point(point: Value, interval: Range) -> bool:
    return interval.high_closed and _end_against(interval, point) == 0


@builtin("includes", _PAIR)
def includes_ranges(first: Range, second: Range) -> bool:
    starts, ends = _order_starts(first, second), _order_ends(first, second)
    from_start = starts < 0 or (starts == 0 and (first.low_closed or not second.low_closed))
    to_end = ends > 0 or (ends == 0 and (first.high_closed or not second.high_closed))
    return from_start and to_end


@builtin("includes", "range: range, point: any")
def includes_point(interval: Range, point: Value) -> bool:
    start, end = _start_against(interval, point), _end_against(interval, point)
    return (start < 0 or (start == 0 and interval.low_closed)) and (end > 0 or (end == 0 and interval.high_closed))


@builtin("starts", _PAIR)
def starts_ranges(first: Range, second: Range) -> bool:
    ends = _order_ends(first, second)
    same_start = first.low_closed == second.low_closed and _order_starts(first, second) == 0
    return same_start and (ends < 0 or (ends == 0 and (not first.high_closed or second.high_closed)))


@builtin("starts", "point: any, range: range")
def starts_point(point: Value, interval: Range) -> bool:
    return interval.low_closed and _start_against(interval, point) == 0


@builtin("coincides", _PAIR)
def coincides_ranges(first: Range, second: Range) -> bool:
    same_bounds = _order_starts(first, second) == 0 and _order_ends(first, second) == 0
    return same_bounds and first[2:4] == second[2:4]


@builtin("coincides", "point1: any, point2: any")
def coincides_points(first: Value, second: Value) -> bool:
    return _order(first, second) == 0


def _declare_inverse(name: str, signature: str, run: Callable[[Value, Value], bool]) -> None:
    builtin(name, signature)(lambda first, second: run(second, first))


for _name, _signature, _inverse in (
    ("after", _PAIR, before_ranges),
    ("after", "point: any, range: range", before_range_point),
    ("after", "range: range, point: any", before_point_range),
    ("after", "point1: any, point2: any", before_points),
    ("met by", _PAIR, meets),
    ("overlaps after", _PAIR, overlaps_before),
    ("finished by", _PAIR, finishes_ranges),
    ("finished by", "range: range, point: any", finishes_point),
    ("during", _PAIR, includes_ranges),
    ("during", "point: any, range: range", includes_point),
    ("started by", _PAIR, starts_ranges),
    ("started by", "range: range, point: any", starts_point),
):
    _declare_inverse(_name, _signature, _inverse)


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
        if function is not None and function.name in ("date", "time", "date and time", "duration"):
            return function.invoke(*map(literal_value, node.arguments))
    raise InvalidError("a bound of a range is a literal", "argument")
