"""The processes of workers: each is new, or forked from one that has the common imports."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

from local.cloud.errors import LambdaError

if TYPE_CHECKING:
    from collections.abc import Mapping

KILLED = -9
LONGEST_REPORT = 4096
CAN_FORK = sys.platform == "linux"
"""Elsewhere a process that has used the system's own libraries must not be forked."""


@dataclass(frozen=True)
class Preloaded:
    """What a fork server has, before it forks its first worker.

    Attributes
    ----------
    modules
        Those that most handlers import from their layers, and that read no function's own environment when they are.
    services
        Those of AWS, by boto3's name, for which handlers build clients: their models are read once for all workers.
    """

    modules: tuple[str, ...]
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Start:
    """What a worker process is started with.

    Attributes
    ----------
    code
        The function's folder, which is also the working directory.
    environment
        The whole environment.
    import_front, import_back
        The layers' folders and the runtime's, to import from before and after the standard library.
    """

    handler: str
    code: Path
    environment: Mapping[str, str]
    import_front: tuple[Path, ...]
    import_back: tuple[Path, ...]


class WorkerProcess(Protocol):
    """A running worker, as a sandbox sees it."""

    @property
    def pid(self) -> int: ...

    @property
    def output(self) -> int:
        """The file descriptor that gives what it prints, on both of its streams; its reader closes it."""

    def poll(self) -> int | None:
        """Give its exit status, minus the signal for one that was killed; None while it runs."""

    def wait(self) -> int:
        """Wait for its end; give its exit status."""


class WorkerProcesses:
    """Starts workers; one fork server for each set of layers, forked from one that has the first of them.

    Parameters
    ----------
    bytecode
        Where compiled Python files go, so that none appear among the sources.
    preloaded
        What workers are forked with. Without it, each worker is a new process.
    """

    def __init__(self, bytecode: Path, preloaded: Preloaded | None) -> None:
        self._options = ["-I", "-S", "-u", "-X", f"pycache_prefix={bytecode}"]
        self._preloaded = preloaded if CAN_FORK else None
        self._servers: dict[tuple[Path, ...], ForkServer] = {}
        """By what workers import from before the standard library."""
        self._lock = threading.Lock()

    def start(self, start: Start) -> WorkerProcess:
        """Start a worker."""
        if self._preloaded is None:
            return _StartedProcess(start, self._options)
        with self._lock:
            server = self._servers.get(start.import_front)
            if server is None:
                server = self._servers[start.import_front] = self._new_server(start, self._preloaded)
        return server.fork(start)

    def _new_server(self, start: Start, preloaded: Preloaded) -> ForkServer:
        for front, server in self._servers.items():
            if start.import_front[: len(front)] == front:
                return server.fork_server(start.import_front, inherited=len(front))
        return ForkServer.of_new_process(start, self._options, preloaded)

    def stop(self) -> None:
        """End the fork servers; the workers are ended by their sandboxes."""
        with self._lock:
            # One that was forked first: the other reports that it has ended.
            for server in reversed(self._servers.values()):
                server.stop()
            self._servers.clear()


class _StartedProcess:
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
        # The thread that reads it also closes it.
        self.output = os.dup(self._process.stdout.fileno())
        self._process.stdout.close()

    def poll(self) -> int | None:
        return self._process.poll()

    def wait(self) -> int:
        return self._process.wait()


class _Process(Protocol):
    """The process of a fork server: the cloud's child, or another fork server's."""

    @property
    def pid(self) -> int: ...

    def wait(self) -> int: ...


