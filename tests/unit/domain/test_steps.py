"""The steps of the process: stays in them over older machines, and the ways of a case as one text."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from record.domain.states import STEP_OF
from record.domain.steps import pairs_in, stays_in_steps, ways_of
from record.domain.visit import Visit


def visits(*told: tuple[str, int, int | None, int]) -> list[Visit]:
    """States with when they were entered and left, and after how many redrives they were left."""
    return [Visit(state, entered, left, 1, 0, (), 0, redrives) for state, entered, left, redrives in told]


def test_state_of_an_older_machine_is_in_no_step_and_parts_none() -> None:
    assert stays_in_steps(visits(("AskTheMeter", 0, 9, 0)), 0) == {}
    assert stays_in_steps(visits(("CheckPayment", 0, 9, 0), ("DecidePayment", 9, 12, 0)), 0) == {"Check": [12]}


@given(st.lists(st.sampled_from(sorted(STEP_OF)), max_size=30))
def test_ways_of_a_case_are_read_as_they_were_taken_each_once(path: list[str]) -> None:
    told = pairs_in(ways_of(visits(*((state, 0, 1, 0) for state in path))))
    assert told == list(dict.fromkeys(">".join(way) for way in pairwise(path)))
