"""Executions that began before a deployment: each kept definition runs to its ends against today's functions."""

import json
from collections.abc import Mapping

import pytest

from tests.end_to_end.deployments import deploy
from tests.end_to_end.world import World
from tests.reliability.customer_facts import Facts, differences
from tests.reliability.redrive_courses import COURSES, WITHOUT_POWER
from tests.reliability.redrive_walk import facts_on
from tests.statemachine.kept_machines import kept, today

PLAYED = (*COURSES, *WITHOUT_POWER)
OF_A_GROUND = frozenset({"DunningStopRequested", "DunningHoldExtended"})

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: the process is changed here."""


@pytest.fixture(scope="module")
def as_today(world: World) -> Mapping[str, Facts]:
    return facts_on(world, PLAYED, 120)


def in_outline(facts: Facts) -> Facts:
    """What is equal by a definition that says less: power, orders, and who was told, not in which words.

    The first ones say not on what ground they restore: billing is told that the hold ends, and not until when to wait.
    Those before the second round do not say what a visit is for. None ever ran in an account (decision 0075).
    """
    events = [json.loads(line)["detail-type"] for line in facts["events"]]
    ids = [json.loads(line)["messageId"] for line in facts["messages"] if line.startswith("{")]
    item = json.loads(facts["register"][-1 if '"outcome"' in facts["register"][-1] else 0])
    return {
        "orders": facts["orders"],
        "Enedis": facts["Enedis"],
        "executions": facts["executions"],
        "events": tuple(sorted("DunningHoldReleased" if name in OF_A_GROUND else name for name in events)),
        "messages": tuple(ids),
        "register": tuple(f"{name}: {item.get(name)}" for name in ("status", "outcome", "generation", "orderOrdinal")),
    }


def test_newest_kept_definition_is_the_one_that_is_deployed_today() -> None:
    newest = list(kept().values())[-1]
    assert json.loads(newest) == json.loads(today()), "keep it: make keep-machine NAME=what-changed"


@pytest.mark.parametrize("name", list(kept())[:-1])
def test_older_definition_runs_to_the_same_ends(world: World, as_today: Mapping[str, Facts], name: str) -> None:
    deploy(world, kept()[name])
    found = facts_on(world, PLAYED, 120)
    assert {
        course: differences(in_outline(found[course]), in_outline(facts)) for course, facts in as_today.items()
    } == {course: [] for course in as_today}
