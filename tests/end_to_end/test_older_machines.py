"""Executions that began before a deployment: each kept definition runs to its ends against today's functions."""

import json
from collections.abc import Mapping

import pytest

from tests.end_to_end.world import World
from tests.reliability.customer_facts import Facts, differences
from tests.reliability.redrive_courses import COURSES, WITHOUT_POWER
from tests.reliability.redrive_walk import facts_on
from tests.statemachine.kept_machines import kept, today

PLAYED = (*COURSES, *WITHOUT_POWER)


@pytest.fixture(scope="module")
def as_today(world: World) -> Mapping[str, Facts]:
    return facts_on(world, PLAYED, 120)


def test_newest_kept_definition_is_the_one_that_is_deployed_today() -> None:
    newest = list(kept().values())[-1]
    assert json.loads(newest) == json.loads(today()), "keep it: make keep-machine NAME=what-changed"


@pytest.mark.parametrize("name", list(kept())[:-1])
def test_older_definition_runs_to_the_same_ends(world: World, as_today: Mapping[str, Facts], name: str) -> None:
    world.deploy(kept()[name])
    found = facts_on(world, PLAYED, 120)
    differing = {course: differences(found[course], facts) for course, facts in as_today.items()}
    assert not any(differing.values()), differing
