"""The screen "Parcours": what it draws for whom, and what a reader finds in it by eye, by ear and by keyboard."""

from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from record.domain.tally import Count, bucket_of
from record.formats import NO_BREAK
from supervision.figures.branches import flow_of, strangers
from supervision.process import process
from supervision.words import texts_of
from tests.unit.supervision.drawing import screen
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.samples import a_slice
from tests.unit.supervision.synthetic import synthetic

HOUR = timedelta(hours=1)
RECORD = synthetic(900, days=3, running=40)


def draw(record: MemoryRecord = RECORD, **asked: Any) -> str:
    """The page, as its reader sees it."""
    return unescape(screen("branches", record, context={"width": 1280}, **{"section": "all", **asked}))


def test_state_that_the_process_does_not_know_is_listed_below_the_picture() -> None:
    known = draw()
    assert texts_of("branches")["strangers"][0] not in known
    counts: dict[str, Any] = {
        "state__AskTheMeter": Count(20, {bucket_of(2000): 20}),
        "transitions": Count(2, sums={"ReadPoint>AskTheMeter": 7, "ReadPoint>BalanceDue": 1}),
    }
    record = replace(RECORD, kept_slices=[*RECORD.kept_slices, a_slice(**counts)])
    page = draw(record)
    below = page.split(texts_of("branches")["strangers"][0], 1)[1]
    assert "AskTheMeter" in below
    assert below.index("Lire le point → AskTheMeter") < below.index("Lire le point → Solde dû")
    assert f"2,0{NO_BREAK}s" in below
    assert "AskTheMeter" in draw(record, state="AskTheMeter")


def test_stop_whose_signature_is_not_known_is_not_lost() -> None:
    found = flow_of([a_slice("FAILED", failure__abc=Count(3))], {})
    assert found.stops == {"": 3}
    assert strangers(found, {}, process())[0] == [""]


def test_details_name_what_a_state_does_its_rules_and_its_incidents() -> None:
    page = draw(state="DecideCoverage")
    assert "Restore, restore provisionally, raise the floor" in page, "behind a word, since it is technical"
    assert '"screen": "rules", "lang": "fr", "table": "coverage"' in page
    assert '"screen": "incidents", "lang": "fr", "filter": "state=CheckPayment"' in draw(state="CheckPayment")


@pytest.mark.parametrize(
    ("number", "told"), [(9_999, "9\N{NARROW NO-BREAK SPACE}999"), (10_000, "10 k"), (13_500, "14 k")]
)
def test_number_beside_a_way_is_short_from_ten_thousand_on(number: int, told: str) -> None:
    taken = a_slice(transitions=Count(1, sums={"ReadPoint>DecideAction": number}))
    assert f">{told}</text>" in draw(MemoryRecord(kept_slices=[taken]))
