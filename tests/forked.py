"""Programs whose commands are forked from a process that has imported them."""

import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).resolve().parents[1]
FORKS = Path(__file__).with_name("forks.py")
START_SECONDS = 60


@contextmanager
def forked(python: Path, name: str, modules: Sequence[str]) -> Iterator[str]:
    """The words of a shell that stand for a program, as long as the block lasts.

    A page of the runbook has dozens of commands, and nearly all time of each goes into its imports. So one process
    has imported the program, and each command is forked from it.

    Parameters
    ----------
    modules
        What is imported; the first of them has the program's ``main``.
    """
    # The address of a socket has 108 characters at most, and the tests' own folders are longer at times.
    with TemporaryDirectory() as short:
        address = Path(short) / name
        with subprocess.Popen(  # noqa: S603 - our own script
            [python, FORKS, "serve", address, name, *modules],
            stdin=subprocess.DEVNULL,
        ) as server:
            try:
                _wait_for(address, name, server)
                yield shlex.join([sys.executable, "-I", "-S", str(FORKS), "run", str(address)])
            finally:
                server.kill()


def _wait_for(address: Path, name: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not address.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"{name} was not imported within {START_SECONDS} s")
        time.sleep(0.05)
