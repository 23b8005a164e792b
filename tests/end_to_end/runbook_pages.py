"""The runbook's pages as shell scripts, and a terminal in which they run."""

import contextlib
import os
import pty
import re
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

import yaml

from local.stage import ROOT

RUNBOOK = ROOT / "docs" / "runbook.md"
NOT_RUN = Path(__file__).with_name("not_run.yaml")
SETUP = "Set up your shell"
EXAMPLE = "LIM-000015"
"""The limitation of the pages' examples."""

_PAGE = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```sh\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
_PROMPT = re.compile(r'Type "([^"]+)" to do it: $')
_LONGEST_SECONDS = 240


def pages() -> dict[str, list[str]]:
    """The shell blocks of each page that has some, in order."""
    _, *parts = _PAGE.split(RUNBOOK.read_text(encoding="utf-8"))
    found = dict(zip(parts[::2], parts[1::2], strict=True))
    return {title: blocks for title, text in found.items() if (blocks := [it["text"] for it in _BLOCK.finditer(text)])}


def not_run() -> list[str]:
    """The commands that the embedded cloud cannot carry out; the file has the reasons."""
    return list(yaml.safe_load(NOT_RUN.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Scene:
    """An incident that was provoked: what stands for the page's examples, or finds it, and what its commands print.

    ``counts`` is our counter that it raises. ``before`` is what somebody does before a block, by the block's place.
    """

    values: Mapping[str, str | Callable[[str], str]] = field(default_factory=dict)
    says: Sequence[str] = ()
    counts: str = ""
    before: Mapping[int, Callable[[], object]] = field(default_factory=dict)


def run(
    blocks: Sequence[str], scene: Scene, environment: Mapping[str, str], folder: Path, ops: str | None = None
) -> str:
    """Run a page's blocks one after the other in one shell, as somebody at a terminal does; gives what was printed.

    A command that fails raises with all of that. ``ops`` stands for the operations' tool, if not what the runbook has.
    """
    tool = f'ops() {{ {ops} --stack "$STACK" "$@"; }}' if ops else ""
    script = "\n".join([_PRELUDE, pages()[SETUP][0], tool, *(f"run_block {number}" for number, _ in enumerate(blocks))])
    block, said = folder / "block.sh", ""
    terminal, theirs = pty.openpty()
    with (
        subprocess.Popen(  # noqa: S603 - the project's own commands
            ["/bin/bash", "-c", script],
            cwd=ROOT,
            env={**environment, "BLOCK": str(block), "COLUMNS": "200"},
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        ) as shell,
        contextlib.ExitStack() as ending,
    ):
        os.close(theirs)
        ending.callback(os.close, terminal)
        ending.callback(_end, shell)
        patience = Timer(_LONGEST_SECONDS, _end, [shell])
        patience.start()
        ending.callback(patience.cancel)
        assert shell.stdout is not None
        while character := shell.stdout.read(1):
            said += character
            if asked := _PROMPT.search(said, len(said) - 200) if character == " " else None:
                os.write(terminal, f"{asked[1]}\n".encode())
            if at := _AT.search(said) if character == _MARK else None:
                said = said[: at.start()]
                place = int(at[1])
                scene.before.get(place, lambda: None)()
                block.write_text(_with(scene.values, blocks[place], said), encoding="utf-8")
                os.write(terminal, b"\n")
        assert shell.wait() == 0, said
    return said


def _end(shell: subprocess.Popen[str]) -> None:
    """End a shell whose page is given up, and what it runs."""
    if shell.poll() is None:
        os.killpg(shell.pid, signal.SIGKILL)


_MARK = "\x1f"
_AT = re.compile(rf"{_MARK}(\d+){_MARK}$")
"""What a shell prints where it waits for a block: its place."""
_PRELUDE = """set -euo pipefail
run_block() { printf '\\037%s\\037' "$1"; read -r _; source "$BLOCK"; }
trap 'echo "failed: $BASH_COMMAND" >&2' ERR"""


def _with(values: Mapping[str, str | Callable[[str], str]], block: str, printed: str) -> str:
    for example, real in values.items():
        if example in block:
            block = block.replace(example, real if isinstance(real, str) else real(printed))
    return block
