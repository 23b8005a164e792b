"""A command that is forked from an imported program behaves as the program does."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import forked

PROGRAM = """
import os, sys

def main():
    print(os.environ.get("WORD"), os.getcwd(), *sys.argv)
    if sys.argv[1] == "text":
        sys.exit("a text")
    if sys.argv[1] != "none":
        sys.exit(int(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("program")
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    with forked(Path(sys.executable), "program", ["program"], {"PYTHONPATH": str(folder)}) as words:
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
