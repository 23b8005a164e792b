"""Runs the tests several times beside a busy loop on each core, so that a test that races a clock is found here.

``make test-again TIMES=5`` runs it. Each run's output goes to ``build/test-again/``; what is printed at the end names
each test that failed in any run, and in which ones.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.typed import say

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / "build" / "test-again"
BUSY_LOOP = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(100_000))\n"
"""It ends with the process that started it, however that one ends."""

_TROUBLE = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


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


def run_tests(arguments: Sequence[str]) -> tuple[bool, str]:
    """Run the tests once: whether all is well, and what pytest printed."""
    command = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603 - a pinned tool
    return done.returncode == 0, done.stdout


def summary(outputs: Mapping[int, str]) -> Iterator[str]:
    """What failed in the runs that were red, line by line, and what to do next."""
    for test in dict.fromkeys(test for output in outputs.values() for test in _TROUBLE.findall(output)):
        yield f"  {test}"
        yield f"    failed in run {', '.join(str(run) for run, output in outputs.items() if test in output)}"
    if outputs:
        yield f"Look at {LOGS.relative_to(ROOT)}/, then run the test alone: it depends on the clock or on another test."


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test-again", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="how many runs (5)")
    parser.add_argument("arguments", nargs="*", help="what pytest is given, after --")
    given = parser.parse_args()
    LOGS.mkdir(parents=True, exist_ok=True)
    red: dict[int, str] = {}
    with busy_cores() as loops:
        say(f"{given.times} runs of the tests, beside a busy loop on each core ({len(loops)}).")
        for number in range(1, given.times + 1):
            is_green, output = run_tests(given.arguments)
            (LOGS / f"run-{number}.txt").write_text(output, encoding="utf-8")
            if not is_green:
                red[number] = output
            last = (output.strip().splitlines() or ["pytest printed nothing"])[-1].strip("= ")
            say(f"  run {number} of {given.times}: {'green' if is_green else 'RED'}, {last}")
    say(f"{given.times - len(red)} of {given.times} green.", *summary(red))
    return 1 if red else 0


if __name__ == "__main__":
    raise SystemExit(main())
