"""Fork servers say how each worker ends, and go on from cloud to cloud."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from embedded_cloud import EmbeddedCloud, LambdaError
from embedded_cloud.functions.forking import ForkServer, Preloaded, Start
from tests.integration.cloud.machines import SAMPLE, WORKDIR


def play(*, are_kept: bool = True) -> tuple[int, str]:
    """Deploy the sample and invoke a function; returns its fork server's process id, and what its layer says."""
    preloaded = Preloaded(modules=("plainlayer",), are_kept=are_kept)
    with EmbeddedCloud([SAMPLE], workdir=WORKDIR, preloaded=preloaded) as cloud:
        with pytest.raises(LambdaError, match="exit status 3"):
            cloud.invoke("EchoFunction", {"do": "exit"})
        said = cloud.invoke("EchoFunction", {})
        [worker] = cloud.functions.named("EchoFunction").worker_pids()
        return parent_of(worker), said["layer"]


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def test_next_cloud_forks_from_the_server_of_the_one_before() -> None:
    assert play() == play()


def test_server_that_nobody_wants_to_keep_ends_with_its_cloud() -> None:
    server, _ = play(are_kept=False)
    assert not Path(f"/proc/{server}").exists()


def test_server_that_has_ended_forks_no_worker(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()
    nothing: Any = SimpleNamespace(wait=int)
    server = ForkServer(nothing, ours)
    with pytest.raises(LambdaError, match=r"Sandbox\.Stopped"):
        server.fork(Start("any.handler", tmp_path, {}, (), ()))
    server.stop()
