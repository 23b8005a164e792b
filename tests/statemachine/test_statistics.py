"""The machines are small enough to be read, and the statistics say so in a terminal's width."""

import json
from pathlib import Path

from scripts.process.machine import CAMPAIGN, MACHINE, NIGHTLY, Machine
from scripts.statistics import MOST_LINES, MOST_STATES, lines_of, told, told_of_stories


def test_statistics_fit_a_terminal_and_name_every_section() -> None:
    for file in (MACHINE, NIGHTLY, CAMPAIGN):
        lines = list(told(file))
        assert max(map(len, lines)) <= 80
        assert [section for section in Machine.read(file).sections if section not in "\n".join(lines)] == []


def test_machine_is_small_enough_to_be_read() -> None:
    assert len(Machine.read(MACHINE).states) <= MOST_STATES
    assert lines_of(MACHINE) <= MOST_LINES


def test_states_of_each_story_come_from_the_last_demo(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert "make demo first" in next(told_of_stories(report))
    report.write_text(json.dumps({"cases": [{"story": "carte", "path": ["Begin", "TakeCharge"]}]}), encoding="utf-8")
    assert list(told_of_stories(report))[-1].endswith("2 (at most 24)")
