"""Paths are walked on a machine as its file has it: each choice as the path names it, everything else by its Next."""

from pathlib import Path

import pytest

from scripts.process.machine import CAMPAIGN, MACHINE, NIGHTLY, Machine
from scripts.statistics import PATHS, RESTORATION, NoSuchPathError, Ways, lines_of, named_paths, told, walk

SMALL = """\
StartAt: Look
States:

  # ── Look ───────────────────────────────────────────────────────────────────────────────────────────────────────

  Look:
    Comment: Look at the debt
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Next: IsItPaid

  IsItPaid:
    Comment: Whether it is paid
    Type: Choice
    Choices:
      - Comment: Not certain yet
        Condition: "{% $pending %}"
        Next: WaitForBank
      - Comment: Paid in full
        Condition: "{% $paid %}"
        Next: Restored
    Default: BalanceDue

  WaitForBank:
    Comment: Wait
    Type: Task
    Resource: arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken
    Catch:
      - Comment: It has cleared already
        ErrorEquals: [States.Timeout]
        Next: Restored
    Next: Look

  # ── Endings ────────────────────────────────────────────────────────────────────────────────────────────────────

  Restored:
    Comment: Power is back
    Type: Succeed

  BalanceDue:
    Comment: Not paid
    Type: Succeed
"""


@pytest.fixture
def small(tmp_path: Path) -> Machine:
    file = tmp_path / "small.asl.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return Machine.read(file)


@pytest.mark.parametrize("way", ["Restored", "Paid in full"])
def test_way_is_named_by_its_target_or_its_comment(small: Machine, way: str) -> None:
    assert walk(small, {"IsItPaid": way}) == ["Look", "IsItPaid", "Restored"]


def test_default_is_named_by_its_target(small: Machine) -> None:
    assert walk(small, {"IsItPaid": "BalanceDue"}) == ["Look", "IsItPaid", "BalanceDue"]


def test_state_that_is_entered_twice_has_a_way_for_each_time(small: Machine) -> None:
    path = walk(small, {"IsItPaid": ["WaitForBank", "Restored"]})
    assert path == ["Look", "IsItPaid", "WaitForBank", "Look", "IsItPaid", "Restored"]


def test_catch_is_taken_where_it_is_named(small: Machine) -> None:
    path = walk(small, {"IsItPaid": "WaitForBank", "WaitForBank": "It has cleared already"})
    assert path == ["Look", "IsItPaid", "WaitForBank", "Restored"]


@pytest.mark.parametrize(
    ("ways", "complaint"),
    [
        ({}, "names no way"),
        ({"IsItPaid": ["WaitForBank"]}, "names no way"),
        ({"IsItPaid": "Look"}, "has no way to 'Look'"),
        ({"IsItPaid": ["Restored", "BalanceDue"]}, "does not come by IsItPaid so often"),
        ({"IsItPayed": "Restored"}, "no state IsItPayed"),
    ],
)
def test_path_that_does_not_fit_says_where(small: Machine, ways: Ways, complaint: str) -> None:
    with pytest.raises(NoSuchPathError, match=complaint):
        walk(small, ways)


def test_path_without_an_end_is_found(tmp_path: Path) -> None:
    file = tmp_path / "endless.asl.yaml"
    file.write_text(SMALL.replace("    Next: IsItPaid", "    Next: WaitForBank"), encoding="utf-8")
    with pytest.raises(NoSuchPathError, match="goes round"):
        walk(Machine.read(file), {})


@pytest.mark.parametrize("file", [MACHINE, NIGHTLY, CAMPAIGN])
def test_statistics_fit_a_terminal_and_name_every_section(file: Path) -> None:
    lines = list(told(file, RESTORATION))
    assert all(len(line) <= 80 for line in lines)
    for section in Machine.read(file).sections:
        assert any(section in line for line in lines)


def test_paths_are_named_for_machines_that_are_there() -> None:
    assert PATHS.parent == MACHINE.parent


@pytest.mark.parametrize("path", named_paths("restoration"))
def test_path_leads_to_its_end(path: str) -> None:
    assert walk(Machine.read(MACHINE), named_paths("restoration")[path])


def test_machine_is_small_enough_to_be_read() -> None:
    assert len(Machine.read(MACHINE).states) <= RESTORATION.states
    assert lines_of(MACHINE) <= RESTORATION.lines


@pytest.mark.parametrize("path", RESTORATION.entered)
def test_path_is_short_enough(path: str) -> None:
    assert len(walk(Machine.read(MACHINE), named_paths("restoration")[path])) <= RESTORATION.entered[path]
