"""Writes reference.md from the package itself: what is public, its docstrings, the limits and every kind of warning.

    python docs/build.py [--check]

`--check` writes nothing, and fails where the file is not what would be written.
"""

from __future__ import annotations

import inspect
import pathlib
import re
import sys
from typing import TYPE_CHECKING

import dmn
from dmn import feel
from dmn.feel.library import BUILTINS, matching, regex
from dmn.runtime import MAX_WARNINGS, WARNING_KINDS
from dmn.tools import commands
from dmn.tools.analysis import MAX_FINDINGS
from dmn.tools.sheet import FINDING_KINDS, MAX_CELLS

HERE = pathlib.Path(__file__).resolve().parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

REFERENCE = HERE / "reference.md"
BOUNDS = {
    "characters of a regular expression": regex.MAX_PATTERN,
    "steps of a match that Python's `re` might take exponential time for": matching.MAX_STEPS,
    "warnings of one evaluation": MAX_WARNINGS,
    "findings of one kind in a table": MAX_FINDINGS,
    "cells of a table that is analysed": MAX_CELLS,
}
PUBLIC = {name: getattr(dmn, name) for name in dmn.__all__}
ERRORS = {name for name, thing in PUBLIC.items() if inspect.isclass(thing) and issubclass(thing, dmn.DmnError)}
FEEL = ("evaluate", "passes", "compile", "compile_tests", "Expression", "UnaryTests")


def write() -> str:
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield f"# dmn {dmn.__version__}: reference\n"
    yield "Written by `python docs/build.py` from the package's own docstrings; change them, not this page.\n"
    yield "## Loading and tools\n"
    yield from (line for name, thing in PUBLIC.items() if inspect.isfunction(thing) for line in _described(name, thing))
    yield "## Types\n"
    for name, thing in PUBLIC.items():
        if inspect.isclass(thing) and name != "Limits" and name not in ERRORS:
            yield from _described(name, thing)
    yield "## FEEL by itself\n"
    for name in FEEL:
        yield from _described(f"feel.{name}", getattr(feel, name))
    yield "## Limits\n"
    yield f"{_text(dmn.Limits)}\n"
    yield "| limit | default |\n| --- | --- |"
    yield from (f"| `{name}` | {value:,} |" for name, value in dmn.Limits()._asdict().items())
    yield "\nBeyond these, whatever a caller sets:\n"
    yield "| bound | value |\n| --- | --- |"
    yield from (f"| {meaning} | {value:,} |" for meaning, value in BOUNDS.items())
    yield "\n## Kinds of warnings\n"
    yield from _kinds(WARNING_KINDS)
    yield "\n## Kinds of findings\n"
    yield from _kinds(FINDING_KINDS)
    yield "\n## Errors\n"
    for name in sorted(ERRORS):
        yield from _described(name, PUBLIC[name])
    yield "## Built-in functions\n"
    yield "`?` follows what may be left out, `...` what takes all that remains.\n"
    yield "| function | parameters |\n| --- | --- |"
    for name, builtin in sorted(BUILTINS.items()):
        ways = " or ".join(f"({signature.describe()})" for signature in builtin.signatures)
        yield f"| `{name}` | {ways} |"
    yield "\n## Commands\n"
    yield f"{_text(commands)} Each takes `--json`, `--dialect` and `--lenient`.\n"
    yield f"Exit status: {(inspect.getdoc(commands.main) or '').partition('; ')[2]}\n"


def _kinds(kinds: Mapping[str, str]) -> Iterator[str]:
    yield "| kind | meaning |\n| --- | --- |"
    yield from (f"| `{kind}` | {meaning} |" for kind, meaning in kinds.items())


def _described(name: str, thing: object) -> Iterator[str]:
    signature = f"{_signature(thing)}" if inspect.isfunction(thing) else ""
    yield f"### `dmn.{name}{signature}`\n"
    yield f"{_text(thing)}\n"
    if inspect.isclass(thing):
        for method, function in inspect.getmembers(thing, inspect.isfunction):
            if not method.startswith("_") and method in vars(thing) and inspect.getdoc(function):
                yield f"#### `{name.rpartition('.')[2]}.{method}{_signature(function)}`\n"
                yield f"{_text(function)}\n"


def _signature(function: Callable[..., object]) -> str:
    """Write a signature; annotations are texts there, and stand without their quotes."""
    written = str(inspect.signature(function)).replace("(self, ", "(").replace("(self)", "()")
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", written)


def _text(thing: object) -> str:
    """Turn a numpy-style docstring into Markdown: its sections are bold, their entries a list."""
    lines = (inspect.getdoc(thing) or "").splitlines()
    written: list[str] = []
    section = ""
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if re.fullmatch(r"-{3,}", line):
            continue
        if re.fullmatch(r"-{3,}", following):
            section = line
            written += [f"**{line}**", ""]
        elif section in ("Example", "") or not line.strip():
            written.append(f"    {line}" if section == "Example" and line.strip() else line)
        elif line.startswith(" "):
            written[-1] += f" {line.strip()}"
        else:
            written.append(f"- `{line}`:" if following.startswith(" ") else line)
    return "\n".join(written).strip()


def main() -> int:
    text = write()
    if "--check" in sys.argv[1:]:
        return int(not REFERENCE.is_file() or REFERENCE.read_text(encoding="utf-8") != text)
    REFERENCE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
