"""Every command that a document, the Makefile or the product itself tells somebody to type."""

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import typer.main

from ops.app import app
from tests.forked import ROOT

GIVES_ADVICE = (
    "local/*.py",
    "operations/tool/python/ops/*.py",
    "scripts/*.py",
    "layers/*.py",
    "operations/record/*.py",
    "benchmarks/*.py",
    "tests/explore/*.py",
)

_FENCE = re.compile(r"^ *```[^\n]*\n(?P<text>.*?)^ *```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_PROGRAM = re.compile(
    r"(?:\.venv[\w-]*/bin/\S+|/usr/bin/\S+|\. \.venv\S+"
    r"|make|ops|aws|sam|python3?|git|curl|uv|pip|np[mx]|cd|export|sed)(?= |$)"
)
_BEFORE = re.compile(r"^(?:\$ |[A-Z_]+=\$\(|(?:[A-Z_]+=\S+ +)+)")
_ADVICE = re.compile(
    r"(?<![\w-])(?:make [a-z][a-z-]+|ops [a-z][a-z-]+|aws [a-z0-9]+ [a-z-]+|python -m [\w.]+)(?![\w/.])"
)
_AFTER = re.compile(r"""(?: +(?:[A-Z_]+=(?:"[^"]*"|\S+)|--?[a-z][\w-]*|"[^"]*"|'[^']*'|[^\s«»“”"';,()]+))*""")
_TARGET = re.compile(r"^(?P<name>[a-z][a-z_-]+):(?P<needs>[^#\n=]*)(?:## .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Written:
    """A command as it stands somewhere.

    Parameters
    ----------
    place
        The file, and the line.
    command
        Its words, without a comment, on one line.
    is_whole
        Whether it is to be typed as it stands. What stands within a sentence, or is printed with values of its own,
        names a command and may leave values out.
    """

    place: str
    command: str
    is_whole: bool


Shape = tuple[tuple[str, ...], frozenset[str]]
"""The words that name a command, and the names of its variables and options, whatever their values are."""


def documents() -> list[str]:
    """README, CONTRIBUTING, the pages of docs, and the READMEs below."""
    return [name for name in tracked("*.md") if re.fullmatch(r"(?:.*/)?README\.md|[A-Z]+\.md|docs/[^/]+\.md", name)]


def tracked(*patterns: str) -> list[str]:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")  # noqa: S603 - git
    return [name for name in dict.fromkeys(names) if (ROOT / name).is_file()]


@cache
def written() -> list[Written]:
    """All of them."""
    found = [each for name in documents() for each in in_document(name)]
    found += [each for name in tracked(*GIVES_ADVICE) for each in in_code(name)]
    return found + [Written("Makefile", f"make {target}", is_whole=False) for target in targets()]


def targets() -> list[str]:
    """The targets that somebody can ask for."""
    return [found["name"] for found in _TARGET.finditer((ROOT / "Makefile").read_text(encoding="utf-8"))]


def in_document(name: str) -> Iterator[Written]:
    """The commands of a document: lines of its blocks, whatever their language, and spans in its sentences."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for block in _FENCE.finditer(text):
        line = text.count("\n", 0, block.start()) + 2
        for at, (command, is_shown) in enumerate(_lines(block["text"])):
            if command:
                yield Written(f"{name}:{line + at}", command, is_whole=not is_shown)
    for at, line_text in enumerate(_FENCE.sub(lambda block: "\n" * block[0].count("\n"), text).splitlines(), 1):
        for span in _SPAN.findall(line_text):
            if _PROGRAM.match(span) and (" " in span or span == "make"):
                yield Written(f"{name}:{at}", span.replace("\\|", "|"), is_whole=False)


def _lines(block: str) -> Iterator[tuple[str, bool]]:
    """The command on each line, or nothing; and whether it stands in a transcript, with what it printed."""
    joined = re.sub(r"\\\n *", "", block)
    has_prompt = joined.startswith("$ ")
    for line in joined.splitlines():
        text = line.strip()
        if has_prompt and not text.startswith("$ "):
            yield "", True
            continue
        command = _BEFORE.sub("", text)
        yield (_without_comment(command) if _PROGRAM.match(command) else ""), has_prompt


def _without_comment(line: str) -> str:
    command = re.split(r"(?:(?<=\s)#|\s{2,}|\s─)", line)[0].strip()
    return command[:-1] if command.count("(") < command.count(")") else command


def in_code(name: str) -> Iterator[Written]:
    """What a module can print that names a command; a value that is put in is an ellipsis."""
    source = (ROOT / name).read_text(encoding="utf-8")
    if not _ADVICE.search(source):
        return
    tree = ast.parse(source)
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if node in docstrings or node in parts:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        yield from (Written(f"{name}:{node.lineno}", command, is_whole=False) for command in advised(text))


def advised(text: str) -> Iterator[str]:
    """The commands that a sentence names: each at its start, after a sign, or in marks, and known by its name."""
    for found in _ADVICE.finditer(text):
        is_set_off = found.start() == 0 or text[: found.start()].rstrip(" ")[-1:] in {*":`'\"«“(;\n", ""}
        if is_set_off or shape(found[0]) in known():
            after = _AFTER.match(text, found.end())
            yield found[0] + (after[0] if after else "")


@cache
def known() -> frozenset[Shape]:
    """The names of make's targets, and of the commands for operations."""
    none = frozenset[str]()
    return frozenset({(("make", name), none) for name in targets()} | {(("ops", *path), none) for path in _ops()})


@cache
def _ops() -> frozenset[tuple[str, ...]]:
    top = typer.main.get_command(app)
    groups = {name: getattr(command, "commands", {}) for name, command in getattr(top, "commands", {}).items()}
    return frozenset({(name,) for name in groups} | {(name, each) for name in groups for each in groups[name]})


def shape(command: str) -> Shape:
    """What a command is, whatever values it has."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    words = words or [""]
    if words[0].endswith(("bin/python", "python3")):
        words[0] = "python"
    if words[:2] == ["make", "ops"]:
        given = next((word.removeprefix("ARGS=") for word in words[2:] if word.startswith("ARGS=")), "")
        return shape(f"ops {given}") if given else (("ops",), frozenset())
    if words[:3] == ["python", "-m", "ops"]:
        words = ["ops", *words[3:]]
    names = {word.partition("=")[0] for word in words[1:] if re.match(r"--[a-z]|[A-Z_]+=", word)}
    return tuple(_naming(words)), frozenset(names)


def _naming(words: list[str]) -> list[str]:
    """The first words of a command, which name it."""
    if words[0] == "ops":
        longest = next((size for size in (2, 1) if tuple(words[1 : 1 + size]) in _ops()), 1)
        return words[: 1 + longest]
    count = {"make": 2, "aws": 3, "git": 2, "uv": 3, "npm": 2, "sam": 2}.get(words[0], 1)
    if words[:2] == ["python", "-m"]:
        count = 3
    return [word for word in words[:count] if not re.match(r"--|[A-Z_]+=", word)]
