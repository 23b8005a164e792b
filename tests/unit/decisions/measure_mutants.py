"""Tries to publish slips and writes what stops each into docs/decision-mutants.md: ``make decision-mutants``."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import dmn
from local.decision_tools.publishing.trial import Draft, Finding, must_pass
from local.decision_tools.scenarios.books import Tables
from local.decision_tools.tables.finding_words import fault_in_words
from ops.decisions.tables import ROOT
from record.cases.failures import CaseError
from tests.unit.decisions.slips import Slip, mutants, slips

DOCUMENT = ROOT / "docs" / "decision-mutants.md"
SLIPS, MUTANTS = "slips", "mutants"
"""The parts of the document, each between two comments."""
REFUSED, SHOWN, ASKED, NAMED, SURVIVED = "refused", "shown", "asked", "decides the same", "survived"
FATES = (REFUSED, SHOWN, ASKED, NAMED, SURVIVED)
TODAY = date(2020, 1, 1)
"""A day on which the first versions count, whatever is published."""
TABLES = Tables()
_APART = "no case meets both rules, so that their order says nothing: "
EQUIVALENT: Mapping[tuple[str, str], str] = {
    ("action_table", "rules 15 and 16 change places"): f"{_APART}a cut has one reason",
    ("debtCoverage_table", "rules 4 and 5 change places"): f"{_APART}amounts are sound or in doubt",
    ("planCoverage_table", "rules 5 and 6 change places"): f"{_APART}a plan has one state",
    (
        "certaintyRule_table",
        "rule 5, outputEntry 3: '0' becomes '10'",
    ): "days are counted from a date, and this rule names none",
    ("caseProgress_table", "rules 4 and 5 change places"): f"{_APART}a case has one status",
    ("progress_table", "rules 3 and 4 change places"): f"{_APART}the floor is known or not",
    ("progress_table", "rules 4 and 5 change places"): f"{_APART}limited or cut",
    ("protection_table", "rules 6 and 7 change places"): f"{_APART}rule 5 has taken a cut within the truce",
}
"""Mutants that decide the same as the table, by table and words, and why they must."""


def fate(found: Sequence[Finding]) -> str:
    """Say what stops a draft: an error, else a scenario that ends otherwise, else a question; or that nothing does."""
    if any(it.is_error for it in found):
        return REFUSED
    if any(it.table for it in found):
        return SHOWN
    return ASKED if found else SURVIVED


def judge(mutant: Slip, folder: Path) -> str:
    """Say what stops a mutant; or that it decides the same as the table, and why it must is known."""
    end = fate(findings(mutant, folder))
    return NAMED if end in {ASKED, SURVIVED} and (mutant.table, mutant.says) in EQUIVALENT else end


def share(fates: Counter[str]) -> float:
    """The part that is stopped of the mutants that change anything."""
    could = fates.total() - fates[NAMED]
    return (could - fates[SURVIVED]) / could


def findings(slip: Slip, folder: Path) -> list[Finding]:
    """Return what publishing a slip finds, errors first, then scenarios."""
    try:
        found = list(must_pass(Draft(slip.file, slip.draft(folder), slip.since or TODAY, tables=TABLES), TODAY))
    except dmn.DmnError as error:
        return [Finding(fault_in_words(error))]
    except CaseError as error:
        return [Finding(str(error))]
    return sorted(found, key=lambda it: (not it.is_error, not it.table))


def main() -> int:
    """Judge all; 0 when at least 38 of the forty slips and 95 % of the mutants are stopped."""
    parser = argparse.ArgumentParser(prog="make decision-mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--of-a-kind", type=int, default=2, help="places for each table and kind (default: 2)")
    parser.add_argument("--slips", action="store_true", help="the forty slips alone")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        told = {slip: findings(slip, Path(made)) for slip in slips()}
        stopped = sum(map(bool, told.values()))
        _tell(SLIPS, _slips(told))
        if chosen.slips:
            return 0 if stopped >= 38 else 1
        fates: dict[str, Counter[str]] = {}
        listed = []
        for mutant in mutants(chosen.seed, chosen.of_a_kind):
            end = judge(mutant, Path(made))
            fates.setdefault(mutant.kind, Counter())[end] += 1
            if end in {SURVIVED, NAMED}:
                why = EQUIVALENT.get((mutant.table, mutant.says), end)
                listed.append(f"- {mutant.file}.dmn {mutant.table}, {mutant.kind}: {mutant.says}: {why}\n")
    _tell(MUTANTS, [*_mutants(fates), *listed])
    return 0 if stopped >= 38 and share(sum(fates.values(), Counter[str]())) >= 0.95 else 1


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
    yield f"{share(total):.1%} of {total.total()} mutants are stopped: {_counted(total)}.\n\n"
    yield f"| Kind | Mutants | {' | '.join(FATES)} |\n|---|{'---:|' * (len(FATES) + 1)}\n"
    for kind, ends in fates.items():
        yield f"| {kind} | {ends.total()} | {' | '.join(str(ends[it]) for it in FATES)} |\n"
    yield "\n"


def _counted(ends: Counter[str]) -> str:
    return ", ".join(f"{ends[it]} {it}" for it in FATES if ends[it])


if __name__ == "__main__":
    sys.exit(main())
