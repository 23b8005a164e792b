"""CloudWatch Logs' filter patterns: terms, and conditions on the fields of a line that is JSON.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

type Matches = "Callable[[str], bool]"
type Holds = "Callable[[Any], bool]"

TERM = re.compile(r'(?P<sign>[?-]?)(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s"]+))\s*')
TOKEN = re.compile(
    r"\s*(?P<token>\(|\)|&&|\|\||!=|<=|>=|=|<|>|\$[\w.\[\]*-]*|"
    r'"(?:[^"\\]|\\.)*"|(?:IS|NOT|EXISTS|TRUE|FALSE|NULL)\b|[^\s()=<>!&|]+)'
)
PATH_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]")
COMPARED: dict[str, Callable[[float, float], bool]] = {
    "=": float.__eq__,
    "!=": float.__ne__,
    "<": float.__lt__,
    "<=": float.__le__,
    ">": float.__gt__,
    ">=": float.__ge__,
}
ABSENT = object()


class PatternError(ValueError):
    """A pattern that AWS refuses, or that is of a kind that nothing here can apply."""


def matcher(pattern: str) -> Matches:
    """Give what tells whether a line fits a pattern.

    Raises
    ------
    PatternError
        When it is not a pattern, or one for lines of columns (`[a, b]`) or with a regular expression (`%a%`).
    """
    text = pattern.strip()
    if text.startswith("{"):
        if not text.endswith("}"):
            raise PatternError("a pattern that begins with { ends with }")
        return _json_matcher(text[1:-1])
    if text.startswith("[") or "%" in text:
        raise PatternError("patterns of columns and regular expressions are not applied here")
    return _term_matcher(text)


def _term_matcher(text: str) -> Matches:
    wanted: dict[str, list[str]] = {"": [], "?": [], "-": []}
    place = 0
    while place < len(text):
        found = TERM.match(text, place)
        if found is None:
            raise PatternError(f"a quote is not closed: {text[place:]}")
        quoted = found["quoted"]
        wanted[found["sign"]].append(found["bare"] if quoted is None else json.loads(f'"{quoted}"'))
        place = found.end()
    # As on AWS, alternatives count only where nothing else is asked for.
    any_of = wanted["?"] if not wanted[""] and not wanted["-"] else []

    def matches(line: str) -> bool:
        return (
            all(term in line for term in wanted[""])
            and not any(term in line for term in wanted["-"])
            and (not any_of or any(term in line for term in any_of))
        )

    return matches


def _json_matcher(text: str) -> Matches:
    tokens = _Tokens(text)
    holds = tokens.alternatives()
    tokens.expect_end()

    def matches(line: str) -> bool:
        try:
            return line.startswith("{") and holds(json.loads(line))
        except ValueError:
            return False

    return matches


class _Tokens:
    """The words of a condition, read from left to right: `||` binds less than `&&`."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        place, text = 0, text.rstrip()
        while place < len(text):
            found = TOKEN.match(text, place)
            if found is None:
                raise PatternError(f"this is no condition: {text[place:]}")
            self._tokens.append(found["token"])
            place = found.end()

    def alternatives(self) -> Holds:
        parts = [self._conjunction()]
        while self._take_if("||"):
            parts.append(self._conjunction())
        return lambda document: any(part(document) for part in parts)

    def expect_end(self) -> None:
        if self._tokens:
            raise PatternError(f"this is too much: {' '.join(self._tokens)}")

    def _conjunction(self) -> Holds:
        parts = [self._condition()]
        while self._take_if("&&"):
            parts.append(self._condition())
        return lambda document: all(part(document) for part in parts)

    def _condition(self) -> Holds:
        if self._take_if("("):
            inner = self.alternatives()
            self._expect(")")
            return inner
        path = self._take()
        if not path.startswith("$"):
            raise PatternError(f"a condition begins with a field such as $.name, not with {path}")
        operator = self._take()
        if operator == "NOT":
            self._expect("EXISTS")
            return lambda document: _at(document, path) is ABSENT
        if operator == "IS":
            word = self._take()
            if word not in {"TRUE", "FALSE", "NULL"}:
                raise PatternError(f"IS is followed by TRUE, FALSE or NULL, not by {word}")
            wanted = {"TRUE": True, "FALSE": False, "NULL": None}[word]
            return lambda document: _at(document, path) is wanted
        if operator not in COMPARED:
            raise PatternError(f"{operator} is no operator")
        return _comparison(path, operator, self._take())

    def _take(self) -> str:
        if not self._tokens:
            raise PatternError("the condition ends too early")
        return self._tokens.pop(0)

    def _take_if(self, token: str) -> bool:
        if self._tokens and self._tokens[0] == token:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._take_if(token):
            raise PatternError(f"{token} is missing")


def _comparison(path: str, operator: str, wanted: str) -> Holds:
    number = None
    if not wanted.startswith('"'):
        try:
            number = float(wanted)
        except ValueError:
            number = None
    if number is not None:
        compare = COMPARED[operator]
        return lambda document: _is_number(it := _at(document, path)) and compare(float(it), number)
    if operator not in {"=", "!="}:
        raise PatternError(f"{operator} compares numbers, not {wanted}")
    text = json.loads(wanted) if wanted.startswith('"') else wanted

    def holds(document: Any) -> bool:
        value = _at(document, path)
        if value is ABSENT or isinstance(value, dict | list):
            return False
        fits = fnmatchcase(str(value), text.replace("[", "[[]")) if isinstance(value, str) else False
        return fits is (operator == "=")

    return holds


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _at(document: Any, path: str) -> Any:
    value = document
    for name, index in PATH_STEP.findall(path[1:]):
        if name:
            value = value.get(name, ABSENT) if isinstance(value, dict) else ABSENT
        else:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else ABSENT
        if value is ABSENT:
            return ABSENT
    return value
