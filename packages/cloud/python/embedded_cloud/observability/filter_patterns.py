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

TERM = re.compile(r'(?P<sign>[?-]?)(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s"]+))\s*')
CONDITION = re.compile(
    r"\s*\$\.(?P<path>[\w.-]+)\s*"
    r'(?:IS\s+(?P<truth>TRUE|FALSE|NULL)|(?P<operator>!?=)\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+)))\s*'
)
TRUTHS = {"TRUE": True, "FALSE": False, "NULL": None}
ABSENT = object()


class PatternError(ValueError):
    """A pattern that AWS refuses, or that is of a kind that nothing here can apply."""


def matcher(pattern: str) -> Matches:
    """Give what tells whether a line fits a pattern.

    Raises
    ------
    PatternError
        When it is none, or has more than terms, or than fields that are compared with `=`, `!=` and `IS`, joined by
        `&&` and `||`.
    """
    text = pattern.strip()
    if text.startswith("{") and text.endswith("}"):
        return _json_matcher(text[1:-1])
    if text.startswith(("[", "{")) or "%" in text:
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
    """Give a matcher of conditions; `||` binds less than `&&`."""
    alternatives = [[_condition(each) for each in part.split("&&")] for part in text.split("||")]

    def matches(line: str) -> bool:
        try:
            document = json.loads(line) if line.startswith("{") else None
        except ValueError:
            return False
        return document is not None and any(all(holds(document) for holds in part) for part in alternatives)

    return matches


def _condition(text: str) -> Callable[[Any], bool]:
    found = CONDITION.fullmatch(text)
    if found is None:
        raise PatternError(f"this is no condition that is applied here: {text}")
    path = found["path"].split(".")
    if found["truth"]:
        return lambda document: _at(document, path) is TRUTHS[found["truth"]]
    wanted = found["bare"] if found["quoted"] is None else found["quoted"]

    def holds(document: Any) -> bool:
        value = _at(document, path)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return False
        return fnmatchcase(str(value), wanted.replace("[", "[[]")) is (found["operator"] == "=")

    return holds


def _at(document: Any, path: list[str]) -> Any:
    for name in path:
        document = document.get(name, ABSENT) if isinstance(document, dict) else ABSENT
    return document
