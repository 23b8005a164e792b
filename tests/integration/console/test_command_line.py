"""The command line of `make supervise`: what makes no sense is said before anything starts."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from local.console import __main__ as command_line
from local.console.__main__ import app
from local.console.console import Console
from tests.integration.console.made import MadeScreens


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--profile", "reader"), "a profile needs the stack"),
        (("--export", "x", "--since", "soon"), "'soon' is no moment"),
        (("--export", "x", "--since", "1h", "--until", "2h"), "the range has to end after it begins"),
    ],
)
def test_what_makes_no_sense_is_said(arguments: tuple[str, ...], said: str) -> None:
    status, output = run(*arguments)
    assert status == 2
    assert said in output


def test_export_asks_the_console_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "FOLDER", tmp_path)
    monkeypatch.setattr("local.console.console.PURIFY", Path(__file__))
    screens = MadeScreens(50)
    with Console(screens) as console:
        (tmp_path / "address").write_text(console.url, encoding="utf-8")
        status, output = run("--export", str(tmp_path / "out"), "--since", "2026-11-24", "--most-pages", "8")
    assert status == 0, output
    assert "18 pages are in" in output
    assert (tmp_path / "out" / "index.html").is_file()
    assert len(screens.events) == 19


def test_port_that_is_taken_is_said_whether_it_is_named_or_that_of_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.setattr("local.console.console.PURIFY", Path(__file__))
    with Console(MadeScreens(10)) as console:
        port = console.url.rpartition(":")[2]
        monkeypatch.setattr(command_line, "CONSOLE_PORT", int(port))
        for named in (["--port", port], []):
            status, output = run("--stack", "restoration-dev", *named)
            assert status == 1
            assert "Address already in use" in output
