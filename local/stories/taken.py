"""What each story takes: states and ways of the process, rows of the tables, messages, events.

``make demo`` finds it, ``make coverage`` keeps it in ``docs/coverage.json``, which the pages of the decisions read.
"""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TAKEN = ROOT / "docs" / "coverage.json"
CODE = ("functions", "layers", "operations", "packages", "local", "statemachine", "template.yaml")
PLAYED = ("stories/*.feature", *CODE)
"""What a run of the stories is made of."""
KINDS = ("states", "ways", "rows", "messages", "received", "published")
"""Of what a story takes. Rows have the ids of their rules; events are received from others, or published."""

type Taken = Mapping[str, frozenset[str]]
"""What one story takes, by kind."""
type ByStory = Mapping[str, Taken]


def files_hash() -> str:
    """The hash of the files that a run is made of, committed or not; empty where Git knows none."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PLAYED)
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout  # noqa: S603 - ours
    found = hashlib.sha256()
    for path in sorted(ROOT / name for name in listed.split("\0") if name):
        if path.is_file():
            found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest() if listed else ""


def read_taken(path: Path = TAKEN) -> ByStory:
    """Read what was kept of the last run."""
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def from_json(document: Mapping[str, Mapping[str, list[str]]]) -> ByStory:
    """Read a report's part."""
    return {story: {kind: frozenset(names) for kind, names in taken.items()} for story, taken in document.items()}


def to_json(by_story: ByStory) -> dict[str, dict[str, list[str]]]:
    """For a report."""
    return {story: {kind: sorted(taken[kind]) for kind in KINDS} for story, taken in by_story.items()}


def written(by_story: ByStory) -> str:
    """The text of the file: a line for each story."""
    lines = [f" {json.dumps(name)}: {json.dumps(it, ensure_ascii=False)}" for name, it in to_json(by_story).items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def takers(by_story: ByStory, kind: str) -> dict[str, list[str]]:
    """The stories that take each thing of a kind."""
    found: dict[str, list[str]] = {}
    for story, taken in by_story.items():
        for name in sorted(taken[kind]):
            found.setdefault(name, []).append(story)
    return found


def alone(by_story: ByStory) -> dict[str, dict[str, list[str]]]:
    """What each story takes that no other one does, by kind; kinds of which there is nothing are left out."""
    found: dict[str, dict[str, list[str]]] = {story: {} for story in by_story}
    for kind in KINDS:
        for name, stories in takers(by_story, kind).items():
            if len(stories) == 1:
                found[stories[0]].setdefault(kind, []).append(name)
    return found
