"""Slips in the tables are caught before they ship: by `make decisions`, or by a scenario.

``make decision-mutants`` judges them all. Here it is a sample, and each kind of slip that the check alone must catch.
"""

from collections import Counter
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from tests.unit.decisions.measure_mutants import CHECKED, EQUIVALENT, NAMED, SURVIVED, TESTED, judge, page, share
from tests.unit.decisions.mutants import KINDS, Mutant, mutants

BY_THE_CHECK_ALONE = {"comma", "comma in a result", "emptied result", "rest first", "policy"}
EVERY = 7


@cache
def one_of_each() -> tuple[Mutant, ...]:
    return tuple(mutants(of_a_kind=1))


@pytest.mark.explored
def test_nineteen_slips_of_twenty_are_caught(tmp_path: Path) -> None:
    fates = Counter(judge(mutant, tmp_path) for mutant in islice(mutants(), 0, None, EVERY))

    assert fates.total() > 60
    assert fates[SURVIVED] <= 0.05 * fates.total(), fates


@pytest.mark.parametrize("kind", sorted(BY_THE_CHECK_ALONE))
def test_the_check_alone_catches(kind: str, tmp_path: Path) -> None:
    found = [mutant for mutant in one_of_each() if mutant.kind == kind and mutant.file != "coverage.dmn"]

    assert found
    for mutant in found[:3]:
        assert judge(mutant, tmp_path) == CHECKED, mutant.says


def test_each_table_has_mutants_of_most_kinds() -> None:
    kinds: dict[str, set[str]] = {}
    for mutant in one_of_each():
        kinds.setdefault(mutant.table, set()).add(mutant.kind)

    assert set().union(*kinds.values()) == set(KINDS)
    assert all(len(it) >= 5 for it in kinds.values()), kinds


def test_slip_that_is_named_as_none_can_be_made() -> None:
    assert {(mutant.table, mutant.says) for mutant in mutants()} >= set(EQUIVALENT)


def test_what_decides_the_same_counts_neither_as_caught_nor_as_survived() -> None:
    fates = Counter({CHECKED: 5, TESTED: 4, NAMED: 3, SURVIVED: 1})
    assert share(fates) == 0.9
    text = page({"gap": fates}, ["a survivor"], ["a named one"])
    assert "| gap | 13 | 5 | 4 | 3 | 1 |" in text
    assert "90.0% are caught." in text
    assert text.index("- a survivor") < text.index("## Decide the same") < text.index("- a named one")
