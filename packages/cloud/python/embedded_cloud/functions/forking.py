"""The fork servers: processes that have the common imports, and fork workers.

They are the same for one cloud after another. So they may be kept: to import what all functions have takes as long as
the first work of ten workers.
"""

from __future__ import annotations

import atexit
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
from typing import TYPE_CHECKING

from embedded_cloud.errors import LambdaError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KILLED = -9
LONGEST_REPORT = 4096
SHARED = ("AWS_REGION", "AWS_ENDPOINT_URL", "AWS_XRAY_DAEMON_ADDRESS")
"""What all functions of a cloud have in their environment, and modules may look at when they are imported."""


@dataclass(frozen=True)
class Preloaded:
    """What a fork server has, before it forks its first worker.

    Attributes
    ----------
    modules
        Those that most handlers import from their layers, and that read no function's own environment when they are.
    services
        Those of AWS, by boto3's name, for which handlers build clients: their models are read once for all workers.
    are_kept
        Whether fork servers go on to the next cloud of this process. They end with the process at the latest.
    """

    modules: tuple[str, ...]
    services: tuple[str, ...] = ()
    are_kept: bool = False


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


type Servers = dict[tuple[Path, ...], ForkServer]
"""Those that run, by what their workers import from before the standard library."""


_KEPT: dict[object, Servers] = {}
"""Those of the cloud that ended last, for one that has the same to import and is reached at the same addresses."""
_KEPT_LOCK = threading.Lock()


@atexit.register
def _end_kept() -> None:
    """Wait for their ends, so that the kernel counts their processor time with that of this process."""
    with _KEPT_LOCK:
        for each in _KEPT.values():
            _stop(each)
        _KEPT.clear()


def _stop(servers: Servers) -> None:
    # One that was forked first: the other reports that it has ended.
    for server in reversed(servers.values()):
        server.stop()


class ForkServers:
    """One fork server for each set of layers, forked from one that has the first of them.

    Parameters
    ----------
    options
        The interpreter's.
    """

    def __init__(self, options: Sequence[str], preloaded: Preloaded) -> None:
        self._options = list(options)
        self._preloaded = preloaded
        self._servers: Servers | None = None
        self._old: list[Servers] = []
        self._kept_as: object = None
        self._lock = threading.Lock()

    def fork(self, start: Start) -> ForkedWorker:
        """Start a worker."""
        with self._lock:
            if self._servers is None:
                self._servers = self._taken_over(start)
            server = self._servers.get(start.import_front)
            if server is None:
                server = self._servers[start.import_front] = self._new_server(start, self._servers)
        return server.fork(start)

    def renew(self) -> None:
        """Fork from new ones from now on. The workers of the others go on, and those end with the cloud."""
        with self._lock:
            if self._servers:
                self._old.append(self._servers)
                self._servers = {}

    def stop(self) -> None:
        """End them, or keep them for the next cloud."""
        with self._lock, _KEPT_LOCK:
            while self._old:
                _stop(self._old.pop())
            servers, self._servers = self._servers, None
            if servers is None:
                return
            if self._preloaded.are_kept:
                servers, _KEPT[self._kept_as] = _KEPT.pop(self._kept_as, {}), servers
            _stop(servers)

    def _taken_over(self, start: Start) -> Servers:
        shared = tuple(start.environment.get(name) for name in SHARED)
        self._kept_as = (*self._options, self._preloaded, shared, start.import_back)
        with _KEPT_LOCK:
            servers = _KEPT.pop(self._kept_as, {})
        _end_kept()
        return servers

    def _new_server(self, start: Start, servers: Servers) -> ForkServer:
        for front, server in servers.items():
            if start.import_front[: len(front)] == front:
                return server.fork_server(start.import_front, inherited=len(front))
        return ForkServer.of_new_process(start, self._options, self._preloaded)


class ForkServer:
    """A process that forks workers; see `fork_server.py`.

    Parameters
    ----------
    process
        The cloud's child, or another fork server's.
    control
        Our end of the socket over which it is asked.
    """

    def __init__(self, process: subprocess.Popen[bytes] | _Forked, control: socket.socket) -> None:
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

    def fork(self, start: Start) -> ForkedWorker:
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
        return ForkedWorker(self, pid, ours)

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
                # The system gives the number of a process that has ended to a new one.
                self._ended.pop(report["pid"], None)
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


class ForkedWorker(_Forked):
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
