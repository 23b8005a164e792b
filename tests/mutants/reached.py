"""Which file of tests reaches which line of the product. It is recorded once and kept.

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

from tests.mutants.processes import Job, run_all
from tests.mutants.rooms import BUILD, ROOMS, ROOT

RECORDS = BUILD / "reached-by-files"
_CPU_SECONDS = 300
_FOLDERS = tuple(f"{ROOT / folder}/" for folder in ROOMS.values())
_TOOL = sys.monitoring.COVERAGE_ID


@dataclass
class Reached:
    """What one file of tests reaches."""

    loaded: dict[str, str] = field(default_factory=dict)
    """The file, and each of the product's that it loaded, with its hash."""
    seconds: float = 0.0
    """Of the processor, for its tests without what they import."""
    lines: dict[str, list[int]] = field(default_factory=dict)
    """Module, and the lines that ran while tests ran."""
    imported: dict[str, list[int]] = field(default_factory=dict)
    """Module, and the lines that ran while it was imported."""

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
        say(f"recorded {number}/{len(jobs)} {job.name} in {seconds:.0f} s{'' if record else ': red, not recorded'}")
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
    """In a fork: run the tests of a file and write what they reached; those of a file that is red count for nothing."""
    import pytest  # noqa: PLC0415 - only forks run tests

    watcher = _Watcher()
    code = int(pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", file], plugins=[watcher]))
    loaded = {path: digest(path) for path in sorted({file, *_loaded()})}
    record = Reached(loaded, watcher.seconds, *map(_by_module, (watcher.called, watcher.imported)))
    written = _path(file).with_suffix(".part")
    written.write_text(json.dumps(vars(record)), encoding="utf-8")
    if not code:
        written.replace(_path(file))
    return code


class _Watcher:
    """A plugin of pytest that keeps the lines which run, and how long the tests take."""

    def __init__(self) -> None:
        self.called, self.imported = set[tuple[str, int]](), set[tuple[str, int]]()
        self.seconds = 0.0
        sys.monitoring.use_tool_id(_TOOL, "mutants")
        sys.monitoring.register_callback(_TOOL, sys.monitoring.events.LINE, self._ran)
        compile_with(_watched)

    def _ran(self, code: CodeType, line: int) -> object:
        (self.called if _is_called(code) else self.imported).add((code.co_filename, line))
        return sys.monitoring.DISABLE

    def pytest_runtest_logstart(self) -> None:
        self._began = time.process_time()

    def pytest_runtest_logfinish(self) -> None:
        self.seconds += time.process_time() - self._began


def _by_module(lines: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for path, line in sorted(lines):
        found[_ours(path)].append(line)
    return found


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
