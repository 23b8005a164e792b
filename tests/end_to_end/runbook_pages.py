"""The runbook's pages as shell scripts, and a terminal in which they run."""

import contextlib
import os
import pty
import re
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local.stage import ROOT

RUNBOOK = ROOT / "docs" / "runbook.md"
DECISION = ROOT / "docs" / "decisions" / "0011-embedded-cloud.md"
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
    """The commands that the embedded cloud cannot carry out, by decision 0011."""
    text = DECISION.read_text(encoding="utf-8").partition("## Commands of the runbook that don't run here")[2]
    return re.findall(r"^- `([^`]+)`", text.partition("\n## ")[0], re.MULTILINE)


@dataclass(frozen=True)
class Scene:
    """An incident that was provoked.

    Parameters
    ----------
    values
        What stands in the page's examples, and what it is in this incident, or what finds it in the output.
    says
        What the page's commands have to print.
    before
        What somebody does before a block, by the block's place on the page.
    """

    values: Mapping[str, str | Callable[[str], str]] = field(default_factory=dict)
    says: Sequence[str] = ()
    before: Mapping[int, Callable[[], object]] = field(default_factory=dict)


def run(
    blocks: Sequence[str], scene: Scene, environment: Mapping[str, str], folder: Path, ops: str | None = None
) -> str:
    """Run a page's blocks one after the other in one shell, as somebody at a terminal does; gives what was printed.

    The block that is being run is written into the folder.

    Parameters
    ----------
    ops
        The words of a shell that stand for the operations' tool; None for what the runbook has.

    Raises
    ------
    AssertionError
        When a command fails; it has all that was printed until then.
    """
    tool = f'ops() {{ {ops} --stack "$STACK" "$@"; }}' if ops else ""
    script = "\n".join([_PRELUDE, pages()[SETUP][0], tool, *(f"run_block {number}" for number, _ in enumerate(blocks))])
    (at, at_us), (go_us, go) = os.pipe(), os.pipe()
    terminal, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603 - the project's own commands
        ["/bin/bash", "-c", script],
        cwd=ROOT,
        env={**environment, "AT": str(at_us), "GO": str(go_us), "BLOCK": str(folder / "block.sh"), "COLUMNS": "200"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(at_us, go_us),
        start_new_session=True,
    ) as shell:
        for descriptor in (at_us, go_us, theirs):
            os.close(descriptor)
        said: list[str] = []
        reader = threading.Thread(target=_answer_prompts, args=(shell, terminal, said), daemon=True)
        reader.start()
        with os.fdopen(at) as places, os.fdopen(go, "w") as signal:
            for line in places:
                number = int(line)
                scene.before.get(number, lambda: None)()
                text = _with(scene.values, blocks[number], "".join(said))
                (folder / "block.sh").write_text(text, encoding="utf-8")
                # A shell that has failed meanwhile reads nothing.
                with contextlib.suppress(BrokenPipeError):
                    signal.write("\n")
                    signal.flush()
        status = shell.wait(_LONGEST_SECONDS)
        reader.join(10)
    os.close(terminal)
    printed = "".join(said)
    assert status == 0, printed
    return printed


_PRELUDE = """set -euo pipefail
run_block() { echo "$1" >&"$AT"; read -r _ <&"$GO"; source "$BLOCK"; }
trap 'echo "failed: $BASH_COMMAND" >&2' ERR"""


def _with(values: Mapping[str, str | Callable[[str], str]], block: str, printed: str) -> str:
    for example, real in values.items():
        if example in block:
            block = block.replace(example, real if isinstance(real, str) else real(printed))
    return block


def _answer_prompts(shell: subprocess.Popen[bytes], terminal: int, said: list[str]) -> None:
    assert shell.stdout is not None
    while chunk := os.read(shell.stdout.fileno(), 65536):
        said.append(chunk.decode(errors="replace"))
        asked = _PROMPT.search("".join(said[-3:]))
        if asked:
            os.write(terminal, f"{asked[1]}\n".encode())
