"""The demo's command line says what is wrong before anything starts, and each run has a folder of its own."""

from pathlib import Path

import pytest

from local.demo.folders import own_folder
from local.demo.main import main


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--events", "a.jsonl", "--outage", "60"], "--outage is about the sample's stories"),
        (["--crowd", "-3"], "-3 is no number from 0 upwards"),
        (["--outage", "0"], "0 is no number of seconds above 0"),
        (["--outage", "nan"], "nan is no number of seconds above 0"),
    ],
)
def test_wrong_options_are_told_in_one_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--story", "cartee"], "proches : carte"),
        (["--events", "{folder}/nothing.jsonl"], "nothing.jsonl can't be read: No such file"),
        (["--events", "{folder}/broken.jsonl"], "has no event that can be played: line 1 is not JSON"),
    ],
)
def test_a_run_with_nothing_to_play_leaves_the_run_before_as_it_was(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.jsonl").write_text("{broken\n", encoding="utf-8")
    before = tmp_path / "decisions.jsonl"
    before.write_text("{}", encoding="utf-8")
    typed = [each.format(folder=tmp_path) for each in arguments]
    assert main([*typed, "--report", str(tmp_path / "report.json")]) == 2
    assert says in "".join(capsys.readouterr().out.splitlines())
    assert before.exists()


def test_two_runs_at_once_have_two_folders(tmp_path: Path) -> None:
    first = tmp_path / "demo"
    with own_folder(first) as one, own_folder(first) as two:
        assert (one, two) == (first, tmp_path / "demo-2")
    with own_folder(first) as again:
        assert again == first
