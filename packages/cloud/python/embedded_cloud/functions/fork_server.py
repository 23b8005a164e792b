"""What a fork server runs: it has imported what all its workers import, and forks a worker whenever it is asked to.

Started as `python -I -S fork_server.py <socket> <front> <back> <modules> <services>`. It runs one thread, no handler,
so that a worker begins as a new process does, but for the modules that are there already, and for AWS's models of these
services. Functions with more layers get a server of their own, which is forked from this one.
"""

import contextlib
import gc
import importlib
import json
import logging
import os
import runpy
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

RUNTIME = "awslambdaric"
IMPORT_PATH = runpy.run_path(str(Path(__file__).with_name("import_path.py")))
"""It is run, not imported: nothing is on the path yet (-I -S)."""
MAX_REQUEST_BYTES = 200_000
MAX_ENDS = 4096


def main() -> None:
    """Import, then fork until the cloud closes its end of the socket."""
    _, number, front, back, modules, services = sys.argv
    IMPORT_PATH["arrange"](front.split(os.pathsep), back.split(os.pathsep))
    names = modules.split(",")
    # The X-Ray SDK leaves a mark in one place for all users of a machine, and warns all but the first of them.
    launcher = logging.getLogger("aws_xray_sdk.core.lambda_launcher")
    launcher.addFilter(lambda record: "Failed to signal SDK initialization" not in record.msg)
    with contextlib.suppress(ImportError):
        _share_models()
    _import([*names, RUNTIME])
    if services:
        _read_models(services.split(","))
    _serve(socket.socket(fileno=int(number)), names)


def _import(names: Sequence[str]) -> None:
    for name in names:
        # A group of functions need not have every layer; what is missing here is missing for its handlers, too.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # What is there by now is never collected, so that the workers go on sharing its memory.
    gc.collect()
    gc.freeze()


def _share_models() -> None:
    """Let all sessions have one loader. It keeps AWS's models, which each worker would read again."""
    loaders = importlib.import_module("botocore.loaders")
    loaders.create_loader = cache(loaders.create_loader)  # type: ignore[attr-defined]


def _read_models(services: Sequence[str]) -> None:
    """Build a client of each service, so that the loader has read what clients are built from."""
    if "boto3.session" in sys.modules:
        session = sys.modules["boto3.session"].Session()
        with_resources = session.get_available_resources()
        for service in services:
            session.client(service)
            if service in with_resources:
                session.resource(service)


class _Ends:
    """Tells that a child has ended, to one who polls.

    A handler is not enough: for a signal that comes after Python has last looked for one, and before it waits, the
    handler is called after the wait. So the end of a worker was not reported until something else happened.
    """

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(self._writing, False)
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def fileno(self) -> int:
        return self._reading

    def take(self) -> None:
        """Take what has been told: from now on, the next end is told."""
        os.read(self._reading, MAX_ENDS)

    def forget(self) -> None:
        """Leave it to the parent, of whose children this process is one."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        os.close(self._reading)
        os.close(self._writing)


def _serve(control: socket.socket, modules: Sequence[str]) -> None:
    ends = _Ends()
    poller = select.poll()
    poller.register(control, select.POLLIN)
    poller.register(ends, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poller.poll()}
        if ends.fileno() in ready:
            ends.take()
            _report_ended(control)
        if control.fileno() in ready:
            message, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST_BYTES, 1)
            if not message:
                return
            pid = os.fork()
            if pid == 0:
                ends.forget()
                control.close()
                _become(json.loads(message), descriptors[0], modules)
            # Both this process and the worker do it: so a kill of the group never misses a worker that has just begun.
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            os.close(descriptors[0])
            # Before its end, which is reported in the next round at the earliest.
            control.send(json.dumps({"pid": pid}).encode())


def _report_ended(control: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        with contextlib.suppress(OSError):
            control.send(json.dumps({"pid": pid, "status": os.waitstatus_to_exitcode(status)}).encode())


def _become(request: dict[str, Any], descriptor: int, modules: Sequence[str]) -> NoReturn:
    """Be a worker, or a server for functions that have more layers than this one's; never returns."""
    code = 1
    try:
        # A group of its own: Ctrl-C is for the cloud to handle, and a kill takes the worker's children along.
        os.setpgid(0, 0)
        if "handler" in request:
            _become_worker(request, descriptor)
        else:
            # These functions have other layers: theirs take the place of those that this server was started with.
            IMPORT_PATH["arrange"](request["front"], inherited=request["inherited"])
            _import(modules)
            _serve(socket.socket(fileno=descriptor), modules)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter would, of a process of its own
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _become_worker(request: dict[str, Any], output: int) -> None:
    """Be what `worker_main.py` is."""
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["code"])
    # The function's own code comes before its layers, as on Lambda.
    IMPORT_PATH["arrange"]([str(Path.cwd())])
    runpy.run_path(str(Path(__file__).with_name("read_only.py")))["make_read_only"](request["code"])
    sys.argv = [RUNTIME, request["handler"]]
    runpy.run_module(RUNTIME, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
