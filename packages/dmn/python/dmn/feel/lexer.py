"""Cuts FEEL text into tokens (DMN 1.5, 10.3.1.2, grammar rules 26 to 36 and 62 to 65).

A name may hold spaces and operators, and only the model's vocabulary tells where it ends; so the lexer returns words
and symbols, and the parser joins them by the longest match.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dmn.errors import FeelSyntaxError
from dmn.runtime import current

_TOKEN = re.compile(
    r"""(?P<space>[\s\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+|//[^\n]*|/\*(?s:.*?)\*/)
      |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
      |(?P<string>"(?:[^"\\]|\\.)*")
      |(?P<word>(?:[^\W\d]|[\U00010000-\U000effff])[\w\U00010000-\U000effff]*|\?)
      |(?P<symbol>\.\.|\*\*|<=|>=|!=|->|[-+*/=<>()\[\]{},:.@'])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"""\\(?:(?P<plain>[nrt"'\\])|u(?P<four>[0-9a-fA-F]{4})|U(?P<six>[0-9a-fA-F]{6}))""")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Token(NamedTuple):
    """A piece of FEEL: its kind (number, string, word, symbol, end), its text and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokenize(text: str) -> list[Token]:
    """Cut a text into tokens, the last of kind `end`. Raises FeelSyntaxError."""
    most = current().limits.expression
    if len(text) > most:
        raise FeelSyntaxError(f"the expression is longer than {most} characters")
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            if text[position] == '"':
                raise FeelSyntaxError("the text in quotes is not closed", position, "close it with a straight '\"'")
            raise FeelSyntaxError(f"unexpected {text[position]!r}", position)
        kind = found.lastgroup or ""
        if kind != "space":
            tokens.append(Token(kind, found[0], position))
        position = found.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


def unquote(literal: str) -> str:
    """Read a string literal with its quotes; a backslash that starts no known escape stays (rule 35)."""
    if "\\" not in literal:
        return literal[1:-1]
    text = _ESCAPE.sub(_read_escape, literal[1:-1])
    return _SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


def _read_escape(found: re.Match[str]) -> str:
    if found["plain"]:
        return _PLAIN[found["plain"]]
    code = int(found["four"] or found["six"], 16)
    return chr(code) if code <= 0x10FFFF else found[0]  # noqa: PLR2004 - the last code point of Unicode


def name_tokens(name: str) -> tuple[str, ...]:
    """Cut a declared name as the lexer would, so that it can be found in an expression."""
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelSyntaxError:
        return (name,)


def normalize_name(name: str) -> str:
    """Make one space of each run of white space, as names are compared (10.3.1.4)."""
    return " ".join(name.split())
