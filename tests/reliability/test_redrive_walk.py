"""Each Task state fails after its call was carried out, is redriven, and the world is that of an undisturbed customer.

One error for each state at every run; ``make redrive-walk`` takes all of them and writes docs/redrive-walk.md.
"""

import pytest

from tests.end_to_end.world import running_world
from tests.reliability.redrive_courses import COURSES
from tests.reliability.redrive_walk import PACE, cases, sample, walk, walked_states
from tests.reliability.task_errors import errors_of


def test_every_state_is_walked_on_one_course_with_every_error_that_it_can_fail_with() -> None:
    assert sorted(state for course in COURSES for state in course.states) == sorted(it.name for it in walked_states())
    walked = {(case.state, case.error) for case in cases()}
    assert {(state.name, error) for state in walked_states() for error in errors_of(state)} <= walked
    assert {case.state for case in sample()} == {state.name for state in walked_states()}


@pytest.mark.proof
def test_world_after_a_redrive_of_each_state_is_that_of_an_undisturbed_customer() -> None:
    chosen = sample()
    with running_world(pace=PACE) as world:
        walk(world, chosen, 240)
    assert {str(case): case.findings for case in chosen if case.findings} == {}
