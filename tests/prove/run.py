"""Running one proof: its output goes to a file, its time is bounded, and nothing of it is left behind."""

import os
import re
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from tests.prove.page import ABSENT, GREEN, RED
from tests.prove.proofs import Proof

ENDING_SECONDS = 20.0
"""How long a proof that is stopped may take to tidy up."""
_OF_MAKE = frozenset({"MAKEFLAGS", "MFLAGS", "ONLY", "AGAIN", "SLOWER"})
"""What was asked of ``make prove`` is nothing to the targets that it calls."""
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def run(proof: Proof, root: Path, log: Path, budget: float) -> tuple[str, str, float]:
    """Run a proof to its end, or to the end of its budget: its state, what it said, and the seconds it took.

    Raises
    ------
    KeyboardInterrupt
        When somebody interrupts; the proof's processes have ended by then.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with log.open("wb") as output:
        # Who interrupts while it starts waits until it can be ended.
        signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
        process = subprocess.Popen(  # noqa: S603 - our own targets
            shlex.split(proof.command),
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if name not in _OF_MAKE},
            start_new_session=True,
            preexec_fn=partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, _INTERRUPTS),  # noqa: PLW1509 - no threads
        )
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
            status: int | None = process.wait(budget)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            seconds = time.monotonic() - began
            signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)  # of an impatient person
            end(process)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
    return (*_judged(proof, status, log.read_text(encoding="utf-8", errors="replace")), seconds)


def end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a proof: by what Ctrl-C sends, so that it tidies up; by force if that does not help.

    The cloud's workers lead groups of their own, and end with their parent unless that is killed.
    """
    family = _descendants(process.pid)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        give_up = time.monotonic() + ENDING_SECONDS
        while time.monotonic() < give_up:
            process.poll()
            os.killpg(process.pid, 0)
            time.sleep(0.05)
        family |= _descendants(process.pid)
        os.killpg(process.pid, signal.SIGKILL)
    for number, _ in family & set(_parents()):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    process.wait()


type _Process = tuple[int, int]
"""A process' number, and when it began: the number may be given to another one later."""


def _descendants(pid: int) -> set[_Process]:
    parents, numbers, found = _parents(), {pid}, set[_Process]()
    while new := {it for it, parent in parents.items() if parent in numbers} - found:
        found |= new
        numbers |= {number for number, _ in new}
    return found


def _parents() -> dict[_Process, int]:
    """The processes of this machine, each with its parent's number."""
    found: dict[_Process, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            words = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            found[int(stat.parent.name), int(words[19])] = int(words[1])
    return found


def _judged(proof: Proof, status: int | None, output: str) -> tuple[str, str]:
    output = _COLOUR.sub("", output)
    if status is None:
        return RED, "stopped at the end of its budget"
    if status and proof.absent and proof.absent in output:
        return ABSENT, proof.absent
    found = list(re.finditer(proof.figure, output))
    said = " ".join(found[-1][0].replace("│", " ").split()) if found else ""  # as a table shows it
    if status:
        return RED, f"exit status {status}; {said or _last_line(output)}"
    if not found:
        return RED, f"ended well, but did not say {proof.figure!r}"
    if proof.at_most is not None and float(found[-1]["value"].replace(",", "")) > proof.at_most:
        return RED, f"{said}; the target is {proof.at_most:g} at most"
    return GREEN, said


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:120] if lines else "it said nothing"
