"""What a fork server runs: it has imported what all its workers import, and forks a worker whenever it is asked to.

Started as `python -I -S fork_server.py <socket> <front> <back> <modules> <services>`. It runs one thread, no handler,
so that a worker begins as a new process does, but for the modules that are there already, and for AWS's models of these
services: isolated, without site-packages. Functions with more layers get a server of their own, forked from this one.
"""

import contextlib
import errno
import gc
import importlib
import json
import logging
import os
import runpy
import select
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

RUNTIME = "awslambdaric"
MAX_REQUEST_BYTES = 200_000
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
PATHS_OF_CHANGES = {
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rmdir": (0,),
    "os.rename": (0, 1),
    "os.link": (1,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.utime": (0,),
    "sqlite3.connect": (0,),
}
"""Which arguments of an audit event name what is changed."""


def main() -> None:
    """Import, then fork until the cloud closes its end of the socket."""
    _, number, front, back, modules, services = sys.argv
    _arrange_path(front.split(os.pathsep), back.split(os.pathsep))
    names = [name for name in modules.split(",") if name]
    # The X-Ray SDK leaves a mark in one place for all users of a machine, and warns all but the first of them.
    launcher = logging.getLogger("aws_xray_sdk.core.lambda_launcher")
    launcher.addFilter(lambda record: "Failed to signal SDK initialization" not in record.msg)
    if services:
        with contextlib.suppress(ImportError):
            _share_models()
    _import([*names, RUNTIME])
    if services:
        _read_models(services.split(","))
    _serve(socket.socket(fileno=int(number)), names)


def _arrange_path(front: Sequence[str], back: Sequence[str] = (), inherited: int = 0) -> None:
    """Put folders before and behind the import path; the first ones that were inherited go.

    Nothing is installed for a worker (-I -S): so a function whose layer is taken away fails, as on Lambda.
    """
    sys.path[:] = [*front, *sys.path[inherited:], *back]


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


def _serve(control: socket.socket, modules: Sequence[str]) -> None:
    """Fork a process for each request until the cloud closes its end; say the number of each, and its exit status."""
    poller = select.poll()
    poller.register(control, select.POLLIN)
    running: dict[int, tuple[int, int]] = {}
    while True:
        for ready, _ in poller.poll():
            if ready in running:
                poller.unregister(ready)
                _say_end(ready, *running.pop(ready))
                continue
            message, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST_BYTES, 2)
            if not message:
                for pid, _ in running.values():
                    os.waitpid(pid, 0)
                return
            descriptor, told = descriptors
            pid = os.fork()
            if pid == 0:
                for other in (control.detach(), told, *running, *(pipe for _, pipe in running.values())):
                    os.close(other)
                _become(json.loads(message), descriptor, modules)
            os.close(descriptor)
            # A group of its own: Ctrl-C is for the cloud to handle, and a kill takes the worker's children along.
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            os.write(told, b"%d\n" % pid)
            ended = os.pidfd_open(pid)
            running[ended] = pid, told
            poller.register(ended, select.POLLIN)


def _say_end(ended: int, pid: int, told: int) -> None:
    """Say how a process has ended, and forget it."""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with contextlib.suppress(BrokenPipeError):  # nobody wants to know
        os.write(told, b"%d\n" % status)
    os.close(ended)
    os.close(told)


def _become(request: dict[str, Any], descriptor: int, modules: Sequence[str]) -> NoReturn:
    """Be a worker, or a server for functions that have more layers than this one's; never returns."""
    code = 1
    try:
        if "handler" in request:
            _become_worker(request, descriptor)
        else:
            # These functions have other layers: theirs take the place of those that this server was started with.
            _arrange_path(request["front"], inherited=request["inherited"])
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
    """Set what the process has of its function, and hand over to AWS's runtime client, which never returns."""
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["code"])
    # The function's own code comes before its layers, as on Lambda.
    _arrange_path([str(Path.cwd())])
    _make_read_only(request["code"])
    sys.argv = [RUNTIME, request["handler"]]
    runpy.run_module(RUNTIME, run_name="__main__", alter_sys=True)


def _make_read_only(code: str) -> None:
    """Refuse from now on what this process would write outside /tmp, or to the function's own code, as on Lambda.

    A hook of Python's own refuses what the kernel would. To mount would need root, and root may write everywhere. What
    a library does in C without telling Python is not seen.
    """
    # On Lambda nobody writes compiled files; here they spare the next worker the work, and no handler sees them.
    writable = [os.path.realpath("/tmp"), "/dev", *filter(None, [sys.pycache_prefix])]  # noqa: S108 - Lambda's own
    own = os.path.realpath(code)

    def refuse_writing(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            if not arguments[2] & WRITES:
                return
        elif event not in PATHS_OF_CHANGES:
            return
        for number in PATHS_OF_CHANGES.get(event, (0,)):
            named = arguments[number]
            if isinstance(named, int):
                continue  # it is open already
            path = os.path.realpath(os.fsdecode(named))
            if _is_below(path, own) or not any(_is_below(path, folder) for folder in writable):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), os.fsdecode(named))

    sys.addaudithook(refuse_writing)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}{os.sep}")


if __name__ == "__main__":
    main()
