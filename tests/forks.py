"""Runs a program's commands in processes that are forked from this one, which has imported it.

`python forks.py serve <socket> <name> <module>…`, by the program's own interpreter, imports the modules, the first of
which has the program's `main`. It is asked by `python forks.py run <socket> …`, which stands for `<name> …`: it hands
over its arguments, folder, environment and streams, and ends with the program's status.
"""

import contextlib
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable

MAX_REQUEST_BYTES = 400_000


def serve(address: str, name: str, modules: list[str]) -> None:
    """Import, then fork for each command; ends with a signal."""
    before = dict(os.environ)
    first, *_ = [importlib.import_module(module) for module in modules]
    main: Callable[[], object] = first.main
    # The AWS CLI says in its environment where its own data are.
    made = {variable: value for variable, value in os.environ.items() if before.get(variable) != value}
    # Nobody waits for the children: each says itself how it ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        # Its name appears once somebody listens: a command that finds it may come at once.
        listener.bind(f"{address}-soon")
        listener.listen(64)
        os.rename(f"{address}-soon", address)  # noqa: PTH104 - imports nothing
        while True:
            asked, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                os._exit(_run_here(asked, name, main, made))
            asked.close()


def _run_here(asked: socket.socket, name: str, main: Callable[[], object], made: dict[str, str]) -> int:
    """Be the command, in a process of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    message, streams, _, _ = socket.recv_fds(asked, MAX_REQUEST_BYTES, 3)
    request = json.loads(message)
    for descriptor, stream in enumerate(streams):
        os.dup2(stream, descriptor)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["environment"] | made)
    os.chdir(request["folder"])
    sys.argv = [name, *request["arguments"]]
    status: object = 1
    try:
        status = main()
    except SystemExit as ended:
        status = ended.code
        if isinstance(status, str):
            sys.stderr.write(f"{status}\n")  # as the interpreter does
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        asked.send(str(_exit_code(status)).encode())
    return 0


def _exit_code(status: object) -> int:
    """What a shell sees of that with which Python ends: None is good, a text is not."""
    if status is None:
        return 0
    return status if isinstance(status, int) else 1


def run(address: str, arguments: list[str]) -> int:
    """Let a command run, and give its status; 1 when it ended without one."""
    request = {"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}  # noqa: PTH109 - imports nothing
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.connect(address)
        socket.send_fds(server, [json.dumps(request).encode()], [0, 1, 2])
        return int(server.recv(16) or b"1")


if __name__ == "__main__":
    _, mode, socket_address, *given = sys.argv
    if mode == "serve":
        serve(socket_address, given[0], given[1:])
    sys.exit(run(socket_address, given))
