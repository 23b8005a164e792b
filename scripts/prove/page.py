"""``docs/proofs.md``: the last result of each proof, with its commit and date, as a table that is read again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.prove.proofs import HOURS

GREEN, RED, ABSENT = "green", "RED", "not here"
_COLUMNS = ("Proof", "Result", "What it said", "Took, s", "Budget, s", "Commit", "Date")
_HEAD = f"| {' | '.join(_COLUMNS)} |"
_AFTER = "\n## "
"""The next section, which is written by hand, and stays."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one proof."""

    name: str
    state: str
    said: str
    seconds: int
    budget: int
    commit: str
    """With a + where files differed from the commit."""
    date: str

    def row(self) -> str:
        said = self.said.replace("|", "/")
        cells = (f"`{self.name}`", self.state, said, self.seconds, self.budget, f"`{self.commit}`", self.date)
        return f"| {' | '.join(map(str, cells))} |"

    @classmethod
    def of_row(cls, row: str) -> "Result":
        name, state, said, seconds, budget, commit, date = (cell.strip().strip("`") for cell in row.split("|")[1:-1])
        return cls(name, state, said, int(seconds), int(budget), commit, date)


@dataclass(frozen=True, slots=True)
class Page:
    """The page.

    Parameters
    ----------
    names
        The proofs that there are: a row of another one is dropped.
    """

    path: Path
    names: Sequence[str]

    def read(self) -> dict[str, Result]:
        """The results that it keeps, by name."""
        if not self.path.exists():
            return {}
        _, _, table = self.path.read_text(encoding="utf-8").partition(_HEAD)
        rows = [line for line in table.partition(_AFTER)[0].splitlines() if line.startswith("| `")]
        return {result.name: result for result in map(Result.of_row, rows)}

    def write(self, results: Mapping[str, Result]) -> None:
        """Write it at once: somebody who stops the command finds the old page or the new one."""
        old = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        kept = old[old.index(_AFTER) :] if _AFTER in old else ""
        rows = [results[name].row() for name in self.names if name in results]
        beside = self.path.with_suffix(".new")
        beside.write_text("\n".join((_TEXT, _HEAD, "|---" * len(_COLUMNS) + "|", *rows, "")) + kept, encoding="utf-8")
        beside.replace(self.path)


_TEXT = f"""# Proofs

Written by `make prove`; do not edit the table. Each row is the last result of one proof: `make prove ONLY=explore`
repeats one, and a proof that is green is not repeated before a file changes (`AGAIN=1` repeats it). The budgets are for
two cores that nobody else uses, and come to {HOURS} hours at most. A + marks a commit with changes that nobody had
committed.
"""
