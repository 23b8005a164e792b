"""The fork servers: processes that have the common imports, and fork workers.

They are the same for one cloud after another. So they may be kept: to import what all functions have takes as long as
the first work of ten workers.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embedded_cloud.errors import LambdaError

if TYPE_CHECKING:
    from collections.abc import Mapping

KILLED = -9
NO_PIPE = -1
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

    modules: tuple[str, ...] = ()
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
    bytecode
        Where compiled Python files go, so that none appear among the sources.
    """

    def __init__(self, bytecode: Path, preloaded: Preloaded) -> None:
        self._options = ["-I", "-S", "-u", "-X", f"pycache_prefix={bytecode}"]
        self._preloaded = preloaded
        self._servers: Servers | None = None
        self._old: list[Servers] = []
        self._kept_as: object = None
        self._lock = threading.Lock()

    def fork(self, start: Start) -> Forked:
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


class Forked:
    """A process that a fork server has forked.

    Parameters
    ----------
    told
        The end of a pipe on which its number is said, and its exit status once it has ended.
    output
        The end of a pipe with what it prints, if that is read.

    Raises
    ------
    LambdaError
        When nobody says anything: the server's process is gone, as it is once the cloud stops.
    """

    def __init__(self, told: int, output: int) -> None:
        self.output = output
        # It is closed with this object: other threads may look at it until then.
        self._told = open(told, "rb", buffering=0)  # noqa: SIM115 - a pipe
        self._lock = threading.Lock()
        self._status: int | None = None
        number = self._told.readline()
        if not number:
            raise LambdaError("Sandbox.Stopped", "the process that forks workers has ended", b"{}")
        self.pid = int(number)

    def poll(self) -> int | None:
        """Give the exit status; None while it runs."""
        return self._status_within(0)

    def wait(self) -> int:
        """Wait for the end, and give the exit status."""
        return self._status_within(None) or 0

    def _status_within(self, milliseconds: int | None) -> int | None:
        poller = select.poll()
        poller.register(self._told, select.POLLIN)
        if poller.poll(milliseconds):
            with self._lock:
                if self._status is None:
                    self._status = int(self._told.readline() or KILLED)
        return self._status


class ForkServer:
    """A process that forks workers; see `fork_server.py`.

    Parameters
    ----------
    process
        The cloud's child, or another fork server's.
    control
        Our end of the socket over which it is asked.
    """

    def __init__(self, process: subprocess.Popen[bytes] | Forked, control: socket.socket) -> None:
        self._process = process
        self._control = control

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
        """Fork a server for workers that import from `front`, of which the first folders are this one's."""
        ours, theirs = _socket_pair()
        with theirs:
            request = {"front": [*map(str, front)], "inherited": inherited}
            return ForkServer(self._ask(theirs.fileno(), request), ours)

    def fork(self, start: Start) -> Forked:
        """Fork a worker; the errors are those of `Forked`."""
        ours, theirs = os.pipe()
        request = {"handler": start.handler, "code": str(start.code), "environment": dict(start.environment)}
        try:
            return self._ask(theirs, request, ours)
        except LambdaError:
            os.close(ours)
            raise
        finally:
            os.close(theirs)

    def _ask(self, descriptor: int, request: Mapping[str, object], output: int = NO_PIPE) -> Forked:
        """Ask for a process that gets the descriptor."""
        told, theirs = os.pipe()
        with contextlib.suppress(OSError):
            socket.send_fds(self._control, [json.dumps(request).encode()], [descriptor, theirs])
        os.close(theirs)
        return Forked(told, output)

    def stop(self) -> None:
        """End the server's process, once its workers have ended."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
        self._process.wait()
        self._control.close()


def _socket_pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
