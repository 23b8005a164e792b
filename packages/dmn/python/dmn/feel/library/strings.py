"""String functions (DMN 1.5, 10.3.4.3)."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from dmn.errors import InvalidError
from dmn.feel.library.numbers import as_integer
from dmn.feel.library.registry import builtin
from dmn.feel.operators import check_length
from dmn.feel.values import NUMBERS, Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from dmn.feel.library.regex import Pattern


@builtin("substring", "string: string, start position: number, length?: number")
def substring(string: str, start: Decimal, length: Decimal | None = None) -> str:
    """Cut from a position counted from 1, or from the end where it is negative."""
    position = as_integer(start, "start position")
    if position == 0 or abs(position) > len(string):
        raise InvalidError(f"start position {position} is outside of the string", "argument")
    first = position - 1 if position > 0 else len(string) + position
    if length is None:
        return string[first:]
    count = int(length)
    if count < 1:
        raise InvalidError("a length is at least 1", "argument")
    return string[first : first + count]


@builtin("string length", "string: string")
def string_length(string: str) -> Decimal:
    return NUMBERS.create_decimal(len(string))


@builtin("substring before", "string: string, match: string")
def substring_before(string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string, match: string")
def substring_after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


_WRITTEN: dict[str, Callable[[str], str]] = {"upper case": str.upper, "lower case": str.lower, "trim": str.strip}
_HELD: dict[str, Callable[[str, str], bool]] = {
    "contains": operator.contains,
    "starts with": str.startswith,
    "ends with": str.endswith,
}
for _name, _run in _WRITTEN.items():
    builtin(_name, "string: string")(_run)
for _name, _test in _HELD.items():
    builtin(_name, "string: string, match: string")(_test)


def _compile_pattern(pattern: str, flags: str = "") -> Pattern:
    from dmn.feel.library.regex import compile_pattern  # noqa: PLC0415 - loaded for the first pattern

    return compile_pattern(pattern, flags)


@builtin("matches", "input: string, pattern: string, flags?: string?")
def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    return next(_compile_pattern(pattern, flags or "").find_all(text), None) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string?")
def replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    found = _compile_pattern(pattern, flags or "")
    if found.compiled.match(""):
        raise InvalidError("a pattern that matches nothing at all cannot be replaced", "argument")
    plain = "q" in (flags or "")
    parts: list[str | int] = [replacement] if plain else found.read_replacement(replacement)
    check_length(len(text) * (len(replacement) + 1) // 10)
    written: list[str] = []
    at = 0
    for groups in found.find_all(text):
        written.append(text[at : groups[0]])
        written += [part if isinstance(part, str) else text[groups[2 * part] : groups[2 * part + 1]] for part in parts]
        at = groups[1]
    return "".join([*written, text[at:]])


@builtin("split", "string: string, delimiter: string")
def split(string: str, delimiter: str) -> list[str]:
    pattern = _compile_pattern(delimiter)
    if pattern.compiled.match(""):
        raise InvalidError("a delimiter matches at least one character", "argument")
    parts: list[str] = []
    at = 0
    for found in pattern.find_all(string):
        parts.append(string[at : found[0]])
        at = found[1]
    return [*parts, string[at:]]


@builtin("string join", "list: list, delimiter?: string?")
def string_join(items: list[Value], delimiter: str | None = None) -> str:
    """Join strings; null items are left out."""
    texts = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in texts):
        raise InvalidError("only strings can be joined", "argument")
    check_length(sum(map(len, texts)) + len(delimiter or "") * len(texts))
    return (delimiter or "").join(texts)
