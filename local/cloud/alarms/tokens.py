"""Words, numbers and signs of the two little languages of alarms: metric math, and rules of composite alarms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from local.cloud.errors import TemplateError

TOKEN = re.compile(
    r"""\s*(?:
        (?P<number> \d+(?:\.\d+)? )
      | (?P<text> "[^"]*" | '[^']*' )
      | (?P<word> [A-Za-z_][\w:./-]* )
      | (?P<sign> <= | >= | == | != | && | \|\| | [-+*/()<>,] )
    )""",
    re.VERBOSE,
)
NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass
class Tokens:
    """The tokens of a text, taken one after the other.

    Parameters
    ----------
    text
        The whole.
    names_with_signs
        Whether `a-b` is a name, as of an alarm, or `a` minus `b`.
    """

    text: str
    names_with_signs: bool = False
    position: int = 0

    def peek(self) -> str:
        """Give the next token, or an empty string at the end."""
        return self._next()[0]

    def take(self) -> str:
        """Take the next token."""
        token, self.position = self._next()
        return token

    def take_if(self, *wanted: str) -> str:
        """Take the next token if it is one of these, in any case; give it as it was wanted, or an empty string."""
        found = next((each for each in wanted if each.lower() == self.peek().lower()), "")
        if found:
            self.take()
        return found

    def expect(self, wanted: str) -> None:
        """Take a token that has to come.

        Raises
        ------
        TemplateError
            When another one comes.
        """
        if not self.take_if(wanted):
            self.fail(f"{wanted} expected")

    def fail(self, why: str) -> NoReturn:
        """Say what is wrong, and where.

        Raises
        ------
        TemplateError
            Always.
        """
        raise TemplateError(f"{self.text!r}: {why} before {self.text[self.position :].strip()[:40]!r}")

    def _next(self) -> tuple[str, int]:
        if not self.text[self.position :].strip():
            return "", len(self.text)
        match = TOKEN.match(self.text, self.position)
        if match is None:
            self.fail("unknown sign")
        word = match["word"]
        if word and not self.names_with_signs:
            end = match.start("word") + len(NAME.match(word).group())  # type: ignore[union-attr] # a word begins with a name
            return self.text[match.start("word") : end], end
        return match.group().strip(), match.end()
