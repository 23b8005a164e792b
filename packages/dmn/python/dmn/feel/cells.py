"""Reads the plain cells of tables by one pattern: constants, comparisons with them, ranges between them, `not(...)`.

Most cells of most tables are of these, and the parser takes some twenty times as long to read one. What is here not
understood is the parser's; the trees are the same, which the tests hold to.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from dmn.feel import syntax
from dmn.feel.lexer import unquote
from dmn.feel.values import NUMBERS

if TYPE_CHECKING:
    from decimal import Decimal

    from dmn.feel.syntax import Node, Tests

_SPACE = r"[ \t\n\r]*"
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_CONSTANT = (
    rf"(?:-?[0-9]*\.?[0-9]+|@?{_STRING}|(?:true|false|null)\b|(?:date|time|date\ and\ time|duration)\({_STRING}\))"
)
_TEST = rf"""{_SPACE}(?:
        (?P<operator><=?|>=?|!?=)[ ]*(?P<operand>{_CONSTANT})
      | (?P<constant>{_CONSTANT})
      | (?P<opening>[\[(\]]){_SPACE}(?P<low>{_CONSTANT}){_SPACE}\.\.{_SPACE}(?P<high>{_CONSTANT}){_SPACE}
        (?P<closing>[\])\[])
    ){_SPACE}(?:,|\Z)"""
_WORDS = {"true": True, "false": False, "null": None}
_MAX_PLAIN = 2000  # longer cells have a limit to check, which is the lexer's


def match_plain_tests(text: str) -> tuple[bool, list[re.Match[str]]] | None:
    """Cut a plain cell into its tests, and say whether they are negated; None where only the parser can read it.

    The last group of each match is `operand`, `constant` or `closing`.
    """
    if len(text) > _MAX_PLAIN:
        return None
    negated = text[:4] == "not(" and text[-1] == ")"
    match, tests, at, end = _pattern().match, [], 4 * negated, len(text) - negated
    while (found := match(text, at, end)) is not None:
        tests.append(found)
        at = found.end()
        if text[at - 1] != ",":
            return negated, tests
    return None


def read_plain_tests(text: str) -> Tests | None:
    """Return the tree of a plain cell, or None where only the parser can read it."""
    matched = match_plain_tests(text)
    if matched is None:
        return None
    negated, found = matched
    return syntax.Tests(tuple(map(_test, found)), negated)


def read_literal(text: str) -> syntax.Literal | None:
    """Return the tree of an expression that is a number, a text, a truth or null alone, or None where it is not."""
    negated, found = match_plain_tests(text) or (True, [])
    constant = "@" if negated or len(found) > 1 else found[0]["constant"] or "@"
    return (
        None
        if constant[0] == "@" or constant[-1] == ")"
        else syntax.Literal(read_constant(constant), found[0].start("constant"))
    )


def read_constant(text: str) -> Decimal | str | bool | None:
    """Return the value of a number, a text, a truth or null as a plain cell has it."""
    if text[0] == '"':
        return unquote(text)
    return _WORDS[text] if text in _WORDS else NUMBERS.create_decimal(text)


def constant_node(text: str, start: int = 0) -> Node:
    """Return the tree of a constant as a plain cell has it."""
    if text[0] == "@":
        return syntax.AtLiteral(unquote(text[1:]), start)
    name, opening, argument = text.partition("(") if text[-1] == ")" else (text, "", "")
    if not opening:
        return syntax.Literal(read_constant(text), start)
    at = start + len(name)
    return syntax.Call(syntax.Name(name, start), (syntax.Literal(unquote(argument[:-1]), at + 1),), None, at)


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Compile the pattern when the first cell is read, as it takes a tenth of the package's import."""
    return re.compile(_TEST, re.VERBOSE | re.DOTALL)


def _test(found: re.Match[str]) -> Node:
    if found["constant"] is not None:
        return constant_node(found["constant"], found.start("constant"))
    if found["operand"] is not None:
        operand = constant_node(found["operand"], found.start("operand"))
        return syntax.UnaryTest(found["operator"], operand, found.start("operator"))
    low, high = (constant_node(found[bound], found.start(bound)) for bound in ("low", "high"))
    return syntax.RangeLiteral(low, high, found["opening"] == "[", found["closing"] == "]", found.start("opening"))
