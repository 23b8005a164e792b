"""The core brings power back and pages without its companion, which may go in the middle of a day."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from embedded_cloud.errors import ThrottledError
from embedded_cloud.rights.record import Record
from local.demo import day
from local.demo.runner import Runner
from local.demo.screen import Screen
from local.stories.reading import read_stories
from local.stories.story_run import StoryRun
from tests.end_to_end.demo_process import DEMO_TIMEOUT
from tests.end_to_end.world import World, running_world


def is_in_alarm(world: World, alarm: str) -> Callable[[], bool]:
    def look() -> bool:
        world.cloud.pass_minutes()
        return world.cloud.alarms.state(f"restoration-{alarm}") == "ALARM"

    return look


def test_core_alone_brings_power_back_and_pages_where_a_restoration_fails() -> None:
    with running_world(alone=True) as world:
        assert [stack.name for stack in world.cloud.stacks.all()] == ["restoration"]
        paid, disputing = world.limited_customer(), world.limited_customer()
        world.pay(paid)
        world.wait_for_outcomes(paid, "RESTORED")
        world.wait_for_messages()
        assert "POWER_RESTORED" in "".join(world.told(paid))
        world.dispute(disputing)
        world.cloud.stop_execution(world.executions(disputing)[-1].arn)
        world.wait_for_outcomes(disputing, "ABORTED")
        world.wait(is_in_alarm(world, "CustomersAffected"), "the page")


@DEMO_TIMEOUT
def test_companion_that_is_deleted_in_the_middle_of_a_demo_takes_nothing_from_its_cases(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stories, left = read_stories(), list[str]()

    class Leaving(Runner):
        """Deletes the companion once a third of the stories are over; its role of operations is gone with it."""

        def _show(self, story_run: StoryRun) -> None:
            super()._show(story_run)
            left.append(story_run.story.name)
            if len(left) == len(stories) // 3:
                self._stage.cloud.delete_stack("restoration-operations")
                monkeypatch.setattr(self._stage, "operations", self._stage.cloud.client)

    def raise_first_of_the_core(record: Record) -> None:
        """What the companion was about to do when its rights went is refused, as on AWS."""
        for refused in record.denials:
            if "restoration-operations" not in str(refused):
                raise refused

    monkeypatch.setattr(Record, "raise_first", raise_first_of_the_core)
    monkeypatch.setattr(day, "Runner", Leaving)
    # It makes pseudonyms with a secret of the companion.
    monkeypatch.setattr(day, "keep_event_log", lambda *_: SimpleNamespace(deviations=(), unjudged=0, partly=0))
    with Screen({"CI": "true"}) as screen:
        played = day.play_sample(
            screen,
            stories,
            mode="on",
            crowd_size=0,
            decisions=tmp_path / "decisions.jsonl",
            afterwards=lambda stage: left.extend(stack.name for stack in stage.cloud.stacks.all()),
        )
    assert left[len(stories) :] == ["restoration"]
    assert played.all_problems == []


def test_channels_that_are_broken_and_then_gone_take_nothing_from_a_case() -> None:
    with running_world(channels=True) as world:
        for function in ("KeepWorkFunction", "ServeCustomersFunction", "ServeAdvisorsFunction"):
            world.cloud.functions.named(function).wrap(_throttled)
        one, two = world.limited_customer(), world.limited_customer()
        world.dispute(one)
        world.advise(one, "RESTORE")
        world.wait_for_outcomes(one, "RESTORED")
        world.cloud.delete_stack("restoration-channels")
        world.pay(two)
        world.wait_for_outcomes(two, "RESTORED")


def _throttled(*_: object) -> bytes:
    raise ThrottledError("the account has no concurrency left")
