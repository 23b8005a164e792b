"""Slips in the tables are stopped before they are published: refused, or shown side by side and asked about.

``make decision-mutants`` judges all; here it is what a hand slips, and each kind that nobody can accept.
"""

from functools import cache
from pathlib import Path

import pytest

from tests.unit.decisions.measure_mutants import REFUSED, findings, judge
from tests.unit.decisions.slips import Slip, mutants, slips

REFUSED_ALWAYS = {"comma", "comma in a result", "emptied result", "rest first", "policy"}


@cache
def one_of_each() -> tuple[Slip, ...]:
    return tuple(mutants(of_a_kind=1))


@pytest.mark.explored
@pytest.mark.parametrize("slip", list(slips()), ids=lambda it: str(it.says))
def test_a_slip_of_a_hand_is_stopped_with_its_row_or_decision(slip: Slip, tmp_path: Path) -> None:
    found = findings(slip, tmp_path)

    assert found
    assert any(word in found[0].says for word in ("règle", "colonne", "« ", "date d'effet")), found[0].says


@pytest.mark.parametrize("kind", sorted(REFUSED_ALWAYS))
def test_nobody_can_accept(kind: str, tmp_path: Path) -> None:
    found = [mutant for mutant in one_of_each() if mutant.kind == kind and mutant.file != "coverage"]

    assert found
    for mutant in found[:3]:
        assert judge(mutant, tmp_path) == REFUSED, mutant.says
