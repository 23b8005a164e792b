"""Whether tests notice a fault: which of them reach its line, and whether one fails with it.

Which file of tests reaches which lines is recorded by coverage.py once, and kept as long as both stay as they were.
Tests run in processes of their own.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import coverage
import pytest

from tests.mutants.rooms import BUILD, ROOMS, ROOT, test_files

type Reached = tuple[float, dict[str, list[int]]]
"""The seconds of the processor that a file of tests takes, and the lines of each module that it runs."""

SECONDS_FOR_A_FAULT = 30
"""Recorded seconds of the files that run for one fault, at most. What only a later one notices counts as unnoticed."""
_CPU_SECONDS = 4 * SECONDS_FOR_A_FAULT
_SECONDS = 10 * _CPU_SECONDS
"""By the clock: the machine has other work, and some tests wait."""
_QUIET = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist")


def in_a_process(name: str, *arguments: str) -> int:
    """Call this module; the exit code, a signal's number below zero. The output is kept in a file of that name."""
    call = [sys.executable, "-m", "tests.mutants.noticing", *arguments]
    with (BUILD / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(call, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 - ours
    try:
        code = process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
    if code > pytest.ExitCode.USAGE_ERROR:
        raise RuntimeError(f"pytest ended with {code}; {BUILD / name}.log says why")
    return code


def reached_by_files(modules: set[str], at_once: int, say: Callable[[str], None]) -> dict[str, Reached]:
    """Read the record of each file of tests. What is missing, or older than what it reads of these, is recorded now."""
    records = {file: BUILD / f"{file.replace('/', '+')}.json" for file in test_files()}
    old = [file for file, record in records.items() if not record.exists() or _is_old(file, record, modules)]
    with ThreadPoolExecutor(at_once) as pool:
        codes = pool.map(lambda file: in_a_process(records[file].stem, "record", str(records[file]), file), old)
        for number, (file, code) in enumerate(zip(old, codes, strict=True), 1):
            say(f"recorded {number}/{len(old)} {file}{': red, not recorded' if code else ''}")
    return {file: _read(record) for file, record in records.items() if record.exists()}


def _is_old(file: str, record: Path, modules: set[str]) -> bool:
    read = [file, *modules.intersection(_read(record)[1])]
    return any((ROOT / each).stat().st_mtime >= record.stat().st_mtime for each in read)


def _read(record: Path) -> Reached:
    seconds, lines = json.loads(record.read_text(encoding="utf-8"))
    return seconds, lines


def files_for(path: str, statement: range, reached: dict[str, Reached]) -> list[str]:
    """Those that run a statement, one at least: the module's own first, then those that run most of it in a second.

    What an import runs does not count: many files that never call a module import it.
    """
    module = Path(path)
    name = module.parent.name if module.stem in {"app", "__init__", "__main__"} else module.stem
    runs = [(seconds, lines[path], file) for file, (seconds, lines) in reached.items() if path in lines]
    imported = min((len(lines) for _, lines, _ in runs), default=0)
    ranked = []
    for seconds, lines, file in runs:
        if any(line in statement for line in lines):
            share = seconds / (len(lines) - imported + 0.1)
            ranked.append((not Path(file).stem.startswith(f"test_{name}"), share, seconds, file))
    chosen: list[str] = []
    left: float = SECONDS_FOR_A_FAULT
    for *_, seconds, file in sorted(ranked):
        if not chosen or seconds <= left:
            chosen.append(file)
            left -= seconds
    return chosen


def _record(record: str, file: str) -> int:
    """Write in how many seconds the tests of a file reach which lines of the product; of a red one nothing."""
    Path(record).unlink(missing_ok=True)
    watch = coverage.Coverage(data_file=None, include=[f"{ROOT / each}/*" for each in ROOMS.values()])
    watch.set_option("run:core", "sysmon")
    with watch.collect():
        code = int(pytest.main([*_QUIET, file]))
    data = watch.get_data()
    lines = {path.removeprefix(f"{ROOT}/"): data.lines(path) for path in data.measured_files()}
    if not code:
        Path(record).write_text(json.dumps([time.process_time(), lines]), encoding="utf-8")
    return code


def _try(changed: str, path: str, *files: str) -> int:
    """Run files of tests with another source of a module, up to the first test that fails."""
    as_ever = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        if self.get_filename(fullname) != str(ROOT / path):
            return as_ever(self, fullname)
        return compile(Path(changed).read_bytes(), ROOT / path, "exec", dont_inherit=True)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment,method-assign]
    # Most faults are noticed by the nearest file: the others need not even be read.
    batches = filter(None, (files[:1], files[1:4], files[4:]))
    return next((code for some in batches if (code := int(pytest.main([*_QUIET, "-x", "--tb=line", *some])))), 0)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 5))
    what, *arguments = sys.argv[1:]
    sys.exit(_record(*arguments) if what == "record" else _try(*arguments))
