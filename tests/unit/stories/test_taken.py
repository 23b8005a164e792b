"""What stories take is kept, and what each of them alone takes is found."""

from pathlib import Path

from local.stories.taken import KINDS, Taken, alone, read_taken, takers, written


def taken(**kinds: str) -> Taken:
    return {kind: frozenset(kinds.get(kind, "").split()) for kind in KINDS}


BY_STORY = {
    "carte": taken(states="A B", rows="r"),
    "cheque": taken(states="B C", rows="r"),
    "double": taken(states="B"),
}


def test_takers_are_named_in_the_stories_order() -> None:
    assert takers(BY_STORY, "states") == {"A": ["carte"], "B": ["carte", "cheque", "double"], "C": ["cheque"]}


def test_what_two_stories_take_neither_takes_alone() -> None:
    assert alone(BY_STORY) == {"carte": {"states": ["A"]}, "cheque": {"states": ["C"]}, "double": {}}


def test_what_is_written_is_read_again_a_line_for_each_story(tmp_path: Path) -> None:
    path = tmp_path / "taken.json"
    path.write_text(written(BY_STORY), encoding="utf-8")
    assert read_taken(path) == BY_STORY
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2 + len(BY_STORY)
