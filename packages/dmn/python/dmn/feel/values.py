"""The values of FEEL and what holds for all of them: kinds, equality, text (DMN 1.5, 10.3.2.2, 10.3.2.13).

null is None, boolean bool, number Decimal of 34 digits, string str, list list, context dict; the rest are types of
this package. `border` takes the caller's values in and hands these out.
"""

from __future__ import annotations

from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TYPE_CHECKING, Any, NamedTuple

from dmn.errors import InvalidError, LimitError
from dmn.runtime import current
from dmn.temporal import kinds
from dmn.temporal.kinds import Date, DateTime, Months, Span, Time

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

type Value = Any  # a FEEL value, checked at run time

NUMBERS = Context(prec=34, Emin=-6143, Emax=6144, traps=[DivisionByZero, InvalidOperation, Overflow])
_EXACT_JSON = 2**53
TEMPORAL = (Date, Time, DateTime, Months, Span)


class Range(NamedTuple):
    """An interval; a bound that is None is open to infinity (10.3.2.7).

    One that was written as a comparison keeps its operator: `(= 5)` holds what `[5..5]` holds, and equals it not; and
    `(!= 5)` holds all but its bound.
    """

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool
    operator: str = ""

    @classmethod
    def of_comparison(cls, operator: str, bound: Value) -> Range:
        low = None if operator in ("<", "<=") else bound
        high = None if operator in (">", ">=") else bound
        closed = operator in ("=", "<=", ">=")
        return cls(low, high, closed and low is not None, closed and high is not None, operator)

    def __str__(self) -> str:
        if self.operator:
            return f"({self.operator} {to_text(self.high if self.low is None else self.low, nested=True)})"
        left, right = "[" if self.low_closed else "(", "]" if self.high_closed else ")"
        return f"{left}{to_text(self.low, nested=True)}..{to_text(self.high, nested=True)}{right}"


class Function:
    """A function value, as also a business knowledge model is; `run` takes a value of its type for each parameter."""

    __slots__ = ("name", "parameters", "result", "run")

    def __init__(
        self, name: str, parameters: tuple[tuple[str, Value], ...], run: Callable[..., Value], result: Value = None
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.run = run
        self.result = result

    def invoke(self, *arguments: Value) -> Value:
        """Call it; InvalidError says that the values are not as many as the parameters, or not of their types."""
        return self.run(*self.take(arguments))

    def take(self, arguments: Sequence[Value]) -> list[Value]:
        """Check the arguments and take each to its type. Raises InvalidError."""
        if len(arguments) != len(self.parameters):
            has = f"{self.name} takes {len(self.parameters)} arguments, not {len(arguments)}"
            raise InvalidError(has, "argument")
        taken: list[Value] = []
        try:
            for (_, kind), value in zip(self.parameters, arguments, strict=True):
                taken.append(kind.convert(value))
        except InvalidError as error:
            raise InvalidError(f"parameter '{self.parameters[len(taken)][0]}': {error.message}", "argument") from None
        return taken

    def __str__(self) -> str:
        return f"function({', '.join(name for name, _ in self.parameters)})"


def kind_of(value: Value) -> str:
    """Name the kind of a value as FEEL does."""
    kind = KINDS.get(type(value)) or ("function" if isinstance(value, Function) else None)
    if kind is None:
        raise TypeError(f"{type(value).__name__} is no FEEL value")
    return kind


KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    Months: "years and months duration",
    Span: "days and time duration",
}


def equals(left: Value, right: Value) -> bool | None:  # noqa: PLR0911 - a kind each
    """Compare two values with `=` (10.3.2.13): null equals null only; None where the kinds differ."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind is list:
        return left is right or (len(left) == len(right) and _same_items(left, right))
    if kind is dict:
        return left is right or (left.keys() == right.keys() and _same_items(left.values(), map(right.get, left)))
    if kind is DateTime or kind is Time:
        return _same_moment(left, right)
    if kind is Range:
        bounds = equals(left.low, right.low) is True and equals(left.high, right.high) is True
        return bounds and left[2:] == right[2:]
    return bool(left == right)


def _same_items(left: Collection[Value], right: Iterable[Value]) -> bool:
    """Compare items in pairs; they are counted, as parts that are used twice at each level are many."""
    current().tick(1 + (len(left) >> 2))
    return all(equals(a, b) is True for a, b in zip(left, right, strict=True))


def _same_moment(left: DateTime | Time, right: DateTime | Time) -> bool:
    is_local = left.utc_offset is None
    return is_local is (right.utc_offset is None) and bool(order_key(left) == order_key(right))


def order_key(value: Value) -> Value:
    """Return what orders a value among those of its kind.

    For times of day and instants that is the number of whole seconds, as the specification's functions value_t and
    value_dt have it (10.3.2.3.4, 10.3.2.3.6): fractions of a second count in arithmetic, and not in comparisons.
    """
    return value.instant // kinds.SECOND if isinstance(value, (DateTime, Time)) else value


def number_to_json(number: Decimal) -> int | float | str:
    """Write a number for JSON: a number where a double holds all of it, else its digits as a text."""
    if number == number.to_integral_value() and abs(number) < _EXACT_JSON:
        return int(number)
    double = float(number)
    return double if Decimal(repr(double)) == number else str(number)


def compare(left: Value, right: Value) -> int:
    """Return -1, 0 or 1 for two values of a kind that has an order (10.3.2.5, table 51). Raises InvalidError."""
    kind = type(left)
    if kind is not type(right):
        raise InvalidError(f"{kind_of(left)} and {kind_of(right)} cannot be ordered")
    if kind not in ORDERED:
        raise InvalidError(f"a {kind_of(left)} has no order")
    if (kind is DateTime or kind is Time) and (left.utc_offset is None) != (right.utc_offset is None):
        raise InvalidError(f"a local {kind_of(left)} and one with a zone cannot be ordered")
    a, b = order_key(left), order_key(right)
    return int(a > b) - int(a < b)


ORDERED = frozenset({Decimal, str, Date, Time, DateTime, Months, Span})


def to_text(value: Value, *, nested: bool = False) -> str:
    """Print a value as `string()` does; nested in a list or context, strings are quoted (10.3.4.1)."""
    if type(value) is not list and type(value) is not dict:
        return _leaf_text(value, nested=nested)
    writer = _Writer(current().limits.characters)
    writer.write(value)
    return "".join(writer.parts)


def brief(value: Value, most: int = 100) -> str:
    """Print the start of a value, for a message."""
    writer = _Writer(most)
    try:
        writer.write(value)
    except LimitError:
        return "".join(writer.parts)[:most]
    return "".join(writer.parts)


class _Writer:
    """Writes a value piece by piece, as long as there is room."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.parts: list[str] = []

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.room -= len(text)
        if self.room < 0:
            raise LimitError("a text would be longer than a text may be")

    def write(self, value: Value) -> None:
        if type(value) is list:
            self.add("[")
            for number, item in enumerate(value):
                if number:
                    self.add(", ")
                self.write(item)
            self.add("]")
        elif type(value) is dict:
            self.add("{")
            for number, (key, item) in enumerate(value.items()):
                self.add(f"{', ' if number else ''}{_key_text(key)}: ")
                self.write(item)
            self.add("}")
        else:
            self.add(_leaf_text(value, nested=True))


def _leaf_text(value: Value, *, nested: bool) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if nested else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        return format(value or abs(value), "f")
    return str(value)


def _key_text(key: str) -> str:
    return key if key.replace(" ", "_").isidentifier() else to_text(key, nested=True)
