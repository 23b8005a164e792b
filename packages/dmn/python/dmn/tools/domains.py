"""The domain of a table's column, cut where its cells cut it: between two cuts all values meet the same fate.

A segment is a sample value, on which the engine's own tests are run; so the analysis can never read a cell otherwise
than the evaluation does.
"""

from __future__ import annotations

import functools
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from dmn.errors import FeelSyntaxError, InvalidError
from dmn.feel import operators, syntax, values
from dmn.feel.library.numbers import ceiling, floor
from dmn.feel.library.ranges import literal_value
from dmn.feel.types import IntegerType, Type
from dmn.feel.values import Value
from dmn.temporal.kinds import DAY, SECOND, Date, DateTime, Months, Span, Time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_STEPS: dict[type, Value] = {
    Decimal: Decimal(1),
    Date: Span(DAY),
    DateTime: Span(DAY),
    Time: Span(SECOND),
    Months: Months(1),
    Span: Span(1),
}
_ANY: tuple[Value, ...] = (
    Decimal(0),
    Date(2000, 1, 1),
    Time(0),
    DateTime(Date(2000, 1, 1), Time(0)),
    Span(0),
    Months(0),
    [],
    {},
)


def read_constants(text: str, parse: Callable[[str], syntax.Tests]) -> list[Value] | None:
    """Return the constants that the tests of a cell compare with; None where they are more than such comparisons."""
    if text.strip() in ("", "-"):
        return []
    try:
        return [value for test in parse(text).tests for value in _constants(test)]
    except (FeelSyntaxError, InvalidError):
        return None


def _constants(node: syntax.Node) -> list[Value]:
    if isinstance(node, syntax.UnaryTest):
        return _constants(node.operand)
    if isinstance(node, syntax.RangeLiteral):
        return [*_constants(node.low), *_constants(node.high)]
    return [node.value if isinstance(node, syntax.Literal) else literal_value(node)]


def cut_domain(
    constants: Iterable[Value], kind: Type, allowed: Callable[[Value], bool], *, ordered: bool
) -> list[Value]:
    """Cut the domain of a column at its constants; samples that the model does not allow are left out.

    Texts are a line, as numbers are, only where they are `ordered`: where a test compares which one comes first. The
    next text after one has a space more.

    The last sample is null, which an evaluation admits in every column, whatever values it allows.
    """
    known = _distinct(constants)
    if isinstance(kind, IntegerType):
        known = _distinct(whole for value in known for whole in (floor(value), ceiling(value)))
    if (kind.accepts(True) and not kind.accepts("")) or any(type(value) is bool for value in known):  # noqa: FBT003
        samples: list[Value] = [True, False]
    elif known and type(known[0]) is not str:
        samples = _cut_line(known, whole=isinstance(kind, IntegerType))
    elif not known and not kind.accepts(""):
        samples = [next((value for value in _ANY if kind.accepts(value)), None)]
    elif ordered:
        samples = list(dict.fromkeys(["", *(text for value in known for text in (value, f"{value} "))]))
    else:
        samples = [*known, "…" + "".join(known)[:20]]
    return [*filter(allowed, samples), None]


def _distinct(constants: Iterable[Value]) -> list[Value]:
    by_key: dict[tuple[object, ...], Value] = {}
    for value in constants:
        if value is not None:
            zoned = type(getattr(value, "utc_offset", None))
            by_key.setdefault((type(value), zoned, values.order_key(value)), value)
    known = list(by_key.values())
    try:
        return sorted(known, key=functools.cmp_to_key(values.compare))
    except InvalidError:
        first = type(known[0])
        return [value for value in known if type(value) is first]


def _cut_line(points: list[Value], *, whole: bool) -> list[Value]:
    samples = [step(points[0], -1)]
    for point, following in pairwise(points):
        middle = point + 1 if whole else between(point, following)
        samples += [point, None if whole and middle >= following else middle]
    samples += [points[-1], step(points[-1], 1)]
    return [sample for sample in samples if sample is not None]


def step(value: Value, sign: int) -> Value:
    """Return a value somewhat below or above; None where the kind has an end there."""
    unit = _STEPS.get(type(value))
    try:
        stepped = None if unit is None else (operators.add if sign > 0 else operators.subtract)(value, unit)
    except InvalidError:
        return None
    # A time goes on after midnight.
    return stepped if stepped is not None and values.compare(stepped, value) == sign else None


def between(low: Value, high: Value) -> Value:
    """Return a value between two of a kind, or None where they are neighbours."""
    if type(low) not in _STEPS:
        return None
    middle = operators.add(low, operators.divide(operators.subtract(high, low), Decimal(2)))
    return middle if values.compare(low, middle) else None
