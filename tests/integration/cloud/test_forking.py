"""Fork servers report each end, and go on from cloud to cloud."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from embedded_cloud import EmbeddedCloud
from embedded_cloud.functions.forking import ForkServer, Preloaded, Start
from embedded_cloud.functions.processes import CAN_FORK
from tests.integration.cloud.machines import SAMPLE, WORKDIR

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="workers are forked on Linux alone")


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A copy of the sample, of which a test may change files."""
    return shutil.copytree(SAMPLE.parent, tmp_path / "sample") / SAMPLE.name


@pytest.fixture
def play(template: Path) -> Callable[..., tuple[int, str]]:
    """Deploys the copy and invokes a function: gives its fork server's process id, and what its layer says."""

    def play(*, are_kept: bool = True) -> tuple[int, str]:
        preloaded = Preloaded(modules=("plainlayer",), are_kept=are_kept)
        workdir = WORKDIR
        with EmbeddedCloud(template=template, workdir=workdir, stack_name="kept", preloaded=preloaded) as cloud:
            said = cloud.invoke("EchoFunction", {})
            assert cloud.invoke("EchoFunction", {"do": "write", "path": "made-beside-the-code.txt"}) == ["EROFS"] * 5
            [worker] = cloud.functions.named("EchoFunction").worker_pids()
            return parent_of(worker), said["layer"]

    return play


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def test_next_cloud_forks_from_the_server_of_the_one_before(play: Callable[..., tuple[int, str]]) -> None:
    assert play() == play()


def test_server_that_nobody_wants_to_keep_ends_with_its_cloud(play: Callable[..., tuple[int, str]]) -> None:
    server, _ = play(are_kept=False)
    assert not Path(f"/proc/{server}").exists()


SERVE_WHILE_ANOTHER_THREAD_TAKES_THE_SIGNALS = """
import signal, socket, sys, threading
from embedded_cloud.functions import fork_server
threading.Thread(target=threading.Event().wait, daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
fork_server._serve(socket.socket(fileno=int(sys.argv[1])), [])
"""
"""So each signal comes when it does not end the server's wait, as one does that comes just before the wait begins."""


def test_end_of_a_worker_is_reported_though_its_signal_ends_no_wait(tmp_path: Path) -> None:
    (tmp_path / "awslambdaric.py").write_text("raise SystemExit(3)", encoding="utf-8")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        server = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-c", SERVE_WHILE_ANOTHER_THREAD_TAKES_THE_SIGNALS, str(theirs.fileno())],
            cwd=tmp_path,
            env={},
            pass_fds=(theirs.fileno(),),
        )
        request = {"handler": "any.handler", "code": str(tmp_path), "environment": {}}
        with open(os.devnull, "wb") as output:  # noqa: PTH123 - its descriptor is what counts
            socket.send_fds(ours, [json.dumps(request).encode()], [output.fileno()])
        ours.settimeout(60)
        pid = json.loads(ours.recv(4096))["pid"]
        assert json.loads(ours.recv(4096)) == {"pid": pid, "status": 3}
        ours.shutdown(socket.SHUT_WR)
        assert server.wait(60) == 0


class EndedProcess:
    """A fork server's process, which ends when it is waited for."""

    pid = 1

    def wait(self) -> int:
        return 0


def test_new_worker_with_the_number_of_one_that_has_ended_runs(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server = ForkServer(EndedProcess(), ours)  # type: ignore[arg-type]
    with theirs:
        for report in ({"pid": 7}, {"pid": 7, "status": 0}):
            theirs.send(json.dumps(report).encode())
        first = server.fork(Start("any.handler", tmp_path, {}, (), ()))
        assert first.wait() == 0
        theirs.send(json.dumps({"pid": 7}).encode())
        second = server.fork(Start("any.handler", tmp_path, {}, (), ()))
        assert second.poll() is None
    server.stop()
    for worker in (first, second):
        os.close(worker.output)
