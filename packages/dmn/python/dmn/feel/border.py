"""The border with the caller: Python's values come in, FEEL's go out, to Python or as JSON has them.

One walker does all three. It counts what it walks, so that a value that is small in memory and huge when it is written
out, as one whose parts are used twice at each level, is refused and not expanded.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from dmn.errors import InvalidError, LimitError
from dmn.feel.values import KINDS, NUMBERS, TEMPORAL, Function, Value, number_to_json
from dmn.runtime import DEFAULT_LIMITS, Limits, Run
from dmn.temporal import standard

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = frozenset({type(None), bool, Decimal, str})
"""Kinds that are the same inside and outside."""
_LEAVES = frozenset(kind for kind in KINDS if kind is not list and kind is not dict)
_MAX_BITS = 25_000  # of a whole number; FEEL's largest has 20,411
EXACT = 10**34  # whole numbers below it need no rounding


class Walker:
    """Takes lists and contexts apart, and puts them together with each leaf converted; a shared part stays shared."""

    __slots__ = ("_count", "_done", "_leaf", "_limits")

    def __init__(self, leaf: Callable[[Value], Value], limits: Limits = DEFAULT_LIMITS) -> None:
        self._leaf = leaf
        self._limits = limits
        self._done: dict[int, tuple[Value, Value, int]] = {}  # the source keeps its id from being used again

    def __call__(self, value: Value) -> Value:
        """Convert a value, or raise LimitError."""
        self._count = 0
        return self._walk(value, 0)

    def _walk(self, value: Value, depth: int) -> Value:
        kind = type(value)
        if kind in _LEAVES or not isinstance(value, (list, dict, tuple)):
            return self._leaf(value)
        known = self._done.get(id(value))
        if known is not None:
            self._add(known[2])
            return known[1]
        if depth >= self._limits.depth:
            raise LimitError(f"the value is nested deeper than {self._limits.depth}, or holds itself")
        before = self._count
        self._add(1 + len(value))
        converted: Value
        if isinstance(value, dict):
            converted = {_key(key): self._walk(item, depth + 1) for key, item in value.items()}
        else:
            converted = [self._walk(item, depth + 1) for item in value]
        self._done[id(value)] = value, converted, self._count - before
        return converted

    def _add(self, count: int) -> None:
        self._count += count
        if self._count > self._limits.written:
            raise LimitError(f"a value has more than {self._limits.written} items when it is written out")


def _key(key: object) -> str:
    try:
        return key if type(key) is str else str(key)
    except ValueError:  # a whole number of too many digits
        raise InvalidError(f"a {type(key).__name__} is no name of an entry") from None


def to_python(value: Value, limits: Limits = DEFAULT_LIMITS) -> Value:
    """Hand a FEEL value out: temporal values become the standard library's where those can hold them."""
    return _leaf_out(value) if type(value) in _LEAVES else Walker(_leaf_out, limits)(value)


def from_python(value: Value, limits: Limits = DEFAULT_LIMITS) -> Value:
    """Take a caller's value in. Raises InvalidError where FEEL has none such, LimitError where it is too large."""
    kind = type(value)
    if kind in PLAIN and kind is not Decimal:
        return value
    if kind is int and -EXACT < value < EXACT:
        return Decimal(value)
    if isinstance(value, (list, dict, tuple)) and kind not in _LEAVES:
        return Walker(_leaf_in, limits)(value)
    return _leaf_in(value)


def to_json(value: Value, limits: Limits = DEFAULT_LIMITS) -> Value:
    """Return a value that `json.dumps` accepts, with numbers as `number_to_json` has them."""
    return Walker(leaf_to_json, limits)(value)


def hand_out(value: Value, run: Run) -> Value:
    """Hand a value out to the audit of a run, each part once however many records tell it."""
    if type(value) in _LEAVES:
        return _leaf_out(value)
    if run.walker is None:
        run.walker = Walker(_leaf_out, run.limits)
    return run.walker(value)


def _leaf_out(value: Value) -> Value:
    return standard.to_python(value) if type(value) in TEMPORAL else value


def _leaf_in(value: Value) -> Value:  # noqa: PLR0911 - a kind each
    kind = type(value)
    if kind is Decimal:
        return _number(value)
    if kind in KINDS or isinstance(value, Function):
        return value
    if isinstance(value, int):
        if value.bit_length() > _MAX_BITS:
            raise InvalidError("a whole number of that size is out of FEEL's range")
        return _number(Decimal(value))
    if isinstance(value, float):
        return _number(Decimal(float.__repr__(value)))
    if isinstance(value, Decimal):
        return _number(Decimal(value))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return standard.from_python(value)
    raise InvalidError(f"a {kind.__name__} is no FEEL value")


def _number(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise InvalidError(f"{value} is no number in FEEL")
    try:
        return NUMBERS.plus(value)
    except ArithmeticError:
        raise InvalidError(f"{value:.9e} is out of FEEL's range") from None


def leaf_to_json(value: Value) -> Value:
    if isinstance(value, Decimal):
        return number_to_json(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return str(standard.from_python(value))
    return str(value)
