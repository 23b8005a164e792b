"""Conversion functions: number, string (DMN 1.5, 10.3.4.1); the temporal ones are in `moments`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmn.errors import InvalidError
from dmn.feel.library.registry import builtin
from dmn.feel.values import NUMBERS, Value, to_text

if TYPE_CHECKING:
    from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)
_SEPARATORS = (None, " ", ",", ".")


@builtin("number", "from: string", "from: string, grouping separator: string?, decimal separator: string?")
def number(text: str, grouping: str | None = None, decimal: str | None = None) -> Decimal:
    """Read a number; the grouping separator is dropped, the decimal one becomes a point."""
    if grouping not in _SEPARATORS or decimal not in (None, ",", "."):
        raise InvalidError("a grouping separator is space, comma or point, a decimal one comma or point", "argument")
    if grouping and grouping == decimal:
        raise InvalidError("the two separators must differ", "argument")
    plain = text.replace(grouping, "") if grouping else text
    if decimal == ",":
        if "." in plain:
            raise InvalidError(f"'{text:.60}' is not a number", "argument")
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise InvalidError(f"'{text:.60}' is not a number", "argument")
    return NUMBERS.create_decimal(plain)


@builtin("string", "from: any")
def string(value: Value) -> str:
    if value is None:
        raise InvalidError("parameter 'from' is null", "null")
    return to_text(value)
