"""The project's words: no translated idiom, one word for one thing (CONTRIBUTING.md, Plain English).

Read are the prose of Markdown files, comments and docstrings of Python, comments, descriptions and comments' texts of
YAML, comments and help of Makefiles. Code spans, code blocks, links' targets and the parts of a page that are drawn
from code are left out. Each finding names the file and the line, the words, and what to write instead.
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.commands.documents import tracked
from tests.infrastructure.templates import ROOT

PLACES = ("*.md", "*.py", "*.yaml", "*.toml", "*.in", "Makefile", "*/Makefile", ".ci/run")
"""Which files are read, as git's path patterns."""

FRENCH = (
    "docs/decisions-tables/",
    "docs/regles-metier.md",
    "functions/evaluate_decision/decisions/",
    "functions/notify_customer/messages/",
)
"""Places whose texts business or customers read: French."""


@dataclass(frozen=True)
class Forbidden:
    """Words that the project does not use, and what to write instead."""

    words: str
    instead: str
    only: str = ""
    """The end of the files' names, where the words are good elsewhere."""


FORBIDDEN = (
    Forbidden(r"(?i)\b(?:un)?answer(?:s|ed|ing)?\b", "return, response, result, decision or reply: what it is"),
    Forbidden(r"(?i)\banew\b", "again"),
    Forbidden(r"(?i)\bbef[ae]ll?(?:s|en|ing)?\b", "happen to"),
    Forbidden(r"(?i)\b(?:tell|tells|told|telling) (?:\w+ )?of\b", "report, say, name or tell about"),
    Forbidden(r"(?i)\bhow many-?th\b", "the number of"),
    Forbidden(r"(?i)\botherwise than\b", "differently from"),
    Forbidden(r"(?i)\bsays? other than\b", "contradict"),
    Forbidden(r"(?i)'s being \w+", "a clause with a subject and a verb"),
    Forbidden(r"(?i)\bwho(?:so|m)?ever\b", "a noun: an execution, a caller, a customer who…"),
    Forbidden(r"(?:^|(?<=[.;:|] )|(?<=\*\* ))Who (?![^.|]*\?)", "a subject: A customer who…"),
    Forbidden(r"^What (?![^.|]*\?)", "a noun: a description is read alone", only=".yaml"),
    Forbidden(r"(?i)\bbe it\b", "even, or both cases"),
    Forbidden(r"(?i)\bas good as\b", "almost"),
    Forbidden(
        r"(?i)\b(?:hence|thus|upon|whilst|shall|ought|lest|where(?:by|in|upon)|there(?:by|in|of))\b",
        "so, on, while, must",
    ),
    Forbidden(r"(?i)\b(?:he|she|him|his|hers|her)\b", "they, them, their"),
    Forbidden(r"(?i)\bthe (?:deck|slides)\b|\bdomain[ ]brief\b|\bdesign(?:, section| §)", "a document that is here"),
    Forbidden(
        r"(?i)\bqueue'?s? messages?\b|\bmessages? (?:from|in|of) (?:a|an|each|every|the|its) (?:[\w-]+ )?queue\b",
        "record",
    ),
    Forbidden(r"(?i)\b1 (?:case|column|error|event|execution|message|order|record|rule|test)s\b", "the singular"),
    Forbidden(r"^\| (?:Say|Says) \|", "what the column holds"),
)


@dataclass(frozen=True)
class Prose:
    """One line that people read, where it stands."""

    line: int
    text: str


_FENCE = re.compile(r"^\s*(?:```|~~~)")
_SPAN = re.compile(r"(`+)(?:(?!\1).)+?\1")
_TARGET = re.compile(r"\]\([^)]*\)|https?://\S+")
_DRAWN = re.compile(r"<!-- drawn: \w+ -->")
_YAML_TEXT = re.compile(r"^\s*(?:- )?(?:Description|AlarmDescription|Comment|description|default):\s(?P<text>.+)$")
_COMMENT = re.compile(r"(?:^|\s)#+@?\s(?P<text>.+)$")


def markdown(text: str) -> Iterator[Prose]:
    """A page's words: no code blocks, no drawn parts."""
    is_code = is_drawn = False
    for number, line in enumerate(text.splitlines(), 1):
        if _FENCE.match(line):
            is_code = not is_code
        elif _DRAWN.match(line):
            is_drawn = True
        elif line.startswith("<!-- end -->"):
            is_drawn = False
        elif not is_code and not is_drawn:
            yield Prose(number, line)


def python(text: str) -> Iterator[Prose]:
    """Comments, and every string that is a statement of its own: docstrings of modules, classes, names."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield Prose(token.start[0], token.string.removeprefix("#").split("noqa:")[0])
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for offset, line in enumerate(node.value.value.splitlines()):
                yield Prose(node.lineno + offset, line.strip())


def comments(text: str) -> Iterator[Prose]:
    """What follows a hash at a line's beginning or after a blank, and what YAML calls a description or a comment."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _COMMENT.search(line) or _YAML_TEXT.match(line):
            yield Prose(number, found["text"])


READERS: Mapping[str, Callable[[str], Iterator[Prose]]] = {".md": markdown, ".py": python}


def findings(name: str, text: str) -> Iterator[str]:
    """Each use of forbidden words in a file."""
    for prose in READERS.get(Path(name).suffix, comments)(text):
        words = _TARGET.sub("] ", _SPAN.sub("`…`", prose.text))
        for rule in FORBIDDEN:
            for found in re.finditer(rule.words, words) if name.endswith(rule.only) else ():
                yield f"{name}:{prose.line}: {found[0].strip()!r}: write {rule.instead}"


def files() -> list[str]:
    return [name for name in tracked(*PLACES) if not name.startswith(FRENCH)]


def test_words_are_the_project_s() -> None:
    found = [it for name in files() for it in findings(name, (ROOT / name).read_text(encoding="utf-8"))]
    assert found == [], "\n".join(["see CONTRIBUTING.md, Plain English", *found])


WRONG_ON_PURPOSE = (ROOT / "tests/infrastructure/wrong_on_purpose.txt").read_text(encoding="utf-8").splitlines()
"""Each has to be found, so that no rule is one that finds nothing."""


def test_each_rule_finds_its_example_with_its_line_and_says_what_to_write_instead() -> None:
    found = [list(findings("page.md", f"# Title\n\n{text}\n")) for text in WRONG_ON_PURPOSE]
    found += [list(findings("template.yaml", "a: 1\n\nDescription: What brings power back"))]
    assert [len(each) for each in found] == [1] * len(found)
    said = [each for (each,) in found]
    assert [each for each in said if ":3: " not in each] == []
    assert {each.partition(": write ")[2] for each in said} == {rule.instead for rule in FORBIDDEN}
