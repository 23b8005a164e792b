"""Each fault x each call x how often: exactly one order or a question that says why, and never a wait without end.

CI plays a part of the matrix; ``make fault-matrix`` measures the whole and writes docs/enedis-fault-matrix.md.
"""

from collections import Counter

import pytest

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
    found = [shortcomings(cell) for wave in matrix.measured(chosen, 120, 90) for cell in wave]
    assert (len(found), [each for each in found if each]) == (len(chosen), [])
