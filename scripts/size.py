"""Prints how large each room is, beside what it may be: ``make size``.

Lines and statements of Python, and lines of what else is written by hand: to join lines, or to move code into data,
gains nothing. A test holds the bounds. A room that shrank gets a lower bound in the same commit.
"""

import ast
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
DATA = (".yaml", ".yml", ".json", ".feature", ".csv", ".js", ".mjs", ".css", ".html", ".toml", ".feel", "Makefile")
"""Not documents, and not what business writes (.dmn, .txt), is printed or pinned: ruff refuses code in a text."""
WRITTEN = ("manifest.json", "rule_tables.json", "coverage.json")
"""What each publication of a rule, or a story, adds to: it is no work of ours that could be shorter."""


@dataclass(frozen=True, slots=True)
class Room:
    """Folders and files, with the lines and statements of Python and the lines of data that they may have together."""

    name: str
    paths: tuple[str, ...]
    python: int
    statements: int
    data: int


ROOMS = (
    Room("core: functions, layer", ("functions", "layers/restoration"), 14_742, 8_209, 35),
    Room("core: machines, template", ("statemachine", "template.yaml"), 0, 0, 3_114),
    Room("operations: code", ("operations/functions", "operations/record", "operations/screens"), 15_286, 8_304, 1_288),
    Room("operations: machine, template", ("operations/statemachine", "operations/template.yaml"), 0, 0, 1_629),
    Room("channels: functions, layer", ("channels/functions", "channels/layer"), 4_461, 2_848, 360),
    Room("channels: template", ("channels/template.yaml",), 0, 0, 666),
    Room("operations: tool", ("operations/tool",), 6_282, 3_791, 16),
    Room("packages: engine", ("packages/dmn",), 10_768, 7_198, 65),
    Room("packages: cloud", ("packages/cloud",), 12_506, 7_788, 36),
    Room("local", ("local",), 15_083, 9_364, 1_356),
    Room("stories", ("stories",), 0, 0, 2_419),
    Room("scripts", ("scripts",), 3_367, 2_131, 103),
    Room("tests", ("tests", "benchmarks"), 58_906, 35_349, 1_931),
    Room("schemas, by make schemas", ("events", "channels/openapi-*.yaml"), 0, 0, 10_348),
    Room("build, settings", ("Makefile", "*samconfig.toml", "pyproject.toml", "package.json"), 0, 0, 1_094),
)


@dataclass(slots=True)
class Size:
    """Lines and statements of Python, and lines of data."""

    lines: int = 0
    statements: int = 0
    data: int = 0


def size_of(paths: Iterable[str]) -> Size:
    """The size of all files below some paths that Git knows."""
    size = Size()
    listed = subprocess.run(["git", "ls-files", "-z", *paths], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607 - our own repository
    for path in (ROOT / name for name in listed.stdout.split("\0") if name):
        if path.suffix == ".py":
            text = path.read_text(encoding="utf-8")
            size.lines += text.count("\n")
            size.statements += sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(text)))
        elif (path.suffix or path.name) in DATA and path.name not in WRITTEN:
            size.data += path.read_text(encoding="utf-8").count("\n")
    return size


def main() -> None:
    """Print the table."""
    table = Table(title="Sizes, and what they may be")
    for title in ("Room", "Python", "may be", "statements", "may be", "data", "may be"):
        table.add_column(title, justify="left" if title == "Room" else "right")
    rows = []
    for room in ROOMS:
        size = size_of(room.paths)
        rows.append((size.lines, room.python, size.statements, room.statements, size.data, room.data))
        table.add_row(room.name, *(f"{number:,}" for number in rows[-1]))
    table.add_section()
    table.add_row("all", *(f"{sum(column):,}" for column in zip(*rows, strict=True)))
    Console(width=110, highlight=False).print(table)


if __name__ == "__main__":
    main()
