"""The question in the console's address, and as it is sent: question.js, run by Node."""

import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from local.console.console import PAGES
from restoration.clock import PARIS
from tests.npm import need

RUNNER = Path(__file__).with_name("questions.mjs")
NOW = int(datetime(2026, 11, 25, 10, 41, 20, tzinfo=PARIS).timestamp() * 1000)
HOUR = 3_600_000


def run(*calls: list[Any]) -> list[Any]:
    """What functions of question.js return."""
    ended = subprocess.run(  # noqa: S603 - our own file
        [need("dompurify"), str(RUNNER), str(PAGES / "question.js")],
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=True,
    )
    returned: list[Any] = json.loads(ended.stdout)
    return returned


def asked(address: str) -> dict[str, Any]:
    (question,) = run(["questionOf", address, "fr"])
    return dict(question)


@pytest.mark.parametrize("text", ["5y", "2026-11-25..2026-11-24", "..", ""])
def test_what_is_no_range_is_asked_for_as_it_stands_in_place_of_the_last_day(text: str) -> None:
    question = asked(f"?range={text}&zoom=x..y")
    told, span = run(["askedBy", question], ["rangeOf", question, NOW])
    assert told == {"screen": "overview", "lang": "fr", **({"range": text} if text else {})}
    assert (question["zoom"], span) == ("", {"start": NOW - 24 * HOUR, "end": NOW})


def test_zoom_moves_within_the_range_and_never_beyond_now() -> None:
    question = asked("?range=12h")
    closer, wider, later, whole = run(
        *(["zoomed", question, way, NOW] for way in ("closer", "wider", "later", "whole"))
    )
    hours = [
        (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 3600
        for start, end in (each.split("..") for each in (closer, wider, later))
    ]
    assert hours == [6, 18, 12]
    ends = {datetime.fromisoformat(each.split("..")[1]).timestamp() * 1000 for each in (wider, later)}
    assert ends == {NOW}
    assert whole == ""


@pytest.mark.parametrize("text", ["2026-07-01T08:00", "2026-11-25T00:30", "2026-03-29T03:30", "2026-10-25T12:00"])
def test_moments_are_typed_in_the_time_of_paris(text: str) -> None:
    (moment,) = run(["parisMoment", text])
    assert moment == datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000
    assert run(["parisText", moment]) == [text]
    assert len(*run(["clockTime"])) == len("14:16:17"), "by 24 hours, as the screens have it"
