"""A fresh clone of the working tree, in a path with a space, with environments of its own.

What others wrote is linked: downloading it again would take minutes, and prove nothing. Our own packages are not:
`make` installs those of the clone, as on a machine that never had another checkout.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.commands.documents import tracked
from tests.forked import ROOT

ENVIRONMENTS = (".venv", ".venv-sam", ".venv-aws")
LAYERS = Path("build", "cloud", "layers")
GOOD_NAME = "a fresh clone"
_NEVER_ASKED = {"AWS_", "PYTHON", "VIRTUAL_ENV", "MAKE", "RIGHTS_CALLS", "COLUMNS", "PYTEST"}


class Ran(NamedTuple):
    """What a command gave: its exit code, and all that it printed."""

    code: int
    printed: str


class Clone(NamedTuple):
    """The folder of a clone, in which commands are typed."""

    folder: Path

    def run(self, command: str, seconds: float, others: Mapping[str, str] | None = None) -> Ran:
        """Type a command. Whatever it left running is ended, and is a failure of the test.

        Raises
        ------
        AssertionError
            When it does not end in time, or leaves a process behind.
        """
        with self.started(command, others) as process:
            try:
                printed, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as late:
                said = (late.stdout or b"").decode("utf-8", "replace")
                raise AssertionError(f"{command} has not ended within {seconds} s:\n{said}") from late
            assert not is_alive(process.pid), f"{command} left a process behind"
        return Ran(process.returncode, printed)

    @contextlib.contextmanager
    def started(self, command: str, others: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
        """Start a command in a process group of its own, as a terminal does; the group ends with the block."""
        of_make = re.findall(r"(\w+)=", os.environ.get("MAKEFLAGS", ""))
        unwanted = (*_NEVER_ASKED, *of_make)
        mine = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        with subprocess.Popen(  # noqa: S603 - the project's own commands
            ["/bin/bash", "-c", command],
            cwd=self.folder,
            env={**mine, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull, **(others or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def is_alive(group: int) -> bool:
    """Whether a process of a group still runs; its leader, of whom the exit code is known, is none any more."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def make_clone(folder: Path) -> Clone:
    """Clone the repository, with what is not committed yet, and link what others wrote."""
    clone = folder / GOOD_NAME
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", ROOT, clone], check=True)  # noqa: S603, S607 - git
    for name in tracked():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, clone / name)  # as old as there, so that make finds what is linked newer
    subprocess.run(["git", "-C", clone, "reset", "--quiet"], check=True)  # noqa: S603, S607 - git
    for name in ENVIRONMENTS:
        if (ROOT / name).is_dir():
            link_environment(ROOT / name, clone / name)
    (clone / LAYERS).mkdir(parents=True)
    installed = [ready.parent for ready in (ROOT / LAYERS).glob("*/python")]
    for linked in (*ROOT.glob("node_modules"), *installed):
        (clone / linked.relative_to(ROOT)).symlink_to(linked)
    return Clone(clone)


def link_environment(source: Path, target: Path) -> None:
    """Make a virtual environment with the packages of another one, and without those that are installed editable."""
    packages = next(source.glob("lib/python3*/site-packages"))
    to = target / packages.relative_to(source)
    to.mkdir(parents=True)
    ours = {each.parent.name for each in packages.glob("*.dist-info/direct_url.json") if "editable" in each.read_text()}
    ours |= {path.name for path in packages.glob("_*.pth")}
    for path in packages.iterdir():
        if path.name not in ours:
            (to / path.name).symlink_to(path)
    (target / "bin").mkdir()
    for path in (source / "bin").iterdir():
        place = target / "bin" / path.name
        if path.is_symlink():
            place.symlink_to(path.readlink())
        elif path.is_file():
            place.write_bytes(_as_pip_writes(path.read_bytes(), os.fsencode(source), os.fsencode(target)))
            place.chmod(0o755)
    shutil.copy(source / "pyvenv.cfg", target)
    for stamp in source.glob(".[a-z]*-*"):
        if not stamp.name.startswith(".packages"):
            shutil.copy(stamp, target)


def _as_pip_writes(script: bytes, source: bytes, target: bytes) -> bytes:
    """A script as pip writes it for another folder: the kernel takes no interpreter with a space in its path."""
    first, _, rest = script.partition(b"\n")
    if first.startswith(b"#!" + source) and rest.startswith(b"# -*- coding"):
        shell = b"#!/bin/sh\n'''exec' \"%s\" \"$0\" \"$@\"\n' '''" % first[2:].replace(source, target)
        return shell + b"\n" + rest
    return script.replace(source, target)
