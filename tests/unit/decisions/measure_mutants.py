"""Measures how many slips in the tables `make decisions` and the scenarios catch: ``make decision-mutants``."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dmn
from local.decision_tools.checking import check_files
from local.decision_tools.made_cases import CaseMaker
from ops.decisions.tables import ROOT
from tests.unit.decisions.deciding import FILES, book, model
from tests.unit.decisions.mutants import Mutant, mutants, write

MADE = 4000
"""Cases that are made to tell a survivor from a mutant that decides the same."""
SAME = "decides the same in all made cases"
CHECKED, TESTED, NAMED, SURVIVED = "make decisions", "scenarios", "decide the same", "survived"
SEED, OF_A_KIND, GOAL = 1, 2, 0.95
DOCUMENT = ROOT / "docs" / "decision-mutants.md"
_APART = "no case meets both rules, so that their order says nothing: "
EQUIVALENT: Mapping[tuple[str, str], str] = {
    ("action_table", "rules 15 and 16 change places"): f"{_APART}a cut has one reason",
    ("scope_table", "rules 6 and 7 change places"): f"{_APART}above 36 kVA, or not",
    ("scope_table", "rule 7, inputEntry 6: '<= 36' becomes '<= 136'"): "rule 6 has taken all above 36 kVA",
    (
        "debtCoverage_table",
        "rule 6, inputEntry 1: '\"SOUND\"' becomes '-'",
    ): "rules 1 and 4 have taken what is negative or in doubt; what is missing has no shortfall to compare",
    ("debtCoverage_table", "rules 4 and 5 change places"): f"{_APART}amounts are sound or in doubt",
    ("planCoverage_table", "rules 5 and 6 change places"): f"{_APART}something is missing with certain money, or not",
    (
        "dispute_table",
        "inputEntry 2 and 3 change places",
    ): "only both together give another result, in whichever order they are asked",
    ("ruling_table", "rules 31 and 32 change places"): f"{_APART}rule 14 has taken a short plan beside a part of aid",
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


def judge(mutant: Mutant, folder: Path) -> str:
    """Say what catches a mutant: the check, else the first scenario that ends otherwise; or that nothing does."""
    path = write(mutant, folder)
    if check_files([path]).errors:
        return CHECKED
    changed = dmn.load(path)
    for decision, file in FILES.items():
        if f"{file}.dmn" != mutant.file:
            continue
        if not all(book(file).play(it, {decision: changed}).passes for it in book(file).scenarios):
            return TESTED
    return SURVIVED


def difference(mutant: Mutant, folder: Path) -> str:
    """Say in which made case a surviving mutant decides otherwise; nothing where it does in none of them."""
    changed = dmn.load(folder / mutant.file)
    for decision, file in FILES.items():
        if f"{file}.dmn" != mutant.file:
            continue
        bases = [dict(it.inputs) for it in book(file).scenarios]
        maker = CaseMaker([model(decision), changed], decision)
        for _ in range(MADE):
            inputs = maker.move(bases)
            before, after = (_value(it, decision, inputs) for it in (model(decision), changed))
            if before != after:
                moved = {name: value for name, value in inputs.items() if value != book(file).usual.get(name)}
                return f"{before} becomes {after} with {moved}"
    return ""


def _value(rules: dmn.Model, decision: str, inputs: dict[str, Any]) -> Any:
    try:
        return rules.evaluate(decision, inputs).value
    except dmn.DmnError as error:
        return type(error).__name__


def page(by_kind: Mapping[str, Counter[str]], survivors: Sequence[str], named: Sequence[str]) -> str:
    """The page in docs/."""
    heads = (CHECKED, TESTED, NAMED, SURVIVED)
    total = sum(by_kind.values(), Counter[str]())
    rows = [
        f"| {kind} | {fates.total()} | {' | '.join(str(fates[it]) for it in heads)} |"
        for kind, fates in [*by_kind.items(), ("all", total)]
    ]
    return "\n".join([
        "# Slips in the decision tables, and what catches them",
        "",
        "Written by `make decision-mutants`; do not edit. Of the slips that change anything,",
        f"{share(total):.1%} are caught.",
        "",
        "They are slips that somebody makes who edits a table: for each table and each kind, two places, chosen by a",
        "seed. `make decisions` judges each first. What it passes is played through the table's",
        "[scenarios](../stories/decisions). What still survives is decided beside the real table in 4,000 made cases.",
        "Where all of them are decided alike, and a reason is known why, it is named below and is no slip.",
        "A sample runs in `make test`.",
        "",
        f"| slip | mutants | {' | '.join(heads)} |",
        "|---|---:|---:|---:|---:|---:|",
        *rows,
        "",
        "## Survived",
        "",
        *([f"- {it}" for it in survivors] or ["None."]),
        "",
        "## Decide the same",
        "",
        *(f"- {it}" for it in named),
        "",
    ])  # fmt: skip


def share(fates: Counter[str]) -> float:
    """The part that is caught of the mutants that change anything."""
    could = fates.total() - fates[NAMED]
    return (could - fates[SURVIVED]) / could


def main() -> int:
    """Judge the mutants; 0 when at least 95 % are caught."""
    parser = argparse.ArgumentParser(prog="make decision-mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--of-a-kind", type=int, default=OF_A_KIND, help="places for each table and kind (default: 2)")
    chosen = parser.parse_args()
    by_kind: dict[str, Counter[str]] = {}
    survivors: list[str] = []
    named: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for mutant in mutants(chosen.seed, chosen.of_a_kind):
            fate, told = judge(mutant, Path(folder)), f"`{mutant.table}`, {mutant.kind}: {mutant.says}"
            if fate == SURVIVED:
                shown = difference(mutant, Path(folder))
                reason = EQUIVALENT.get((mutant.table, mutant.says), "")
                fate = NAMED if reason and not shown else SURVIVED
                (named if fate == NAMED else survivors).append(f"{told}: {reason if fate == NAMED else shown or SAME}")
            by_kind.setdefault(mutant.kind, Counter())[fate] += 1
    text = page(by_kind, survivors, named)
    if (chosen.seed, chosen.of_a_kind) == (SEED, OF_A_KIND):
        DOCUMENT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if share(sum(by_kind.values(), Counter[str]())) >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
