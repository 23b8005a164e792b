"""The README can be followed word for word: its file is saved, its Python is run, its commands are typed."""

from __future__ import annotations

import contextlib
import doctest
import io
import pathlib
import re
import runpy
import shlex
from typing import TYPE_CHECKING

import pytest

import dmn
from dmn.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Iterator

README = pathlib.Path(__file__).resolve().parents[3] / "packages" / "dmn" / "README.md"

pytestmark = pytest.mark.skipif(not README.is_file(), reason="the README lies beside the sources")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def folder(tmp_path: pathlib.Path) -> Iterator[None]:
    """A folder with the file that the reader is told to save."""
    (text,) = blocks("xml")
    (tmp_path / "discount.dmn").write_text(text, encoding="utf-8")
    with contextlib.chdir(tmp_path):
        yield


def test_its_python_gives_what_it_says() -> None:
    (text,) = blocks("python")
    example = doctest.DocTestParser().get_doctest(text, {}, "README.md", str(README), 0)
    written: list[str] = []
    outcome = doctest.DocTestRunner().run(example, out=written.append)
    assert (outcome.failed, outcome.attempted > 5) == (0, True), "".join(written)


def test_the_reference_s_examples_give_what_they_say() -> None:
    text = (README.parent / "docs" / "reference.md").read_text(encoding="utf-8")
    names = {"dmn": dmn, "pathlib": pathlib, "model": dmn.load("discount.dmn"), **vars(dmn.feel)}
    written: list[str] = []
    outcome = doctest.DocTestRunner().run(
        doctest.DocTestParser().get_doctest(text, names, "reference.md", None, 0), out=written.append
    )
    assert (outcome.failed, outcome.attempted > 7, "+SKIP" in text) == (0, True, False), "".join(written)


def test_the_reference_is_what_the_package_says_of_itself() -> None:
    docs = README.parent / "docs"
    written = runpy.run_path(str(docs / "build.py"))["write"]()
    assert written == (docs / "reference.md").read_text(encoding="utf-8"), "run python packages/dmn/docs/build.py"


def test_its_commands_write_what_it_says(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = blocks("console")
    typed = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    assert len(typed) > 2
    for command, _, expected in (each.partition("\n") for each in typed):
        given, pipe, line = command.rpartition(" | ")
        monkeypatch.setattr("sys.stdin", io.StringIO(shlex.split(given)[1] if pipe else ""))
        assert main(shlex.split(line)[1:]) == 0
        assert capsys.readouterr().out == expected
    assert [path.name for path in pathlib.Path().iterdir()] == ["discount.dmn"]
