"""Time that a story lets pass reaches each wait, even one that is only about to begin."""

from datetime import timedelta
from unittest.mock import MagicMock

from embedded_cloud import Execution
from embedded_cloud.execution import Entry
from local.customers import Numbering
from local.stage import Situation
from local.stories.model import PAID, SUMMER, Passed, Story
from local.stories.story_run import StoryRun


def test_day_passes_only_once_the_wait_for_enedis_has_begun() -> None:
    execution = Execution("arn", "R-1", "Restoration", SUMMER, {}, entries=[Entry("WaitForEnedis", SUMMER)], rests=True)
    stage = MagicMock()
    stage.watch.of.return_value = Situation([execution], lambda: {"waitingSince": SUMMER.isoformat()})
    run = StoryRun(Story("late", "", (PAID,), (Passed(timedelta(days=1)),)), MagicMock(spec=Numbering), stage)
    stage.cloud.waits_for.return_value = None
    run.advance()
    stage.cloud.waits_for.return_value = timedelta(hours=6)
    run.advance()
    stage.cloud.pass_time.assert_called_once_with("arn")
