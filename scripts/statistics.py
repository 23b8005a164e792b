"""Prints how large the state machines are, and how many states each story enters: ``make statistics``.

Sections are those of the files' banners; the stories' paths are those of the last ``make demo``.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.process.machine import CAMPAIGN, MACHINE, NIGHTLY, ROOT, Machine

REPORT = ROOT / "build" / "demo" / "report.json"
_WIDTH = 56


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a machine may not exceed, so that a person can read it; ``entered`` bounds the states of some stories."""

    states: int
    lines: int
    entered: Mapping[str, int]


RESTORATION = Bounds(states=45, lines=850, entered={"carte": 24})


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def told(path: Path, bounds: Bounds | None = None) -> Iterator[str]:
    """All about one machine, line by line."""
    machine = Machine.read(path)
    most_states, most_lines = (bounds.states, bounds.lines) if bounds else (None, None)
    states = f"{len(machine.states)} states{_at_most(most_states)}"
    yield f"{path.name.removesuffix('.asl.yaml')}: {states}, {lines_of(path)} lines{_at_most(most_lines)}"
    yield ""
    yield "  States in each section"
    yield from (_row(section, len(machine.of(section))) for section in machine.sections)


def told_of_stories(report: Path, bounds: Bounds) -> Iterator[str]:
    """How many states the deciding execution of each story entered, its ending included."""
    if not report.is_file():
        yield "How many states each story enters: make demo first, then make statistics."
        return
    yield "  States entered by each story of the last demo, its ending included"
    for case in json.loads(report.read_text(encoding="utf-8"))["cases"]:
        yield _row(case["story"], len(case["path"])) + _at_most(bounds.entered.get(case["story"]))


def _row(what: str, number: int) -> str:
    return f"    {what:.<{_WIDTH}} {number:3}"


def _at_most(bound: int | None) -> str:
    return f" (at most {bound})" if bound else ""


def main() -> None:
    lines = [
        *told(MACHINE, RESTORATION),
        "",
        *told_of_stories(REPORT, RESTORATION),
        "",
        *told(NIGHTLY),
        "",
        *told(CAMPAIGN),
    ]
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
