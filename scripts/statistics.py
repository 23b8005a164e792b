"""Prints how large the state machines are, and how many states each story enters: ``make statistics``.

Sections are those of the files' banners; the stories' paths are those of the last ``make demo``.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.process.machine import CAMPAIGN, MACHINE, NIGHTLY, ROOT, Machine

REPORT = ROOT / "build" / "demo" / "report.json"
MOST_STATES, MOST_LINES = 45, 850
"""What the restoration may not exceed, so that a person can read it."""
MOST_ENTERED = {"carte": 24}
_WIDTH = 56


def lines_of(path: Path) -> int:
    """How long a machine's file is."""
    return len(path.read_text(encoding="utf-8").splitlines())


def told(path: Path) -> Iterator[str]:
    """All about one machine, line by line."""
    machine = Machine.read(path)
    most_states, most_lines = (MOST_STATES, MOST_LINES) if path == MACHINE else (None, None)
    states = f"{len(machine.states)} states{_at_most(most_states)}"
    yield f"{path.name.removesuffix('.asl.yaml')}: {states}, {lines_of(path)} lines{_at_most(most_lines)}"
    yield ""
    yield "  States in each section"
    yield from (_row(section, len(machine.of(section))) for section in machine.sections)
    yield ""


def told_of_stories(report: Path) -> Iterator[str]:
    """How many states the deciding execution of each story entered, its ending included."""
    if not report.is_file():
        yield "How many states each story enters: make demo first, then make statistics."
        return
    yield "  States entered by each story of the last demo, its ending included"
    for case in json.loads(report.read_text(encoding="utf-8"))["cases"]:
        yield _row(case["story"], len(case["path"])) + _at_most(MOST_ENTERED.get(case["story"]))


def _row(what: str, number: int) -> str:
    return f"    {what:.<{_WIDTH}} {number:3}"


def _at_most(bound: int | None) -> str:
    return f" (at most {bound})" if bound else ""


def main() -> None:
    """Print all."""
    lines = [*told(MACHINE), *told_of_stories(REPORT), "", *told(NIGHTLY), *told(CAMPAIGN)]
    sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    main()
