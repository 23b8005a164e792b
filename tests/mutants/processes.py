"""Forks of a process that has imported what tests need: each begins in a moment, and with none of our modules."""

import importlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path

from tests.mutants.rooms import ROOT

THIRD_PARTY = (
    "pytest", "hypothesis", "pydantic", "boto3", "moto", "aws_lambda_powertools.utilities.parser", "yaml", "lxml.etree",
    "samtranslator.yaml_helper", "zeep", "requests", "holidays", "htpy", "jsonschema",
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
    running: dict[int, tuple[Job, ForkProcess, float]] = {}
    waiting = iter(jobs)
    try:
        while True:
            while len(running) < at_once and (job := next(waiting, None)):
                process = get_context("fork").Process(target=_run, args=(job,))
                process.start()
                running[process.sentinel] = job, process, time.monotonic()
            if not running:
                return
            ended = wait(running, 1.0)
            for sentinel, (job, process, began) in list(running.items()):
                seconds = time.monotonic() - began
                if sentinel in ended or seconds > job.cpu_seconds * _WAITING:
                    del running[sentinel]
                    yield job, _end(process), seconds
    finally:
        for _, process, _ in running.values():
            _end(process)


def _end(process: ForkProcess) -> int:
    """End a fork and what it started; its exit code."""
    process.kill()
    if process.pid:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.join()
    return int(process.exitcode or 0)


def _run(job: Job) -> None:
    code = 70  # EX_SOFTWARE: the fork itself failed
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.chdir(ROOT)
        with job.output.open("wb") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        resource.setrlimit(resource.RLIMIT_CPU, (job.cpu_seconds, job.cpu_seconds + 5))
        code = job.work()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
