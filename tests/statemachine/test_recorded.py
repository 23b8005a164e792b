"""What the record of executions takes for granted of the machine."""

from local.asl import RESTORATION, Machine
from record.domain.states import Party

STATES = list(Machine.read(RESTORATION).states())
MOST_ITEMS = 100
"""Of a transaction of DynamoDB."""


def test_machine_runs_one_state_at_a_time_so_that_ids_are_its_whole_order() -> None:
    assert {state.type for state in STATES}.isdisjoint({"Parallel", "Map"})


def test_count_of_an_execution_fits_into_one_transaction() -> None:
    mark, outcome, transitions, failure = 1, 1, 1, 1
    assert mark + outcome + transitions + failure + len(Party) + len(STATES) <= MOST_ITEMS