class ForkServer:
    """A process that forks workers; see `fork_server.py`.

    Parameters
    ----------
    control
        Our end of the socket over which it is asked.
    """

    def __init__(self, process: _Process, control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._lock = threading.Lock()
        self._forked: SimpleQueue[int | None] = SimpleQueue()
        self._ended: dict[int, int] = {}
        self._has_ended = threading.Condition()
        self._is_gone = False
        self._reader = threading.Thread(target=self._read, name=f"fork-server-{self._process.pid}", daemon=True)
        self._reader.start()

    @classmethod
    def of_new_process(cls, first: Start, options: list[str], preloaded: Preloaded) -> ForkServer:
        """Start one, for workers with the layers of `first`."""
        ours, theirs = _socket_pair()
        script = str(Path(__file__).with_name("fork_server.py"))
        front, back = (os.pathsep.join(map(str, paths)) for paths in (first.import_front, first.import_back))
        modules, services = ",".join(preloaded.modules), ",".join(preloaded.services)
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
                [sys.executable, *options, script, str(theirs.fileno()), front, back, modules, services],
                # Modules may look at it when they are imported: where X-Ray's daemon is, for instance.
                env=dict(first.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        return cls(process, ours)

    def fork_server(self, front: tuple[Path, ...], inherited: int) -> ForkServer:
        """Fork a server for workers that import from `front`, of which the first folders are this one's.

        Raises
        ------
        LambdaError
            When the server's process is gone, as it is once the cloud stops.
        """
        ours, theirs = _socket_pair()
        request = {"front": [*map(str, front)], "inherited": inherited}
        with theirs:
            pid = self._ask_for_process(request, theirs.fileno())
        if pid is None:
            ours.close()
            raise _stopped()
        return ForkServer(_Forked(self, pid), ours)

    def fork(self, start: Start) -> WorkerProcess:
        """Fork a worker.

        Raises
        ------
        LambdaError
            When the server's process is gone, as it is once the cloud stops.
        """
        ours, theirs = os.pipe()
        request = {"handler": start.handler, "code": str(start.code), "environment": dict(start.environment)}
        try:
            pid = self._ask_for_process(request, theirs)
        finally:
            os.close(theirs)
        if pid is None:
            os.close(ours)
            raise _stopped()
        return _ForkedWorker(self, pid, ours)

    def _ask_for_process(self, request: Mapping[str, object], descriptor: int) -> int | None:
        """Ask for a process that gets the descriptor; give its id, and None when the server is gone."""
        try:
            with self._lock:
                socket.send_fds(self._control, [json.dumps(request).encode()], [descriptor])
                return self._forked.get()
        except OSError:
            return None

    def status_of(self, pid: int, *, wait: bool) -> int | None:
        """Give a worker's exit status; None while it runs, unless its end is waited for."""
        with self._has_ended:
            if wait:
                self._has_ended.wait_for(lambda: pid in self._ended or self._is_gone)
            return self._ended.get(pid, KILLED if self._is_gone else None)

    def stop(self) -> None:
        """End the server's process; the workers' ends are reported no more."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
        self._process.wait()
        self._reader.join(5)
        self._control.close()

    def _read(self) -> None:
        while True:
            try:
                message = self._control.recv(LONGEST_REPORT)
            except OSError:
                message = b""
            if not message:
                break
            report = json.loads(message)
            if "status" not in report:
                self._forked.put(report["pid"])
                continue
            with self._has_ended:
                self._ended[report["pid"]] = report["status"]
                self._has_ended.notify_all()
        with self._has_ended:
            self._is_gone = True
            self._has_ended.notify_all()
        self._forked.put(None)


class _Forked:
    """A process that a fork server has forked."""

    def __init__(self, parent: ForkServer, pid: int) -> None:
        self._parent = parent
        self.pid = pid

    def wait(self) -> int:
        status = self._parent.status_of(self.pid, wait=True)
        return KILLED if status is None else status


class _ForkedWorker(_Forked):
    """A worker that a fork server has forked."""

    def __init__(self, server: ForkServer, pid: int, output: int) -> None:
        super().__init__(server, pid)
        self.output = output

    def poll(self) -> int | None:
        return self._parent.status_of(self.pid, wait=False)


def _socket_pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _stopped() -> LambdaError:
    return LambdaError("Sandbox.Stopped", "the process that forks workers has ended", b"{}")
