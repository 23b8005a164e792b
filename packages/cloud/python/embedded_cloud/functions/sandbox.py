"""One warm worker process of a function, and the Runtime API that it asks for work."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedded_cloud.backends.http_serving import HttpHandler

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.functions.configuration import FunctionConfiguration
    from embedded_cloud.functions.forking import Forked
    from embedded_cloud.functions.invocation import Invocation

INIT_SECONDS = 10.0
"""So long Lambda lets a worker import its handler, before it begins again with an invocation's own time."""

CLOSED = -1
"""In place of a file descriptor: to read from it is an error, and no other file is read by mistake."""

RUNTIME_PREFIX = "/2018-06-01/runtime"


class Sandbox:
    """A worker process that runs one invocation at a time.

    Parameters
    ----------
    configuration
        The function's.
    start_process
        Starts the worker: called with the address of its Runtime API.
    on_line
        Called with each line that the worker prints.
    """

    def __init__(
        self,
        configuration: FunctionConfiguration,
        *,
        start_process: Callable[[str], Forked],
        on_line: Callable[[str], None],
    ) -> None:
        self.configuration = configuration
        self._on_line = on_line
        self._inbox: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._current: Invocation | None = None
        self._init_error: bytes | None = None
        self._ready = threading.Event()
        self._drain_lock = threading.Lock()
        self._partial = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connection: socket.socket | None = None
        try:
            self._process = start_process(f"127.0.0.1:{self._listener.getsockname()[1]}")
        except BaseException:
            self._listener.close()
            raise
        self._began = time.monotonic()
        self._output = self._process.output
        os.set_blocking(self._output, False)
        name = f"{configuration.name}-{self._process.pid}"
        threading.Thread(target=self._serve, name=f"runtime-{name}", daemon=True).start()
        self._reader = threading.Thread(target=self._read_output, name=f"output-{name}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process can take an invocation."""
        return self._process.poll() is None

    def becomes_ready(self, rest: float | None = None) -> bool:
        """Wait until the handler is imported, or can't be: the first invocation says why.

        Only the worker's own time counts. Twenty workers that start at once wait for a processor, which they do not on
        Lambda.

        Parameters
        ----------
        rest
            So many seconds are left of an invocation, in which a worker is begun a second time.

        Returns
        -------
        bool
            False when the time was not enough. The sandbox is dead then.
        """
        seconds, phase = (INIT_SECONDS, "init") if rest is None else (rest, "invoke")
        while not self._ready.wait(max(0.0, seconds - self._lived())):
            if self._lived() >= seconds:
                self._on_line(f"INIT_REPORT Init Duration: {seconds * 1000:.2f} ms Phase: {phase} Status: timeout")
                self.kill()
                return False
        return True

    def _lived(self) -> float:
        """Give the seconds since the worker began, but for those in which it waited for a processor."""
        try:
            waited = int(Path(f"/proc/{self.pid}/schedstat").read_text(encoding="ascii").split()[1])
        except (OSError, IndexError):
            waited = 0  # the system does not say
        return time.monotonic() - self._began - waited / 1e9

    def run(self, invocation: Invocation, seconds: float) -> bytes:
        """Run one invocation to its end; the handler is imported.

        Parameters
        ----------
        seconds
            What is left of the function's timeout.

        Raises
        ------
        LambdaError
            The handler's own error; `Sandbox.Timedout` when it took longer than the function's timeout, and
            `Runtime.ExitError` when the process ended. After these two the sandbox is dead.
        """
        # First: a process that ends while we look whether it has ended fails what is there.
        self._current = invocation
        if self._init_error is not None:
            invocation.fail(self._init_error)
            self.kill()
        elif not self.alive:
            self._fail_with_exit(invocation)
        else:
            invocation.deadline_ms = int((time.time() + seconds) * 1000)
            self._inbox.put(invocation)
            if not invocation.done.wait(seconds):
                self.kill()
                invocation.time_out(self.configuration.timeout_seconds)
        self._current = None
        if invocation.error is not None:
            raise invocation.error
        return invocation.result if invocation.result is not None else b"null"

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._inbox.put(None)
        self._close_sockets()

    def join(self) -> None:
        """Wait until the last of the worker's output has been read."""
        self._reader.join(5)

    def _close_sockets(self) -> None:
        for sock in (self._connection, self._listener):
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
                with contextlib.suppress(OSError):
                    sock.close()

    def _fail_with_exit(self, invocation: Invocation) -> None:
        code = self._process.wait()
        reason = f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        invocation.fail_with(
            "Runtime.ExitError", f"RequestId: {invocation.request_id} Error: Runtime exited with error: {reason}"
        )

    # The Runtime API, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

    def _serve(self) -> None:
        """Serve one connection after another: the runtime client has one open at a time."""
        while True:
            try:
                connection, address = self._listener.accept()
            except OSError:
                return
            self._connection = connection
            with contextlib.suppress(OSError, ValueError), connection:
                _RuntimeApi(connection, address, self)  # type: ignore[arg-type] # it is a server to its handler

    def next_invocation(self) -> Invocation | None:
        """Give the worker what it asks for; None when the sandbox ends."""
        self._ready.set()
        return self._inbox.get()

    def take(self, path: str, body: bytes) -> None:
        """Take what the worker posts: that it cannot begin, or how an invocation ended."""
        # What the handler printed is in the pipe by now: the caller finds its lines together with the result.
        self._drain()
        invocation = self._current
        if path == "/init/error":
            self._init_error = body
            self._ready.set()
        elif invocation is not None and path == f"/invocation/{invocation.request_id}/response":
            invocation.succeed(body)
        elif invocation is not None and path == f"/invocation/{invocation.request_id}/error":
            invocation.fail(body)

    # Output

    def _read_output(self) -> None:
        poller = select.poll()
        poller.register(self._output, select.POLLIN | select.POLLHUP)
        while True:
            poller.poll()
            if self._drain():
                break
        with self._drain_lock:
            os.close(self._output)
            self._output = CLOSED
        self._process.wait()
        self._ready.set()
        invocation = self._current
        if invocation is not None and not invocation.done.is_set():
            self._fail_with_exit(invocation)
        self._inbox.put(None)
        self._close_sockets()

    def _drain(self) -> bool:
        """Read what is there; tell whether the worker has closed its end."""
        with self._drain_lock:
            while True:
                try:
                    chunk = os.read(self._output, 65536)
                except BlockingIOError:
                    return False
                except OSError:
                    return True
                if not chunk:
                    if self._partial:
                        self._on_line(self._partial.decode(errors="replace"))
                        self._partial = b""
                    return True
                *lines, self._partial = (self._partial + chunk).split(b"\n")
                for line in lines:
                    self._on_line(line.decode(errors="replace"))


class _RuntimeApi(HttpHandler):
    server: Any

    def do_GET(self) -> None:  # noqa: N802 - http.server's names
        invocation = self.server.next_invocation()
        if invocation is None:
            self.close_connection = True
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self.server.configuration.arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_header,
        }
        self._give(200, headers, invocation.payload)

    def do_POST(self) -> None:  # noqa: N802 - the same
        self.server.take(self.path.removeprefix(RUNTIME_PREFIX), self.read_body())
        self._give(202, {}, b'{"status":"OK"}')

    def _give(self, status: int, headers: dict[str, str], body: bytes) -> None:
        always = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        self.write(status, {**headers, **always}.items(), body)
