"""Measures how many slips in the tables `make decisions` and the scenarios catch: ``make decision-mutants``."""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import dmn
from local.decision_tools.checking import check_files
from local.decision_tools.made_cases import CaseMaker
from tests.unit.decisions.deciding import FILES, book, model
from tests.unit.decisions.mutants import Mutant, mutants, write

MADE = 4000
"""Cases that are made to tell a survivor from a mutant that decides the same."""
SAME = "decides the same in all made cases"
CHECKED, TESTED, SURVIVED = "make decisions", "scenarios", "survived"


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


def main() -> int:
    """Judge the mutants; 0 when at least 95 % are caught."""
    parser = argparse.ArgumentParser(prog="make decision-mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--of-a-kind", type=int, default=2, help="places for each table and kind (default: 2)")
    chosen = parser.parse_args()
    by_kind: dict[str, Counter[str]] = {}
    survivors: list[tuple[Mutant, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for mutant in mutants(chosen.seed, chosen.of_a_kind):
            fate = judge(mutant, Path(folder))
            by_kind.setdefault(mutant.kind, Counter())[fate] += 1
            if fate == SURVIVED:
                survivors.append((mutant, difference(mutant, Path(folder))))
    say = sys.stdout.write
    say(f"{'slip':20} {'mutants':>8} {CHECKED:>15} {TESTED:>10} {SURVIVED:>9}\n")
    for kind, fates in by_kind.items():
        say(f"{kind:20} {fates.total():8} {fates[CHECKED]:15} {fates[TESTED]:10} {fates[SURVIVED]:9}\n")
    total = sum((fates for fates in by_kind.values()), Counter[str]())
    caught = total.total() - total[SURVIVED]
    say(f"{'all':20} {total.total():8} {total[CHECKED]:15} {total[TESTED]:10} {total[SURVIVED]:9}\n")
    say(f"{caught / total.total():.1%} are caught\n")
    for mutant, shown in survivors:
        say(f"survived: {mutant.file} {mutant.table}, {mutant.kind}: {mutant.says}: {shown or SAME}\n")
    return 0 if caught >= 0.95 * total.total() else 1


if __name__ == "__main__":
    sys.exit(main())
