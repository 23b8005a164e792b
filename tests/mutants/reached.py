"""Which test reaches which line of the product. It is recorded once, a file of tests at a time, and kept.

A file's record holds as long as the file, and those of the modules in question that it loaded, stay as they were.
"""

import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

from tests.mutants.processes import Job, run_all
from tests.mutants.rooms import BUILD, ROOMS, ROOT

RECORDS = BUILD / "reached"
_CPU_SECONDS = 300
_FOLDERS = tuple(f"{ROOT / folder}/" for folder in ROOMS.values())
_TOOL = sys.monitoring.COVERAGE_ID


@dataclass
class Reached:
    """What one file of tests reaches."""

    loaded: dict[str, str] = field(default_factory=dict)
    """The file, and each of the product's that it loaded, with its hash."""
    tests: dict[str, float] = field(default_factory=dict)
    """Each green test, with its seconds."""
    lines: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Module, line, tests."""
    imported: dict[str, list[int]] = field(default_factory=dict)
    """Module, and the lines that ran while it was imported."""
    failed: list[str] = field(default_factory=list)

    def holds(self, paths: Container[str]) -> bool:
        return all(digest(path) == known for path, known in self.loaded.items() if path in paths)


@cache
def digest(path: str) -> str:
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()[:16]


def reached_by(
    files: list[str], modules: Iterable[str], at_once: int, say: Callable[[str], None]
) -> dict[str, Reached]:
    """The record of each file of tests. What is missing, or out of date for these modules, is recorded now."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    paths = {*files, *modules}
    known = {file: record for file in files if (record := _kept(file)) and record.holds(paths)}
    jobs = [Job(file, partial(_record, file), _log(file), _CPU_SECONDS) for file in files if file not in known]
    for number, (job, code, seconds) in enumerate(run_all(jobs, at_once), 1):
        record = _kept(job.name) if code == 0 else None
        known[job.name] = record or Reached()
        trouble = (
            f", {len(known[job.name].failed)} failed" if known[job.name].failed else "" if record else ": not recorded"
        )
        say(f"recorded {number}/{len(jobs)} {job.name} in {seconds:.0f} s{trouble}")
    return known


def _kept(file: str) -> Reached | None:
    path = _path(file)
    return Reached(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def _path(file: str) -> Path:
    return RECORDS / f"{file.replace('/', '+')}.json"


def _log(file: str) -> Path:
    return _path(file).with_suffix(".log")


def compile_with(compiled: Callable[[str, bytes], CodeType | None]) -> None:
    """Let the product's modules be compiled by a function, wherever they are loaded; None leaves it to Python."""
    as_ever = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        ours = path.startswith(_FOLDERS)
        return (compiled(path, Path(path).read_bytes()) if ours else None) or as_ever(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment,method-assign]


def _record(file: str) -> int:
    """In a fork: run the tests of a file and write what each reached."""
    import pytest  # noqa: PLC0415 - only forks run tests

    watcher = _Watcher(file)
    pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", file], plugins=[watcher])
    written = _path(file).with_suffix(".part")
    written.write_text(json.dumps(vars(watcher.result())), encoding="utf-8")
    written.replace(_path(file))
    return 0


class _Watcher:
    """A plugin of pytest that keeps the lines which each test is the first to run since it began."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._record = Reached()
        self._lines: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self._now = ""
        sys.monitoring.use_tool_id(_TOOL, "mutants")
        sys.monitoring.register_callback(_TOOL, sys.monitoring.events.LINE, self._ran)
        compile_with(_watched)

    def _ran(self, code: CodeType, line: int) -> object:
        self._lines[code.co_filename, line].add(self._now if _is_called(code) else "")
        return sys.monitoring.DISABLE

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._now = nodeid
        self._began = time.process_time()
        sys.monitoring.restart_events()

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self._record.failed.append(report.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._record.tests[nodeid] = round(time.process_time() - self._began, 4)

    def result(self) -> Reached:
        self._record.tests = {
            test: taken for test, taken in self._record.tests.items() if test not in self._record.failed
        }
        lines: dict[str, dict[str, list[str]]] = defaultdict(dict)
        imported: dict[str, list[int]] = defaultdict(list)
        for (path, line), tests in self._lines.items():
            module = _ours(path)
            lines[module][str(line)] = sorted(tests - {""})
            if "" in tests:
                imported[module].append(line)
        self._record.lines, self._record.imported = lines, imported
        self._record.loaded = {path: digest(path) for path in sorted({self._file, *_loaded()})}
        return self._record


def _watched(path: str, source: bytes) -> CodeType:
    code = compile(source, path, "exec", dont_inherit=True)
    for each in _codes(code):
        sys.monitoring.set_local_events(_TOOL, each, sys.monitoring.events.LINE)
    return code


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _is_called(code: CodeType) -> bool:
    """Whether it is the body of a function: that of a module or of a class runs once, whichever test comes first."""
    return bool(code.co_flags & 0x02)  # inspect.CO_NEWLOCALS


def _loaded() -> Iterator[str]:
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None) or ""
        if path.startswith(_FOLDERS):
            yield _ours(path)


def _ours(path: str) -> str:
    return path.removeprefix(f"{ROOT}/")
