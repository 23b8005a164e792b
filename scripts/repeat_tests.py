"""Runs the tests several times beside a busy loop on each core, so that a test that races a clock is found here.

``make test-again TIMES=5`` runs it. Each run's output goes to ``build/test-again/``; the summary names each test that
failed in any run, and in which ones.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.typed import say

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / "build" / "test-again"
BUSY_LOOP = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(100_000))\n"
"""It ends with the process that started it, however that one ends."""

_TROUBLE = re.compile(r"^(?:FAILED|ERROR) (?P<test>\S+)", re.MULTILINE)
_LAST_LINE = re.compile(r"^=+ (?P<counts>.*?) in [0-9.]+s.*=+$|^(?P<short>\d+ .*?) in [0-9.]+s", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """One run of the tests: what pytest returned and printed, and how long it took."""

    number: int
    status: int
    output: str
    seconds: float

    @property
    def is_green(self) -> bool:
        return self.status == 0

    @property
    def counts(self) -> str:
        """What pytest counted (``12 passed, 1 skipped``), or its exit status where it counted nothing."""
        found = list(_LAST_LINE.finditer(self.output))
        return (found[-1]["counts"] or found[-1]["short"]) if found else f"no test counted, exit status {self.status}"

    @property
    def troubles(self) -> list[str]:
        return list(dict.fromkeys(found["test"] for found in _TROUBLE.finditer(self.output)))

    def line(self, times: int) -> str:
        colour = "green" if self.is_green else "RED"
        return f"  run {self.number} of {times}: {colour}, {self.counts}, {self.seconds:.0f} s"


@contextmanager
def busy_cores() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Keep each core that this process may use busy; yields one loop for each."""
    cores = len(os.sched_getaffinity(0))
    loops = [subprocess.Popen([sys.executable, "-c", BUSY_LOOP]) for _ in range(cores)]  # noqa: S603 - our own words
    try:
        yield loops
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def run_tests(number: int, arguments: Sequence[str]) -> Run:
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603 - a pinned tool
    return Run(number, done.returncode, done.stdout, time.monotonic() - started)


def summary(runs: Sequence[Run]) -> Iterator[str]:
    """What the runs come to, line by line, and what to do next."""
    green = sum(run.is_green for run in runs)
    seconds = sorted(run.seconds for run in runs)
    yield f"{green} of {len(runs)} green. The fastest run took {seconds[0]:.0f} s, the slowest {seconds[-1]:.0f} s."
    tests = dict.fromkeys(test for run in runs for test in run.troubles)
    for test in tests:
        failed = ", ".join(str(run.number) for run in runs if test in run.troubles)
        yield f"  {test}"
        yield f"    failed in run {failed}"
    if green < len(runs):
        yield f"Look at {LOGS.relative_to(ROOT)}/, then run the test alone: it depends on the clock or on another test."


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test-again", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="how many runs (5)")
    parser.add_argument("arguments", nargs="*", help="what pytest is given, after --")
    given = parser.parse_args()
    LOGS.mkdir(parents=True, exist_ok=True)
    runs: list[Run] = []
    with busy_cores() as loops:
        times = "once" if given.times == 1 else f"{given.times} times"
        cores = "the core" if len(loops) == 1 else f"each of {len(loops)} cores"
        say(f"The tests run {times}, beside a busy loop on {cores}.")
        for number in range(1, given.times + 1):
            run = run_tests(number, given.arguments)
            (LOGS / f"run-{number}.txt").write_text(run.output, encoding="utf-8")
            runs.append(run)
            say(run.line(given.times))
    say(*summary(runs))
    return 0 if all(run.is_green for run in runs) else 1


if __name__ == "__main__":
    raise SystemExit(main())
