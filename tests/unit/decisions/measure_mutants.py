"""Tries to publish slips and writes what stops each into docs/decision-mutants.md: ``make decision-mutants``."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import dmn
from local.decision_tools.finding_words import fault_in_words
from local.decision_tools.trial import Draft, Finding, must_pass
from ops.decisions.tables import ROOT
from record.cases.failures import CaseError
from tests.unit.decisions.mutants import Mutant, mutants, write
from tests.unit.decisions.slips import Slip, slips

DOCUMENT = ROOT / "docs" / "decision-mutants.md"
SLIPS, MUTANTS = "slips", "mutants"
"""The parts of the document, each between two comments."""
REFUSED, SHOWN, ASKED, SURVIVED = "refused", "shown", "asked", "survived"
FATES = (REFUSED, SHOWN, ASKED, SURVIVED)
TODAY = date(2020, 1, 1)
"""A day on which the first versions count, whatever is published."""


def findings(file: str, draft: Path, since: date = TODAY) -> list[Finding]:
    """Return what publishing a draft finds."""
    try:
        return list(must_pass(Draft(file, draft, since), TODAY))
    except dmn.DmnError as error:
        return [Finding(fault_in_words(error))]
    except CaseError as error:
        return [Finding(str(error))]


def fate(found: Sequence[Finding]) -> str:
    """Say what stops a draft: an error, else a scenario that ends otherwise, else a question; or that nothing does."""
    if any(it.is_error for it in found):
        return REFUSED
    if any(it.table for it in found):
        return SHOWN
    return ASKED if found else SURVIVED


def judge(mutant: Mutant, folder: Path) -> str:
    """Say what stops a mutant."""
    return fate(findings(mutant.file.removesuffix(".dmn"), write(mutant, folder)))


def judge_slip(slip: Slip, folder: Path) -> list[Finding]:
    """Return what publishing a slip finds, errors first, then scenarios."""
    found = findings(slip.file, slip.draft(folder), slip.since or TODAY)
    return sorted(found, key=lambda it: (not it.is_error, not it.table))


def main() -> int:
    """Judge all; 0 when at least 38 of the forty slips and 95 % of the mutants are stopped."""
    parser = argparse.ArgumentParser(prog="make decision-mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--of-a-kind", type=int, default=2, help="places for each table and kind (default: 2)")
    parser.add_argument("--slips", action="store_true", help="the forty slips alone")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        told = {slip: judge_slip(slip, Path(made)) for slip in slips()}
        stopped = sum(map(bool, told.values()))
        _tell(SLIPS, _slips(told))
        if chosen.slips:
            return 0 if stopped >= 38 else 1
        fates: dict[str, Counter[str]] = {}
        survivors = []
        for mutant in mutants(chosen.seed, chosen.of_a_kind):
            end = judge(mutant, Path(made))
            fates.setdefault(mutant.kind, Counter())[end] += 1
            if end == SURVIVED:
                survivors.append(f"- {mutant.file} {mutant.table}, {mutant.kind}: {mutant.says}\n")
    _tell(MUTANTS, [*_mutants(fates), *survivors])
    caught = 1 - sum(it[SURVIVED] for it in fates.values()) / sum(it.total() for it in fates.values())
    return 0 if stopped >= 38 and caught >= 0.95 else 1


def _tell(part: str, lines: Iterable[str]) -> None:
    """Print a part, and write it to its place in the document."""
    told = "".join(lines)
    sys.stdout.write(told)
    begin, end = f"<!-- {part}: written by make decision-mutants -->\n", f"<!-- {part} end -->\n"
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
    DOCUMENT.write_text(f"{before}{begin}\n{told}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def _slips(told: dict[Slip, list[Finding]]) -> Iterator[str]:
    ends = Counter(fate(found) for found in told.values())
    yield f"{len(told) - ends[SURVIVED]} of the {len(told)} slips are stopped: {_counted(ends)}.\n\n"
    yield "| Slip | File | What stops it | First reason |\n|---|---|---|---|\n"
    for slip, found in told.items():
        counts = [
            (sum(it.is_error for it in found), "error"),
            (sum(bool(it.table) for it in found), "scenario"),
            (sum(not it.is_error and not it.table for it in found), "question"),
        ]
        by = ", ".join(f"{count} {noun}{'s' if count > 1 else ''}" for count, noun in counts if count)
        reason = found[0].says.replace("|", "\\|").replace("\n", " ") if found else ""
        yield f"| {slip.says} | {slip.file} | {by or 'nothing'} | {reason} |\n"


def _mutants(fates: dict[str, Counter[str]]) -> Iterator[str]:
    total = sum(fates.values(), Counter[str]())
    yield f"\n{1 - total[SURVIVED] / total.total():.1%} of {total.total()} mutants are stopped: {_counted(total)}.\n\n"
    yield f"| Kind | Mutants | {' | '.join(FATES)} |\n|---|{'---:|' * (len(FATES) + 1)}\n"
    for kind, ends in fates.items():
        yield f"| {kind} | {ends.total()} | {' | '.join(str(ends[it]) for it in FATES)} |\n"
    yield "\n"


def _counted(ends: Counter[str]) -> str:
    return ", ".join(f"{ends[it]} {it}" for it in FATES if ends[it])


if __name__ == "__main__":
    sys.exit(main())
