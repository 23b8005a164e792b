"""The processes of workers: each is new, or forked from one that has the common imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from embedded_cloud.functions.forking import ForkServers

if TYPE_CHECKING:
    from embedded_cloud.functions.forking import ForkedWorker, Preloaded, Start

CAN_FORK = sys.platform == "linux"
"""Elsewhere a process that has used the system's own libraries must not be forked."""


class WorkerProcesses:
    """Starts workers: new processes, or forks of one that has the common imports.

    Parameters
    ----------
    bytecode
        Where compiled Python files go, so that none appear among the sources.
    preloaded
        What workers are forked with. Without it, each worker is a new process.
    """

    def __init__(self, bytecode: Path, preloaded: Preloaded | None) -> None:
        self._options = ["-I", "-S", "-u", "-X", f"pycache_prefix={bytecode}"]
        self._servers = ForkServers(self._options, preloaded) if preloaded and CAN_FORK else None

    def start(self, start: Start) -> StartedWorker | ForkedWorker:
        """Start a worker."""
        return StartedWorker(start, self._options) if self._servers is None else self._servers.fork(start)

    def renew(self) -> None:
        """Fork no more workers from what was imported so far: the files that it was imported from may have changed."""
        if self._servers is not None:
            self._servers.renew()

    def stop(self) -> None:
        """End the fork servers, or keep them; the workers are ended by their sandboxes."""
        if self._servers is not None:
            self._servers.stop()


class StartedWorker:
    """A worker that is a new process."""

    def __init__(self, start: Start, options: list[str]) -> None:
        front = os.pathsep.join(map(str, (start.code, *start.import_front)))
        back = os.pathsep.join(map(str, start.import_back))
        script = str(Path(__file__).with_name("worker_main.py"))
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [sys.executable, *options, script, start.handler, front, back],
            cwd=start.code,
            env=dict(start.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C is for this process to handle, and a kill takes the worker's children along.
            start_new_session=True,
        )
        if self._process.stdout is None:
            raise AssertionError("a piped process has a stdout")
        self.pid = self._process.pid
        # What it prints on both of its streams; the thread that reads it also closes it.
        self.output = os.dup(self._process.stdout.fileno())
        self._process.stdout.close()

    def poll(self) -> int | None:
        return self._process.poll()

    def wait(self) -> int:
        return self._process.wait()
