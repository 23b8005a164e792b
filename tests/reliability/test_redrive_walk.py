"""Each Task state fails after its call was carried out, is redriven, and the world is that of an undisturbed customer.

One error for each state at every run; ``make redrive-walk`` takes all of them and writes docs/redrive-walk.md.
"""

import pytest

from local.stories.taken import read_taken
from tests.reliability.redrive_walk import cases, sample, walk, walked_states, walking
from tests.reliability.task_errors import errors_of


def test_every_state_is_walked_in_a_story_that_meets_it_with_every_error_that_it_can_fail_with() -> None:
    taken = read_taken()
    assert [str(case) for case in cases() if case.state not in taken[case.story]["states"]] == []
    walked = {(case.state, case.error) for case in cases()}
    assert {(state.name, error) for state in walked_states() for error in errors_of(state)} <= walked
    assert {case.state for case in sample()} == {state.name for state in walked_states()}


@pytest.mark.proof
def test_world_after_a_redrive_of_each_state_is_that_of_an_undisturbed_customer() -> None:
    chosen = sample()
    with walking() as world:
        walk(world, chosen, 240)
    assert {str(case): case.findings for case in chosen if case.findings} == {}
