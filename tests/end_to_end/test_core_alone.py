"""The core brings power back and pages without its companions, which may go or fail in the middle of a day."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from embedded_cloud.errors import LambdaError
from embedded_cloud.rights.record import Record
from local.demo import day
from local.demo.runner import Runner
from local.demo.screen import Screen
from local.stage import Stage
from local.stories.reading import read_stories
from local.stories.story_run import StoryRun
from tests.end_to_end.world import running_world


def test_core_alone_brings_power_back_and_pages_where_a_restoration_fails() -> None:
    def has_paged() -> bool:
        world.cloud.pass_minutes()
        return world.cloud.alarms.state("restoration-CustomersAffected") == "ALARM"

    with running_world(alone=True) as world:
        assert [stack.name for stack in world.cloud.stacks.all()] == ["restoration"]
        paid, disputing = world.restored_customer(), world.disputing_customer()
        world.wait_for_messages()
        assert "POWER_RESTORED" in "".join(world.told(paid))
        world.cloud.stop_execution(world.executions(disputing)[-1].arn)
        world.wait_for_outcomes(disputing, "ABORTED")
        world.wait(has_paged, "the page")


OF_CHANNELS = ("KeepWorkFunction", "ServeCustomersFunction", "ServeAdvisorsFunction")


def throttled(stage: Stage) -> None:
    """Somebody reserves no concurrency for the channels' functions: none of them runs any more."""
    for function in map(stage.cloud.functions.named, OF_CHANNELS):
        function.change(replace(function.configuration, reserved_concurrency=0), function.max_workers)


def broken(stage: Stage) -> None:
    """Each invocation of the channels' functions fails, once they run again."""

    def fail(*_: object) -> bytes:
        raise LambdaError("Runtime.ImportModuleError", "Unable to import module 'app'", b"{}")

    for function in map(stage.cloud.functions.named, OF_CHANNELS):
        function.change(replace(function.configuration, reserved_concurrency=None), function.max_workers)
        function.wrappers.append(fail)


def deleted(stage: Stage) -> None:
    """Both companions are deleted, with what the channels never read; the operations' role is gone with its stack."""
    assert all(it.total for it in stage.cloud.queue_depths("-work").values())
    for companion in ("restoration-channels", "restoration-operations"):
        stage.cloud.delete_stack(companion)
    stage.operations = stage.cloud.client  # type: ignore[method-assign]


LOSSES = (throttled, broken, deleted)


def test_companions_that_are_lost_in_the_middle_of_a_demo_take_nothing_from_its_cases(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stories, ended = read_stories(), list[str]()

    class Losing(Runner):
        """Loses its companions in another way after each quarter of the stories."""

        def _show(self, story_run: StoryRun) -> None:
            super()._show(story_run)
            ended.append(story_run.story.name)
            quarters, rest = divmod(len(ended), len(stories) // (len(LOSSES) + 1))
            if not rest and quarters <= len(LOSSES):
                LOSSES[quarters - 1](self._stage)

    def raise_first_of_the_core(record: Record) -> None:
        """What a companion was about to do when its rights went is refused, as on AWS."""
        for refused in record.denials:
            if not any(each in str(refused) for each in ("restoration-operations", "restoration-channels")):
                raise refused

    monkeypatch.setattr(Record, "raise_first", raise_first_of_the_core)
    monkeypatch.setattr(day, "Runner", Losing)
    # The event log makes pseudonyms with a secret of the companion.
    monkeypatch.setattr(day, "keep_event_log", lambda *_: SimpleNamespace(deviations=(), unjudged=0, partly=0))
    decisions = tmp_path / "decisions.jsonl"
    with Screen() as screen:
        played = day.play_sample(screen, stories, mode="on", crowd_size=0, decisions=decisions, channels=True)
    assert played.all_problems == []
    assert len(ended) == len(stories)
