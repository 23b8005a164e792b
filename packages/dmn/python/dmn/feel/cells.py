"""Reads the plain cells of tables by one pattern: numbers, texts, truths, comparisons and ranges of numbers.

Most cells of most tables are of these, and the parser takes some twenty times as long to read one. What is here not
understood is the parser's; the trees are the same, which the tests hold to.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from dmn.feel import syntax
from dmn.feel.values import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from dmn.feel.syntax import Node, Tests

_NUMBER = r"-?[0-9]*\.?[0-9]+"
_TEST = rf"""[ \t\n\r]*(?:
        (?P<number>{_NUMBER})
      | "(?P<text>[^"\\]*)"
      | (?P<word>true|false|null)\b
      | (?P<operator><=?|>=?)[ ]*(?P<bound>{_NUMBER})
      | (?P<opening>[\[(\]])(?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER})(?P<closing>[\])\[])
    )[ \t\n\r]*(?:,|\Z)"""
_WORDS = {"true": True, "false": False, "null": None}
_MAX_PLAIN = 2000  # longer cells have a limit to check, which is the lexer's


def read_plain_tests(text: str) -> Tests | None:
    """Return the tree of a plain cell, or None where only the parser can read it."""
    tests: list[Node] = []
    match = _pattern().match
    at = 0
    if len(text) > _MAX_PLAIN:
        return None
    while True:
        found = match(text, at)
        if found is None:
            return None
        tests.append(_READERS[found.lastgroup](found))
        at = found.end()
        if text[at - 1] != ",":
            return syntax.Tests(tuple(tests), negated=False, start=tests[0].at)


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Compile the pattern when the first cell is read, as it takes a tenth of the package's import."""
    return re.compile(_TEST, re.VERBOSE)


def _number(found: re.Match[str], group: str) -> syntax.Literal:
    value: Decimal = NUMBERS.create_decimal(found[group])
    return syntax.Literal(value, found.start(group))


def _range(found: re.Match[str]) -> Node:
    low, high = _number(found, "low"), _number(found, "high")
    return syntax.RangeLiteral(low, high, found["opening"] == "[", found["closing"] == "]", found.start("opening"))


_READERS: dict[str | None, Callable[[re.Match[str]], Node]] = {  # by the last group of each kind
    "number": lambda found: _number(found, "number"),
    "text": lambda found: syntax.Literal(found["text"], found.start("text") - 1),
    "word": lambda found: syntax.Literal(_WORDS[found["word"]], found.start("word")),
    "bound": lambda found: syntax.UnaryTest(found["operator"], _number(found, "bound"), found.start("operator")),
    "closing": _range,
}
