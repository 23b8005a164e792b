"""The page of what the stories cover is in step, and nothing is left out without a reason."""

import re
from dataclasses import replace

from local.asl import RESTORATION
from local.demo.coverage import EXPLAINED, UNTOLD
from local.stories.reading import read_stories
from local.stories.taken import TAKEN, read_taken, written
from scripts.coverage import Coverage, taken_of
from scripts.process.machine import Machine

COVERAGE = Coverage(read_stories(), read_taken(), Machine.read(RESTORATION))


def test_page_and_picture_are_written_from_what_was_kept() -> None:
    old = [path.name for path, text in COVERAGE.files().items() if path.read_text("utf-8") != text]
    assert old == [], "run make coverage"
    assert set(COVERAGE.by_story) == {story.name for story in COVERAGE.stories}
    assert written(COVERAGE.by_story) == TAKEN.read_text("utf-8")


def test_whatever_no_story_takes_has_a_reason_and_no_reason_is_left_over() -> None:
    assert COVERAGE.unexplained() == []
    assert {name for _, name, _ in COVERAGE.missing()} == set(UNTOLD)
    assert len(COVERAGE.untaken) == len(EXPLAINED)


def test_a_way_that_loses_its_only_story_is_drawn_and_told() -> None:
    """Its number stands on the picture, and the page has no reason for it."""
    name = "IsPowerBack → Send a technician"
    without = {
        story: {kind: names - {name} if kind == "ways" else names for kind, names in taken.items()}
        for story, taken in COVERAGE.by_story.items()
    }
    less = replace(COVERAGE, by_story=without)
    assert less.unexplained() == [name]
    number = 1 + [way.comment for way in less.untaken].index("Send a technician")
    told = f"| {number} | Puissance rétablie ? | Préparer l'ordre | Send a technician | **aucune raison** |"
    assert told in less.page()
    marks = re.findall(r"<circle[^>]*></circle><text[^>]*>(\d+)<", less.picture())
    assert sorted(map(int, marks)) == list(range(1, len(less.untaken) + 1))


def test_report_of_other_files_is_not_taken() -> None:
    assert taken_of({"files": "another hash", "taken": {}}) is None
    assert taken_of({}) is None
