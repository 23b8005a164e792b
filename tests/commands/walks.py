"""What is typed on a fresh clone, and what is not, with its reason: ``commands.yaml``."""

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from tests.commands.documents import Shape, Written, shape, written
from tests.end_to_end.runbook_pages import RUNBOOK, not_run
from tests.prove.proofs import PROOFS

FILE = Path(__file__).with_name("commands.yaml")


@dataclass(frozen=True)
class Step:
    """A command, its exit code, and a line of its output that proves its effect (a pattern).

    Parameters
    ----------
    stands_for
        The command as documents have it, where it has to be typed with other values.
    """

    run: str
    says: str
    code: int = 0
    stands_for: str = ""


@dataclass(frozen=True)
class Walk:
    """Commands that are typed one after the other on the clone.

    Parameters
    ----------
    needs
        What was started before: the demo has been played, or the cloud is kept.
    is_long
        Whether `make prove` runs it, and not `make test`.
    """

    name: str
    steps: tuple[Step, ...]
    needs: Literal["nothing", "demo", "cloud"] = "nothing"
    is_long: bool = False


@cache
def walks() -> tuple[Walk, ...]:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Walk(walk["walk"], tuple(Step(**step) for step in walk["steps"]), walk.get("needs", "nothing"), "long" in walk)
        for walk in content["walks"]
    )


@cache
def before() -> Mapping[str, Step]:
    """What is started before the walks that need it."""
    return {name: Step(**step) for name, step in yaml.safe_load(FILE.read_text(encoding="utf-8"))["before"].items()}


@cache
def listed() -> Mapping[str, str]:
    """Why a command is not typed on the clone, by its text; a star stands for what it may have besides."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))["listed"]
    reasons = {command: reason for reason, commands in content.items() for command in commands}
    return reasons | dict.fromkeys(not_run(), "the embedded cloud has no such call")


def steps() -> Iterator[Step]:
    yield from before().values()
    for walk in walks():
        yield from walk.steps


@cache
def typed() -> frozenset[str]:
    """The commands that are run as they stand: here, or by `make prove`."""
    proved = {proof.command.replace("'", '"') for proof in PROOFS}
    return frozenset(proved | {command for step in steps() for command in (step.run, step.stands_for) if command})


def is_accounted_for(written: Written) -> bool:
    """Whether a command is run, or is listed with a reason.

    A block's line is to be run as it stands. What a sentence or an output names is run when a command with the same
    name and at least its options is.
    """
    if written.command in typed() or any(fnmatch.fnmatchcase(written.command, pattern) for pattern in listed()):
        return True
    if written.is_whole:
        return written.place.startswith(RUNBOOK.name, len("docs/"))  # test_runbook runs each block as it stands
    named, options = shape(written.command)
    return any(words[: len(named)] == named and options <= others for words, others in _all_shapes())


@cache
def _all_shapes() -> tuple[Shape, ...]:
    of_runbook = [shape(each.command) for each in written() if each.is_whole and each.place.startswith("docs/runbook")]
    return (*map(shape, sorted(typed())), *of_runbook, *(shape(command.removesuffix(" *")) for command in listed()))
