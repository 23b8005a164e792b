"""Whether a test notices a fault: the tests that reach it run with it, the nearest first, until one fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

from tests.mutants.faults import Fault, planted
from tests.mutants.processes import Job
from tests.mutants.reached import Reached, compile_with
from tests.mutants.rooms import BUILD, ROOT

SECONDS_FOR_A_FAULT = 30
"""Recorded seconds of the tests that run for one fault, at most. What only a later test notices counts as unnoticed."""
_SECONDS_FOR_NEIGHBOURS = 3
EXIT_CODES = frozenset({0, 1, 2, 3, 4})
"""pytest's exit codes; above 0 a test, a module or a conftest failed. Without the fault all of them were green."""


@dataclass(frozen=True)
class Planted:
    """A fault in a module of the product."""

    path: str
    fault: Fault

    @property
    def name(self) -> str:
        return f"{self.path}:{self.fault.line}: {self.fault.was} → {self.fault.now}"


def job_of(planted_fault: Planted, reached: Mapping[str, Reached]) -> Job | None:
    """What runs for a fault; None when no test reaches it."""
    tests = tests_for(planted_fault.path, planted_fault.fault, reached)
    if not tests:
        return None
    output = BUILD / "runs" / f"{planted_fault.path.replace('/', '+')}.{planted_fault.fault.number}.log"
    output.parent.mkdir(parents=True, exist_ok=True)
    return Job(planted_fault.name, partial(_run, planted_fault, tests), output, SECONDS_FOR_A_FAULT * 4)


def tests_for(path: str, fault: Fault, reached: Mapping[str, Reached]) -> list[str]:
    """Those that run the line, and others of their files, which may see what a fixture or a cache keeps of it.

    What runs at import is seen by tests that run anything else of the module, or only load it.
    """
    ranked = []
    for file, record in reached.items():
        near = _near(record, path, fault)
        if near is None:
            continue
        tests = [test for test in record.tests if test in near]
        if sum(record.tests.values()) < _SECONDS_FOR_NEIGHBOURS:
            tests += [test for test in record.tests if test not in near]
        order = {test: (test not in near, record.tests[test]) for test in tests}
        tests.sort(key=order.__getitem__)
        ranked.append((_distance(path, file), not near, sum(record.tests[test] for test in tests), tests, record.tests))
    return _within_time(sorted(ranked, key=lambda each: each[:3]))


def _near(record: Reached, path: str, fault: Fault) -> set[str] | None:
    """The tests of a file that run a fault's line, or else its statement; None where the file does not."""
    lines, imported = record.lines.get(path, {}), record.imported.get(path, ())
    for span in (range(fault.line, fault.line + 1), fault.around):
        if near := {test for line in span for test in lines.get(str(line), ())}:
            return near
        if any(line in imported for line in span):
            return {test for tests in lines.values() for test in tests}
    return None


def _distance(path: str, file: str) -> bool:
    """False for the tests of the module itself, which have its name."""
    module = Path(path)
    name = module.parent.name if module.stem in {"app", "__init__", "__main__"} else module.stem
    return not Path(file).stem.startswith(f"test_{name}")


def _within_time(ranked: list[tuple[bool, bool, float, list[str], dict[str, float]]]) -> list[str]:
    chosen: list[str] = []
    left: float = SECONDS_FOR_A_FAULT
    for _, _, _, tests, seconds in ranked:
        for test in tests:
            if chosen and seconds[test] > left:
                continue
            chosen.append(test)
            left -= seconds[test]
    return chosen


def _run(fault: Planted, tests: list[str]) -> int:
    """In a fork: run the tests with the fault in its module, up to the first that fails."""
    import pytest  # noqa: PLC0415 - only forks run tests

    compile_with(partial(_with_fault, fault))
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    quiet = ["-q", "-x", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist"]
    # Most faults are noticed by the nearest file: the others need not even be read.
    for some in filter(None, (files[:1], files[1:4], files[4:])):
        code = int(pytest.main([*quiet, *some], plugins=[_Only(tests)]))
        if code:
            return code
    return 0


def _with_fault(fault: Planted, path: str, source: bytes) -> CodeType | None:
    if path != str(ROOT / fault.path):
        return None
    return compile(planted(source.decode(), fault.fault.number), path, "exec", dont_inherit=True)


class _Only:
    """A plugin of pytest that leaves some tests, in their order."""

    def __init__(self, tests: list[str]) -> None:
        self._order = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._order), key=lambda item: self._order[item.nodeid]
        )
