"""Whether a test notices a fault: the files of tests that reach it run with it, the nearest first, until one fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType

from tests.mutants.faults import Fault, planted
from tests.mutants.processes import Job
from tests.mutants.reached import Reached, compile_with
from tests.mutants.rooms import BUILD, ROOT

SECONDS_FOR_A_FAULT = 30
"""Recorded seconds of the files that run for one fault, at most. What only a later one notices counts as unnoticed."""
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
    files = files_for(planted_fault.path, planted_fault.fault, reached)
    if not files:
        return None
    output = BUILD / "runs" / f"{planted_fault.path.replace('/', '+')}.{planted_fault.fault.number}.log"
    output.parent.mkdir(parents=True, exist_ok=True)
    return Job(planted_fault.name, partial(_run, planted_fault, files), output, SECONDS_FOR_A_FAULT * 4)


def files_for(path: str, fault: Fault, reached: Mapping[str, Reached]) -> list[str]:
    """Those whose tests run the line or its statement; of what runs at import, those that run anything of the module.

    The tests of the module itself come first, then the shortest; one at least.
    """
    ranked = []
    for file, record in reached.items():
        lines, around = record.lines.get(path, ()), {fault.line, *fault.around}
        is_run, is_imported = not around.isdisjoint(lines), not around.isdisjoint(record.imported.get(path, ()))
        if is_run or is_imported:
            ranked.append((_distance(path, file), not (is_run or lines), record.seconds, file))
    chosen: list[str] = []
    left: float = SECONDS_FOR_A_FAULT
    for _, _, seconds, file in sorted(ranked):
        if not chosen or seconds <= left:
            chosen.append(file)
            left -= seconds
    return chosen


def _distance(path: str, file: str) -> bool:
    """False for the tests of the module itself, which have its name."""
    module = Path(path)
    name = module.parent.name if module.stem in {"app", "__init__", "__main__"} else module.stem
    return not Path(file).stem.startswith(f"test_{name}")


def _run(fault: Planted, files: list[str]) -> int:
    """In a fork: run files of tests with the fault in its module, up to the first test that fails."""
    import pytest  # noqa: PLC0415 - only forks run tests

    compile_with(partial(_with_fault, fault))
    quiet = ["-q", "-x", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist"]
    # Most faults are noticed by the nearest file: the others need not even be read.
    for some in filter(None, (files[:1], files[1:4], files[4:])):
        if code := int(pytest.main([*quiet, *some])):
            return code
    return 0


def _with_fault(fault: Planted, path: str, source: bytes) -> CodeType | None:
    if path != str(ROOT / fault.path):
        return None
    return compile(planted(source.decode(), fault.fault.number), path, "exec", dont_inherit=True)
