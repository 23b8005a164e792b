"""What the record of executions takes for granted of the machine."""

from local.asl import RESTORATION, Machine

STATES = list(Machine.read(RESTORATION).states())


def test_machine_runs_one_state_at_a_time_so_that_ids_are_its_whole_order() -> None:
    assert {state.type for state in STATES}.isdisjoint({"Parallel", "Map"})
