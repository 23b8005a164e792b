"""Fork servers go on from cloud to cloud, as long as what they have imported is what there is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.cloud import EmbeddedCloud
from local.cloud.functions.forking import Preloaded
from local.cloud.functions.processes import CAN_FORK
from tests.integration.cloud.machines import PROJECT, SAMPLE

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
        workdir = PROJECT / "build" / "cloud"
        with EmbeddedCloud(template=template, workdir=workdir, stack_name="kept", preloaded=preloaded) as cloud:
            said = cloud.invoke("EchoFunction", {})
            [worker] = cloud.functions.named("EchoFunction").worker_pids()
            return parent_of(worker), said["layer"]

    return play


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def test_next_cloud_forks_from_the_server_of_the_one_before(play: Callable[..., tuple[int, str]]) -> None:
    assert play() == play()


def test_changed_module_is_imported_again(play: Callable[..., tuple[int, str]], template: Path) -> None:
    first, _ = play()
    module = template.parent / "layers" / "plain" / "python" / "plainlayer" / "__init__.py"
    module.write_text('NAME = "changed"\n', encoding="utf-8")
    second, name = play()
    assert second != first
    assert name == "changed"
    assert not Path(f"/proc/{first}").exists()


def test_server_that_nobody_wants_to_keep_ends_with_its_cloud(play: Callable[..., tuple[int, str]]) -> None:
    server, _ = play(are_kept=False)
    assert not Path(f"/proc/{server}").exists()
