"""Executions that began before a deployment: each kept definition ends stories as they say, by today's functions."""

import json

import pytest

from tests.end_to_end.world import World
from tests.reliability.measure_machine_mutants import Player
from tests.reliability.redrive_walk import OTHERS, PLAIN, STORIES
from tests.statemachine.kept_machines import kept, today

PLAYED = [STORIES[name] for name in sorted({PLAIN, *OTHERS.values(), "litige-accepte", "solde-du"})]


@pytest.fixture(scope="module")
def player(world: World) -> Player:
    return Player(world.stage)


def test_newest_kept_definition_is_the_one_that_is_deployed_today() -> None:
    newest = list(kept().values())[-1]
    assert json.loads(newest) == json.loads(today()), "keep it: make keep-machine NAME=what-changed"


@pytest.mark.parametrize("name", list(kept())[:-1])
def test_older_definition_ends_stories_as_they_say(world: World, player: Player, name: str) -> None:
    world.deploy(kept()[name])
    player.known(PLAYED)
