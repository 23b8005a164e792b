"""What a fork server runs: it has imported what all its workers import, and forks a worker whenever it is asked to.

Started as `python -I -S fork_server.py <socket> <front> <back> <modules>`. It runs one thread and nothing of the
application's own code, so that a worker begins as a new process does, but for the modules that are there already.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import time
import traceback
from pathlib import Path

RUNTIME = "awslambdaric"
MAX_REQUEST_BYTES = 200_000


def main() -> None:
    """Import, then fork until the cloud closes its end of the socket."""
    _, number, front, back, modules = sys.argv
    control = socket.socket(fileno=int(number))
    sys.path[:] = [*front.split(os.pathsep), *sys.path, *back.split(os.pathsep)]
    for name in [*modules.split(","), RUNTIME]:
        # A group of functions need not have every layer; what is missing here is missing for its handlers, too.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # What is there by now is never collected, so that the workers go on sharing its memory.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, lambda *_: _report_ended(control))
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST_BYTES, 1)
        if not message:
            return
        request = json.loads(message)
        # A worker that ends at once is reported after its process id.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            control.close()
            _become_worker(request, descriptors[0])
        # Both this process and the worker do it: so a kill of the group never misses a worker that has just begun.
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        os.close(descriptors[0])
        control.send(json.dumps({"pid": pid}).encode())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


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


def _become_worker(request: dict[str, object], output: int) -> None:
    """Be what `worker_main.py` is; never returns."""
    code = 1
    try:
        # A group of its own: Ctrl-C is for the cloud to handle, and a kill takes the worker's children along.
        os.setpgid(0, 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        environment = request["environment"]
        os.environ.clear()
        os.environ.update(environment)  # type: ignore[call-overload]
        time.tzset()
        os.chdir(str(request["code"]))
        sys.path.insert(0, str(Path.cwd()))
        sys.argv = [RUNTIME, str(request["handler"])]
        runpy.run_module(RUNTIME, run_name="__main__", alter_sys=True)
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


if __name__ == "__main__":
    main()
