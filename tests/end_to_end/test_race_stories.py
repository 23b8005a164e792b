"""What two things at once lead to: races that nobody in business could tell, each on the stage and to its end."""

import pytest

from local.demo.coverage import RACE
from local.demo.day import play_sample
from local.demo.report import Summary
from local.demo.screen import Screen
from tests.end_to_end.race_stories import RACES

pytestmark = pytest.mark.timeout(510)  # the first test plays all races


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    decisions = tmp_path_factory.mktemp("races") / "decisions.jsonl"
    with Screen() as screen:
        return play_sample(screen, RACES, mode="on", crowd_size=0, decisions=decisions, covering=True)


def test_each_race_ends_as_its_story_says_and_leaves_no_other_problem(played: Summary) -> None:
    assert {case.story for case in played.cases} == {story.name for story in RACES}
    assert [*(problem for case in played.cases for problem in case.problems), *played.problems] == []


def test_ways_that_only_a_race_takes_are_taken_here(played: Summary) -> None:
    assert [way for way, reason in played.never_taken if reason == RACE.english] == []
