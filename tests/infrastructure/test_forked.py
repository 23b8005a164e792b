"""A command that is forked from an imported program behaves as the program does."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import forked


@pytest.fixture(scope="module")
def command() -> Iterator[str]:
    with forked(Path(sys.executable), "program", ["tests.infrastructure.forked_program"]) as words:
        yield words


@pytest.mark.parametrize(("ending", "status"), [("none", 0), ("0", 0), ("3", 3), ("text", 1)])
def test_command_ends_with_the_program_s_status(command: str, ending: str, status: int) -> None:
    assert subprocess.run(["sh", "-c", f"{command} {ending}"], check=False, timeout=60).returncode == status  # noqa: S603, S607 - our own words


def test_text_with_which_the_program_ends_is_an_error_s(command: str) -> None:
    done = subprocess.run(["sh", "-c", f"{command} text"], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603, S607 - our own words
    assert done.stderr == "a text\n"


def test_command_has_arguments_folder_and_environment_of_its_caller(command: str, tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        ["sh", "-c", f'{command} none "two words"'],  # noqa: S607 - a shell, wherever it is
        cwd=tmp_path,
        env={"WORD": "here"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == f"here {tmp_path} program none two words\n"
