"""Runs the AWS CLI's commands in processes that are forked from this one, which has imported the CLI.

`python aws_forks.py serve <socket>`, by the CLI's own interpreter, is asked by `python aws_forks.py run <socket> …`,
which stands for `aws …`: it hands over its arguments, folder, environment and streams, and ends with the CLI's status.
"""

import contextlib
import importlib
import json
import os
import signal
import socket
import sys

MAX_REQUEST_BYTES = 400_000
MODULES = ("awscli.clidriver", "awscli.handlers", "awscli.formatter", "awscli.paramfile")


def serve(address: str) -> None:
    """Import, then fork for each command; ends with a signal."""
    before = dict(os.environ)
    modules = [importlib.import_module(name) for name in MODULES]
    # The CLI says in its environment where its own data are.
    made = {name: value for name, value in os.environ.items() if before.get(name) != value}
    # Nobody waits for the children: each says itself how it ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen(64)
        while True:
            asked, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                os._exit(_run_here(asked, modules[0], made))
            asked.close()


def _run_here(asked: socket.socket, driver: object, made: dict[str, str]) -> int:
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
    sys.argv = ["aws", *request["arguments"]]
    status = 1
    try:
        status = driver.main()  # type: ignore[attr-defined]
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        asked.send(str(status).encode())
    return 0


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
        serve(socket_address)
    sys.exit(run(socket_address, given))
