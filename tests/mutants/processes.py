"""Forks of a process that has imported what tests need: each begins in a moment, and with none of our modules."""

import importlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.mutants.rooms import ROOT

THIRD_PARTY = (
    "pytest", "hypothesis", "pydantic", "boto3", "moto", "aws_lambda_powertools.utilities.parser", "yaml", "lxml.etree",
    "zeep", "requests", "holidays", "htpy", "jsonschema",
)  # fmt: skip
_WAITING = 10
"""Times its processor time that a fork may take by the clock: the machine has other work, and some tests wait."""


@dataclass(frozen=True)
class Job:
    """What a fork does: it returns its exit code. Its output goes to a file."""

    name: str
    work: Callable[[], int]
    output: Path
    cpu_seconds: int


@dataclass
class _Running:
    job: Job
    deadline: float
    began: float = field(default_factory=time.monotonic)


def import_third_party() -> None:
    import botocore.loaders  # noqa: PLC0415 - as the tests' own conftest does: read AWS's models once

    botocore.loaders.create_loader = cache(botocore.loaders.create_loader)
    for name in THIRD_PARTY:
        importlib.import_module(name)
    ours = [
        name
        for name in sys.modules
        if name.partition(".")[0] in {"restoration", "record", "dmn", "supervision", "ops", "local"}
    ]
    if ours:
        raise RuntimeError(f"{', '.join(ours)} were imported before the fault: a fork would test them as they are")


def run_all(jobs: Iterable[Job], at_once: int) -> Iterator[tuple[Job, int, float]]:
    """Each job with its exit code, a signal's number below zero, and its seconds, as they end."""
    running: dict[int, _Running] = {}
    waiting = iter(jobs)
    try:
        while True:
            while len(running) < at_once and (job := next(waiting, None)):
                running[_fork(job)] = _Running(job, time.monotonic() + job.cpu_seconds * _WAITING)
            if not running:
                return
            yield _next_ended(running)
    finally:
        for pid in running:
            _end(pid)
            os.waitpid(pid, 0)


def _next_ended(running: dict[int, _Running]) -> tuple[Job, int, float]:
    while True:
        for pid, each in list(running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended and time.monotonic() > each.deadline:
                _end(pid)
                os.waitpid(pid, 0)
                ended, status = pid, signal.SIGXCPU  # as one that computed for too long
            if ended:
                _end(pid)
                del running[pid]
                return each.job, os.waitstatus_to_exitcode(status), time.monotonic() - each.began
        time.sleep(0.02)


def _end(pid: int) -> None:
    """End a fork and what it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _fork(job: Job) -> int:
    sys.stdout.flush()
    if pid := os.fork():
        with suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)
        return pid
    code = 70  # EX_SOFTWARE: the fork itself failed
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.chdir(ROOT)
        with job.output.open("wb") as output, Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), 0)
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        resource.setrlimit(resource.RLIMIT_CPU, (job.cpu_seconds, job.cpu_seconds + 5))
        code = job.work()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
