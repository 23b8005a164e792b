"""Runs the long proofs, one after the other: ``make prove``.

The last result of each is kept in docs/proofs.md, and its output in ``build/prove/``. A proof that is green at this
commit is not repeated, so that a run goes on where it was interrupted.
"""

import argparse
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from rich.console import Console

from tests.prove.page import ABSENT, GREEN, RED, Result, read_results, write_results
from tests.prove.proofs import PROOFS, Proof
from tests.prove.run import run

ROOT = Path(__file__).resolve().parents[2]
LOGS = Path("build") / "prove"
PAGE = Path("docs") / "proofs.md"
WRITTEN = (PAGE, "docs/enedis-fault-matrix.md", "docs/redrive-walk.md", "docs/machine-mutants.md")
"""Pages that proofs write: what they say changes no proof."""
OTHERS = ("--", ".", *(f":!{path}" for path in WRITTEN))
INTERRUPTED = 130


@dataclass(frozen=True)
class Checkout:
    """The files that are proved."""

    root: Path

    def commit(self) -> str:
        """The commit, with a + where files differ from it."""
        name = self._git("rev-parse", "--short=8", "HEAD").stdout.strip()
        return f"{name}+" if self._git("status", "--porcelain", *OTHERS).stdout.strip() else name

    def is_proved(self, result: Result) -> bool:
        """Whether a result is green and of these very files."""
        if result.state != GREEN or result.commit.endswith("+") or self.commit().endswith("+"):
            return False
        return self._git("diff", "--quiet", result.commit, "HEAD", *OTHERS).returncode == 0

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ("/usr/bin/env", "git", *arguments)
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def prove(
    proofs: Sequence[Proof], names: Sequence[str], root: Path, *, again: bool = False, slower: float = 1.0
) -> int:
    """Run proofs, and keep each result as it comes; returns the exit status.

    Parameters
    ----------
    names
        Those of all proofs that there are.
    slower
        How many times slower this machine is than two cores that nobody else uses.
    """
    console = Console(width=80, highlight=False)
    checkout, page = Checkout(root), root / PAGE
    known = read_results(page)
    done: list[Result] = []
    try:
        for proof in proofs:
            last = known.get(proof.name)
            if last and not again and checkout.is_proved(last):
                done.append(last)
                console.print(f"{proof.name}: green at {last.commit} already", markup=False)
                continue
            console.print(f"{proof.name}: {proof.command} (at most {proof.budget * slower:.0f} s)…", markup=False)
            commit = checkout.commit()
            state, said, seconds = run(proof, root, root / LOGS / f"{proof.name}.txt", proof.budget * slower)
            today = f"{datetime.now(UTC):%Y-%m-%d}"
            done.append(Result(proof.name, state, said, round(seconds), proof.budget, commit, today))
            write_results(page, names, read_results(page) | {proof.name: done[-1]})
    except KeyboardInterrupt:
        green = [result.name for result in done if result.state == GREEN]
        console.print(f"\nInterrupted. Proved until then: {', '.join(green) or 'nothing'}.", markup=False)
        console.print("Go on with: make prove", markup=False)
        return INTERRUPTED
    for each in done:
        told = f"{each.name}: {each.state}, {each.said} ({each.seconds} of {each.budget} s)"
        console.print(told, markup=False)
    red = [result.name for result in done if result.state == RED]
    states = Counter(result.state for result in done)
    console.print(f"{states[GREEN]} green, {states[RED]} red, {states[ABSENT]} not here.")
    if red:
        console.print(f"Read {LOGS / red[0]}.txt, and repeat it: make prove ONLY={red[0]}", markup=False)
    return 1 if red else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make prove", description=__doc__)
    parser.add_argument("--only", help="these, by name, with commas between them; all unless some are named")
    parser.add_argument("--again", action="store_true", help="repeat what is green, too")
    parser.add_argument("--slower", type=float, default=1.0, help="how many times slower this machine is (1)")
    asked = parser.parse_args()
    names = [proof.name for proof in PROOFS]
    wanted = asked.only.split(",") if asked.only else names
    if unknown := [name for name in wanted if name not in names]:
        sys.stderr.write(f"There is no proof {', '.join(unknown)}. There are: {', '.join(names)}\n")
        return 2
    interruptible()
    chosen = [proof for proof in PROOFS if proof.name in wanted]
    return prove(chosen, names, ROOT, again=asked.again, slower=asked.slower)


def interruptible() -> None:
    """Take an end from outside for what Ctrl-C is: the running proof's processes end, too.

    A shell has its background jobs ignore Ctrl-C. The proofs would inherit that, and could not tidy up.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)


if __name__ == "__main__":
    sys.exit(main())
