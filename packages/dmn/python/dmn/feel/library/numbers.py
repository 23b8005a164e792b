"""Numeric and boolean functions (DMN 1.5, 10.3.4.2, 10.3.4.5)."""

from __future__ import annotations

import decimal
import functools
from decimal import Decimal

from dmn.errors import InvalidError
from dmn.feel.library.registry import builtin
from dmn.feel.values import NUMBERS, Value
from dmn.temporal.kinds import Months, Span

MIN_SCALE, MAX_SCALE = -6111, 6176
_WIDE = decimal.Context(prec=7000, Emin=-20000, Emax=20000, traps=[decimal.InvalidOperation])


def as_integer(number: Decimal, name: str) -> int:
    """Read a position, size or part of a date; a fraction is cut off, as all engines do. Raises InvalidError."""
    if number.adjusted() > 17:  # noqa: PLR2004 - beyond 64 bits
        raise InvalidError(f"'{name}' is out of range: {number}", "argument")
    return int(number)


def round_to(number: Decimal, scale: Decimal | None = None, *, rounding: str) -> Decimal:
    places = int(scale or 0)  # the specification's Java heritage cuts a fraction of the scale off
    if not MIN_SCALE <= places <= MAX_SCALE:
        raise InvalidError(f"a scale lies between {MIN_SCALE} and {MAX_SCALE}, not {scale}", "argument")
    if places >= -int(number.as_tuple().exponent):
        return number
    return NUMBERS.plus(number.quantize(Decimal((0, (1,), -places)), rounding, _WIDE))


_TO_SCALE = "n: number, scale?: number"
floor = builtin("floor", _TO_SCALE)(functools.partial(round_to, rounding=decimal.ROUND_FLOOR))
ceiling = builtin("ceiling", _TO_SCALE)(functools.partial(round_to, rounding=decimal.ROUND_CEILING))
for _name, _rounding in {
    "decimal": decimal.ROUND_HALF_EVEN,
    "round up": decimal.ROUND_UP,
    "round down": decimal.ROUND_DOWN,
    "round half up": decimal.ROUND_HALF_UP,
    "round half down": decimal.ROUND_HALF_DOWN,
}.items():
    builtin(_name, "n: number, scale: number")(functools.partial(round_to, rounding=_rounding))


@builtin("abs", "n: number|years and months duration|days and time duration")
def abs_(n: Decimal | Months | Span) -> Value:
    if isinstance(n, Decimal):
        return NUMBERS.abs(n)
    return type(n)(abs(n[0]))


@builtin("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return dividend - divisor * floor(dividend / divisor), which has the divisor's sign."""
    if not divisor:
        raise InvalidError("modulo by zero", "arithmetic")
    rest = NUMBERS.remainder(dividend, divisor)
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@builtin("sqrt", "number: number")
def sqrt(number: Decimal) -> Decimal:
    return NUMBERS.sqrt(number)


@builtin("log", "number: number")
def log(number: Decimal) -> Decimal:
    if number <= 0:
        raise InvalidError(f"{number} has no logarithm", "arithmetic")
    return NUMBERS.ln(number)


@builtin("exp", "number: number")
def exp(number: Decimal) -> Decimal:
    return NUMBERS.exp(number)


@builtin("odd", "number: number")
def odd(number: Decimal) -> bool:
    return NUMBERS.remainder_near(number, Decimal(2)).copy_abs() == 1


@builtin("even", "number: number")
def even(number: Decimal) -> bool:
    return NUMBERS.remainder_near(number, Decimal(2)) == 0


@builtin("not", "negand: any")
def not_(negand: Value) -> bool | None:
    if type(negand) is not bool:
        raise InvalidError("only a boolean can be negated", "null" if negand is None else "argument")
    return not negand
