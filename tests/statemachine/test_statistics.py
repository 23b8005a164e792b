"""Paths are walked on a machine as its file has it: each choice as the path names it, everything else by its Next."""

from typing import Any

import pytest

from scripts.process.machine import CAMPAIGN, MACHINE, NIGHTLY, Machine, State
from scripts.statistics import RESTORATION, NoSuchPathError, Ways, lines_of, named_paths, told, walk


def machine(**bodies: Any) -> Machine:
    return Machine(tuple(State(name, body, {}, "") for name, body in bodies.items()), next(iter(bodies)))


SMALL = machine(
    Look={"Type": "Task", "Next": "IsItPaid"},
    IsItPaid={
        "Type": "Choice",
        "Choices": [{"Comment": "Not certain yet", "Next": "Wait"}, {"Comment": "Paid in full", "Next": "Restored"}],
        "Default": "BalanceDue",
    },
    Wait={"Type": "Task", "Catch": [{"Comment": "It has cleared already", "Next": "Restored"}], "Next": "Look"},
    Restored={"Type": "Succeed"},
    BalanceDue={"Type": "Succeed"},
)


@pytest.mark.parametrize(
    ("ways", "path"),
    [
        ({"IsItPaid": "Restored"}, "Look IsItPaid Restored"),
        ({"IsItPaid": "Paid in full"}, "Look IsItPaid Restored"),
        ({"IsItPaid": "BalanceDue"}, "Look IsItPaid BalanceDue"),
        ({"IsItPaid": ["Wait", "Restored"]}, "Look IsItPaid Wait Look IsItPaid Restored"),
        ({"IsItPaid": "Wait", "Wait": "It has cleared already"}, "Look IsItPaid Wait Restored"),
    ],
)
def test_way_is_named_by_its_target_or_its_comment_for_each_time(ways: Ways, path: str) -> None:
    assert walk(SMALL, ways) == path.split()


@pytest.mark.parametrize(
    ("ways", "complaint"),
    [
        ({}, "names no way"),
        ({"IsItPaid": ["Wait"]}, "names no way"),
        ({"IsItPaid": "Look"}, "has no way to 'Look'"),
        ({"IsItPaid": ["Restored", "BalanceDue"]}, "does not come by IsItPaid so often"),
        ({"IsItPayed": "Restored"}, "no state IsItPayed"),
    ],
)
def test_path_that_does_not_fit_says_where(ways: Ways, complaint: str) -> None:
    with pytest.raises(NoSuchPathError, match=complaint):
        walk(SMALL, ways)


def test_path_without_an_end_is_found() -> None:
    with pytest.raises(NoSuchPathError, match="goes round"):
        walk(machine(Look={"Type": "Task", "Next": "Look"}), {})


def test_statistics_fit_a_terminal_and_name_every_section() -> None:
    for file in (MACHINE, NIGHTLY, CAMPAIGN):
        lines = list(told(file, RESTORATION))
        assert max(map(len, lines)) <= 80
        assert [section for section in Machine.read(file).sections if section not in "\n".join(lines)] == []


def test_machine_and_each_of_its_named_paths_are_small_enough_to_be_read() -> None:
    read, paths = Machine.read(MACHINE), named_paths("restoration")
    entered = {path: len(walk(read, ways)) for path, ways in paths.items()}
    assert [path for path, most in RESTORATION.entered.items() if entered[path] > most] == []
    assert len(read.states) <= RESTORATION.states
    assert lines_of(MACHINE) <= RESTORATION.lines
