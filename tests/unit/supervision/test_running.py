"""En cours: for whom cases wait and for how long, recounted; and the screen, empty, full and with odd text."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from record.domain.promises import TERMS
from record.domain.record import OpenCase, Stage
from record.domain.service_level import CaseKind
from supervision.figures.customers import due_of
from tests.unit.supervision import drawing
from tests.unit.supervision.drawing import text_of
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.samples import open_case
from tests.unit.supervision.synthetic import NOW

CASE = open_case()


def screen(cases: Sequence[OpenCase], **asked: Any) -> str:
    return drawing.screen("running", MemoryRecord(kept_open=cases), **asked)


def test_deadline_is_that_of_the_kind_of_order() -> None:
    """A technician has five working days; the time left was that of a remote order."""
    tuesday = replace(CASE, certain_at=NOW - timedelta(hours=30))
    assert due_of(CASE, TERMS) == NOW + timedelta(hours=22)
    assert due_of(tuesday, TERMS) == NOW - timedelta(hours=6)
    assert due_of(replace(tuesday, kind=CaseKind.TECHNICIAN), TERMS) == datetime(2026, 12, 1, 20, tzinfo=UTC)
    assert due_of(replace(CASE, certain_at=None), TERMS) is None
    assert due_of(replace(CASE, stage=Stage.RESTORED), TERMS) is None


def test_deadline_is_that_of_the_stack() -> None:
    text = text_of(screen([CASE], sources={"terms": replace(TERMS, remote=timedelta(hours=1))}))
    assert "dépassé de 60 min" in text


@pytest.mark.parametrize("name", ["overview", "wall", "running", "branches", "incidents"])
def test_screen_says_when_it_has_read_as_many_cases_as_it_may(name: str) -> None:
    drawn, wall = ("overview", "1") if name == "wall" else (name, "")
    records = [MemoryRecord(kept_open=[CASE] * read) for read in (50_000, 49_999)]
    texts = [text_of(drawing.screen(drawn, each, wall=wall)) for each in records]
    told = "Seuls les 50 000 dossiers en cours les plus anciens sont lus"
    assert [told in each for each in texts] == [True, False]
