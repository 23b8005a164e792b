"""A module of the repository that runs until Ctrl-C, in a process of its own, as a terminal starts it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from local.stage.deployment import ROOT


@contextmanager
def started(module: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A module that is ready, in a process group of its own, and what it said until then.

    It is ready when it says how Ctrl-C ends it. It is killed at the end of the block, if it still runs.
    """
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        try:
            assert process.poll() is None, said
            yield process, said
        finally:
            process.kill()
