"""``docs/proofs.md``: the last result of each proof, with its commit and date, as a table that is read again."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.prove.proofs import HOURS

GREEN, RED, ABSENT = "green", "RED", "not here"
_ROW = re.compile(r"^\| `(.+?)` \| (.+?) \| (.*?) \| (\d+) \| (\d+) \| `(.+?)` \| (.+?) \|$", re.MULTILINE)
_AFTER = "\n## "
"""The next section, which is written by hand, and stays."""


class Result(NamedTuple):
    """The outcome of one proof."""

    name: str
    state: str
    said: str
    seconds: int
    budget: int
    commit: str
    """With a + where files differed from the commit."""
    date: str


def read_results(path: Path) -> dict[str, Result]:
    """The results that the page keeps, by name."""
    table = path.read_text(encoding="utf-8").partition(_AFTER)[0] if path.exists() else ""
    rows = ((*row[:3], int(row[3]), int(row[4]), *row[5:]) for row in _ROW.findall(table))
    return {row[0]: Result(*row) for row in rows}


def write_results(path: Path, names: Iterable[str], results: Mapping[str, Result]) -> None:
    """Write the page at once: somebody who stops the command finds the old one or the new one.

    Parameters
    ----------
    names
        The proofs that there are: a row of another one is dropped.
    """
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    kept = old[old.index(_AFTER) :] if _AFTER in old else ""
    rows = [
        f"| `{it.name}` | {it.state} | {it.said.replace('|', '/')} | {it.seconds} | {it.budget} "
        f"| `{it.commit}` | {it.date} |"
        for it in (results[name] for name in names if name in results)
    ]
    beside = path.with_suffix(".new")
    beside.write_text("\n".join((_TEXT, *rows, "")) + kept, encoding="utf-8")
    beside.replace(path)


_TEXT = f"""# Proofs

Written by `make prove`; do not edit the table. Each row is the last result of one proof: `make prove ONLY=explore`
repeats one, and a proof that is green is not repeated before a file changes (`AGAIN=1` repeats it). The budgets are for
two cores that nobody else uses, and come to {HOURS} hours at most. A + marks a commit with changes that nobody had
committed.

| Proof | Result | What it said | Took, s | Budget, s | Commit | Date |
|---|---|---|---|---|---|---|"""
