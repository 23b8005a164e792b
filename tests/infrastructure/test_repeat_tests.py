"""``make test-again`` runs the tests several times beside busy cores, and names what failed."""

from pathlib import Path

from scripts.repeat_tests import busy_cores, run_tests, summary

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


def test_summary_names_the_test_that_failed_and_the_run(tmp_path: Path) -> None:
    (tmp_path / "test_flaky.py").write_text(FLAKY, encoding="utf-8")
    runs = {number: run_tests(["-q", "-p", "no:cacheprovider", str(tmp_path)]) for number in (1, 2)}
    assert [is_green for is_green, _ in runs.values()] == [False, True]
    told = "\n".join(summary({1: runs[1][1]}))
    assert "test_bad_the_first_time\n    failed in run 1" in told
    assert "test_good" not in told


def test_cores_are_busy_only_meanwhile() -> None:
    with busy_cores() as loops:
        assert len(loops) >= 1
        assert all(loop.poll() is None for loop in loops)
    assert all(loop.poll() is not None for loop in loops)
