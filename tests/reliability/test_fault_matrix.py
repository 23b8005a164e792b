"""Each fault x each call x how often: exactly one order or a question that says why, and never a wait without end.

CI plays a part of the matrix; ``make fault-matrix`` measures the whole and writes docs/enedis-fault-matrix.md.
"""

from collections import Counter

import pytest

from tests.end_to_end.world import running_world
from tests.reliability import matrix
from tests.reliability.expectations import shortcomings


def test_sample_of_the_matrix_covers_every_fault_and_every_call_however_often() -> None:
    chosen = matrix.sample()
    assert {cell.fault for cell in chosen} == {cell.fault for cell in matrix.cells()}
    counted = Counter((cell.operation, cell.times) for cell in chosen)
    assert set(counted) == {(operation, times) for operation in matrix.OPERATIONS for times in matrix.TIMES}


@pytest.mark.proof
def test_every_fault_leaves_one_order_or_a_question_and_ends_when_it_is_lifted() -> None:
    chosen = matrix.sample()
    with running_world(matrix.SETTINGS, pace=0.02, workers=4) as world:
        for wave in matrix.waves(chosen):
            matrix.begin(world, wave)
            matrix.rest(world, wave, 120)
            matrix.lift(world, wave, 90)
    assert [finding for cell in chosen for finding in shortcomings(cell)] == []
