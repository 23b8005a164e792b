"""``make test-again`` runs the tests several times beside busy cores, and names what failed."""

from pathlib import Path

import pytest

from scripts.repeat_tests import Run, busy_cores, run_tests, summary

FLAKY = """
from pathlib import Path

def test_good():
    pass

def test_bad_the_first_time():
    seen = Path(__file__).with_name("seen")
    first = not seen.exists()
    seen.touch()
    assert not first
"""


@pytest.fixture
def runs(tmp_path: Path) -> list[Run]:
    """Two runs of a test that fails in the first one only."""
    (tmp_path / "test_flaky.py").write_text(FLAKY, encoding="utf-8")
    return [run_tests(number, ["-q", "-p", "no:cacheprovider", str(tmp_path)]) for number in (1, 2)]


def test_summary_names_the_test_that_failed_and_the_run(runs: list[Run]) -> None:
    assert [run.is_green for run in runs] == [False, True]
    assert [run.counts for run in runs] == ["1 failed, 1 passed", "2 passed"]
    told = "\n".join(summary(runs))
    assert "1 of 2 green" in told
    assert "test_bad_the_first_time\n    failed in run 1" in told
    assert "test_good" not in told


def test_run_that_counts_nothing_says_so() -> None:
    assert Run(1, 4, "usage: …", 0.1).counts == "no test counted, exit status 4"


def test_cores_are_busy_only_meanwhile() -> None:
    with busy_cores() as loops:
        assert len(loops) >= 1
        assert all(loop.poll() is None for loop in loops)
    assert all(loop.poll() is not None for loop in loops)
