"""The runbook's pages as shell scripts, and a terminal in which they run."""

import codecs
import contextlib
import os
import pty
import re
import select
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
    (at, at_us), (go_us, go) = os.pipe(), os.pipe()
    terminal, theirs = pty.openpty()
    with (
        subprocess.Popen(  # noqa: S603 - the project's own commands
            ["/bin/bash", "-c", script],
            cwd=ROOT,
            env={
                **environment,
                "AT": str(at_us),
                "GO": str(go_us),
                "BLOCK": str(folder / "block.sh"),
                "COLUMNS": "200",
            },
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(at_us, go_us),
            start_new_session=True,
        ) as shell,
        contextlib.ExitStack() as ending,
    ):
        for descriptor in (at_us, go_us, theirs):
            os.close(descriptor)
        for descriptor in (at, go, terminal):
            ending.callback(os.close, descriptor)
        ending.callback(_end, shell)
        assert shell.stdout is not None
        said = ""
        for printed, place in _heard(shell.stdout.fileno(), at):
            said += printed
            asked = _PROMPT.search(said) if printed else None
            if asked:
                os.write(terminal, f"{asked[1]}\n".encode())
            if place:
                scene.before.get(int(place), lambda: None)()
                text = _with(scene.values, blocks[int(place)], said)
                (folder / "block.sh").write_text(text, encoding="utf-8")
                os.write(go, b"\n")
        assert shell.wait(_LONGEST_SECONDS) == 0, said
    return said


def _end(shell: subprocess.Popen[bytes]) -> None:
    """End a shell whose page is given up, and what it runs."""
    if shell.poll() is None:
        os.killpg(shell.pid, signal.SIGKILL)


def _heard(output: int, at: int) -> Iterator[tuple[str, str]]:
    """What a shell prints, and the place at which it is: all that it had printed by then comes with the place."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    poller = select.poll()
    for descriptor in (output, at):
        os.set_blocking(descriptor, False)
        poller.register(descriptor, select.POLLIN)
    printed, has_ended = b"", False
    while not has_ended:
        ready = {descriptor for descriptor, _ in poller.poll(_LONGEST_SECONDS * 1000)}
        if not ready:
            raise TimeoutError(f"nothing came for {_LONGEST_SECONDS} s after: {printed.decode(errors='replace')}")
        place = os.read(at, 16).decode() if at in ready else ""
        if at in ready and not place:
            poller.unregister(at)
        printed = b""
        try:
            while chunk := os.read(output, 65536):
                printed += chunk
            has_ended = True
        except BlockingIOError:
            pass  # all that there is has been read
        yield decoder.decode(printed), place


_PRELUDE = """set -euo pipefail
run_block() { echo "$1" >&"$AT"; read -r _ <&"$GO"; source "$BLOCK"; }
trap 'echo "failed: $BASH_COMMAND" >&2' ERR"""


def _with(values: Mapping[str, str | Callable[[str], str]], block: str, printed: str) -> str:
    for example, real in values.items():
        if example in block:
            block = block.replace(example, real if isinstance(real, str) else real(printed))
    return block
