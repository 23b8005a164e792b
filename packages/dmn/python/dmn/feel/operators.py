"""Arithmetic and comparison of FEEL values (DMN 1.5, 10.3.2.5, tables 51 to 57).

Each function raises InvalidError where the specification says null.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dmn.errors import InvalidError, LimitError
from dmn.feel import values
from dmn.feel.values import NUMBERS, Range, Value, kind_of
from dmn.runtime import current
from dmn.temporal.kinds import DAY, Date, DateTime, Months, Span, Time

if TYPE_CHECKING:
    from collections.abc import Callable


_MAX_POWER_EXPONENT = 20_000  # FEEL's numbers end at 6,144


def _undefined(operator: str, left: Value, right: Value) -> InvalidError:
    kind = "null" if left is None or right is None else "type"
    return InvalidError(f"{kind_of(left)} {operator} {kind_of(right)} is not defined", kind)


def power(left: Value, right: Value) -> Value:
    if type(left) is not Decimal or type(right) is not Decimal:
        raise _undefined("**", left, right)
    if not left and not right:
        return Decimal(1)  # as IEEE 754 and Java have it; Python's decimal has none
    if not left and right < 0:
        raise InvalidError("0 has no power below 0", "arithmetic")  # Python's decimal has an infinite one
    if left and abs(right * left.adjusted()) > _MAX_POWER_EXPONENT:
        # A power that large is out of range; the decimal module would work it out first, for minutes.
        if (left.adjusted() > 0) == (right > 0):
            raise InvalidError("the power is out of range", "arithmetic")
        return Decimal(0)
    return NUMBERS.power(left, right)


def negate(value: Value) -> Value:
    if type(value) is Decimal:
        return NUMBERS.minus(value)
    if type(value) is Span or type(value) is Months:
        return type(value)(-value[0])
    raise InvalidError(f"a {kind_of(value)} has no negative", "null" if value is None else "type")


def _concatenate(left: str, right: str) -> str:
    check_length(len(left) + len(right))
    return left + right


def check_length(characters: int) -> None:
    """Refuse to make a text that is longer than a text may be."""
    most = current().limits.characters
    if characters > most:
        raise LimitError(f"a text would be longer than {most} characters")


def _date_plus_span(date: Date, span: Span) -> Date:
    return Date.of_epoch_day(date.epoch_day + span.nanoseconds // DAY)


def _time_plus(time: Time, nanoseconds: int) -> Time:
    return time._replace(nanoseconds=(time.nanoseconds + nanoseconds) % DAY)


def _difference[T: (Time, DateTime)](later: T, earlier: T) -> Span:
    if (later.utc_offset is None) != (earlier.utc_offset is None):
        raise InvalidError(f"a local {kind_of(later)} and one with a zone have no difference")
    return Span(later.instant - earlier.instant)


def _midnight(date: Date) -> DateTime:
    """Read a date as its midnight in UTC (10.3.2.9.4)."""
    return DateTime(date, Time(0, 0))


def whole(number: Decimal) -> int:
    """Drop the fraction of a number, refusing sizes that no calendar needs."""
    if number.adjusted() > 30:  # noqa: PLR2004 - nanoseconds of a billion years
        raise InvalidError("the number is too large for a date or duration", "arithmetic")
    return int(number)


def _scale[T: (Months, Span)](duration: T, factor: Decimal) -> T:
    return type(duration)(whole(NUMBERS.multiply(Decimal(duration[0]), factor)))


def _shrink[T: (Months, Span)](duration: T, divisor: Decimal) -> T:
    return type(duration)(whole(NUMBERS.divide(Decimal(duration[0]), divisor)))


def _ratio[T: (Months, Span)](left: T, right: T) -> Decimal:
    return NUMBERS.divide(Decimal(left[0]), Decimal(right[0]))


type _Table = dict[tuple[type, type], Callable[[Value, Value], Value]]

_ADD: _Table = {
    (Decimal, Decimal): NUMBERS.add,
    (str, str): _concatenate,
    (Months, Months): lambda a, b: Months(a.months + b.months),
    (Span, Span): lambda a, b: Span(a.nanoseconds + b.nanoseconds),
    (Date, Months): lambda date, months: date.plus_months(months.months),
    (Date, Span): _date_plus_span,
    (DateTime, Months): lambda moment, months: moment.plus_months(months.months),
    (DateTime, Span): lambda moment, span: moment.plus(span.nanoseconds),
    (Time, Span): lambda time, span: _time_plus(time, span.nanoseconds),
}


def _of_negative(add_to: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    return lambda left, duration: add_to(left, negate(duration))


def swap(operation: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    return lambda right, left: operation(left, right)


_SUBTRACT: _Table = {
    (Decimal, Decimal): NUMBERS.subtract,
    (Date, Date): lambda a, b: Span((a.epoch_day - b.epoch_day) * DAY),
    (DateTime, DateTime): _difference,
    (DateTime, Date): lambda a, b: _difference(a, _midnight(b)),
    (Date, DateTime): lambda a, b: _difference(_midnight(a), b),
    (Time, Time): _difference,
    **{pair: _of_negative(add_to) for pair, add_to in _ADD.items() if pair[1] in (Months, Span)},
}
_MULTIPLY: _Table = {
    (Decimal, Decimal): NUMBERS.multiply,
    (Months, Decimal): _scale,
    (Span, Decimal): _scale,
}
for _table in (_ADD, _MULTIPLY):
    _table |= {(right, left): swap(run) for (left, right), run in _table.items() if left is not right}
_DIVIDE: _Table = {
    (Decimal, Decimal): NUMBERS.divide,
    (Months, Decimal): _shrink,
    (Span, Decimal): _shrink,
    (Months, Months): _ratio,
    (Span, Span): _ratio,
}


def _operation(sign: str, table: _Table) -> Callable[[Value, Value], Value]:
    def run(left: Value, right: Value) -> Value:
        handler = table.get((type(left), type(right)))
        if handler is None:
            raise _undefined(sign, left, right)
        return handler(left, right)

    return run


add, subtract, divide = _operation("+", _ADD), _operation("-", _SUBTRACT), _operation("/", _DIVIDE)
ARITHMETIC: dict[str, tuple[Callable[[Value, Value], Value], Callable[[Decimal, Decimal], Decimal]]] = {
    "+": (add, NUMBERS.add),
    "-": (subtract, NUMBERS.subtract),
    "*": (_operation("*", _MULTIPLY), NUMBERS.multiply),
    "/": (divide, NUMBERS.divide),
    "**": (power, power),
}


def equal(left: Value, right: Value) -> bool:
    answer = values.equals(left, right)
    if answer is None:
        raise InvalidError(f"{kind_of(left)} and {kind_of(right)} cannot be compared")
    return answer


def ordered(test: Callable[[int], bool]) -> Callable[[Value, Value], bool]:
    def compare(left: Value, right: Value) -> bool:
        if left is None or right is None:
            raise InvalidError("null cannot be ordered", "null")
        return test(values.compare(left, right))

    return compare


COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": ordered(lambda order: order < 0),
    "<=": ordered(lambda order: order <= 0),
    ">": ordered(lambda order: order > 0),
    ">=": ordered(lambda order: order >= 0),
}


def contains(interval: Range, value: Value) -> bool:
    """Tell whether a value lies in a range; raises InvalidError where it cannot be ordered with the bounds."""
    if value is None or (interval.low is None and interval.high is None):
        raise InvalidError("null cannot be ordered", "null")
    if interval.operator == "!=":
        return not equal(value, interval.low)
    if interval.low is not None:
        order = values.compare(interval.low, value)
        if order > 0 or (order == 0 and not interval.low_closed):
            return False
    if interval.high is not None:
        order = values.compare(value, interval.high)
        return order < 0 or (order == 0 and interval.high_closed)
    return True


def between(value: Value, low: Value, high: Value) -> bool:
    """Tell whether a value lies between two; one bound that rules it out is enough, though the other be null."""
    sides = [None if None in pair else values.compare(*pair) <= 0 for pair in ((low, value), (value, high))]
    if None in sides and False not in sides:
        raise InvalidError("null cannot be ordered", "null")
    return False not in sides
