"""ingest_enedis_flow: a dropped file is read and worked through; its differences are started, logged and counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from restoration.domain.flow import FlowCode, FlowReport, RowProblem, Snapshot
from restoration.domain.limitation import LimitedPoint, Started, Trigger
from restoration.errors import InvalidFlow
from tests.fakes.samples import dropped
from tests.unit.functions.conftest import Annotations, Load, Logs, Metrics
from tests.unit.functions.queue_events import failed, put_aside, sqs_event

TAKEN_AT = datetime(2026, 5, 5, 2, tzinfo=UTC)
REPORT = FlowReport(
    Snapshot(FlowCode.X12, TAKEN_AT, 1),
    rows=100,
    skipped_rows=2,
    problems=[RowProblem("f.xml", 4, "pointId is ''")],
    points=90,
    ended_cases=3,
    woken=["LIM-1"] * 4,
    lifted=["LIM-1"] * 5,
    lower=["LIM-5"] * 12,
    unknown=["LIM-1"] * 6,
    superseded=["LIM-1"] * 7,
    still_shown=["LIM-8"] * 8,
    contradicted=["LIM-9"] * 9,
    lagging=10,
    deferred=11,
)
COUNTED = {
    "FlowReconciled": 1,
    "FlowRows": 100,
    "FlowRowsSkipped": 2,
    "FlowPoints": 90,
    "FlowLimitationsLifted": 5,
    "FlowPointsLower": 12,
    "FlowLimitationsUnknown": 6,
    "FlowLimitationsSuperseded": 7,
    "FlowLimitationsStillShown": 8,
    "FlowLimitationsContradicted": 9,
    "FlowCasesEnded": 3,
    "FlowOrdersWoken": 4,
    "FlowLagging": 10,
    "FlowChecksDeferred": 11,
}


class Desk:
    """Works a file through: checks one limitation, and reports."""

    error: Exception | None = None
    asked: tuple[str, list[str], Started, str]

    def ingest(self, name: str, content: Iterator[str], check: Any, event_id: str) -> FlowReport:
        if self.error:
            raise self.error
        limited = LimitedPoint("LIM-1", "CON-1", "30000000000001")
        self.asked = (
            name,
            list(content),
            check(limited, Trigger("LimitationLifted", "x", TAKEN_AT, event_id)),
            event_id,
        )
        return REPORT


@pytest.fixture
def app(load: Load, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("FLOWS_BUCKET", "flows")
    monkeypatch.setenv("FLOW_SNAPSHOTS_TABLE", "snapshots")
    app = load("ingest_enedis_flow")

    @contextmanager
    def opened(file: Any) -> Iterator[Iterator[str]]:
        yield iter([file.name])

    monkeypatch.setattr(app, "flows", SimpleNamespace(opened=opened))
    monkeypatch.setattr(app, "desk", Desk())
    return app


def test_file_is_worked_through_once_and_each_of_its_numbers_is_counted(
    app: Any, context: Any, logs: Logs, metrics: Metrics, annotated: Annotations
) -> None:
    assert failed(app.handler(sqs_event(dropped("X12.zip")), context)) == []
    name, content, heard, event_id = app.desk.asked
    assert (content, heard, event_id) == ([name], Started.ABSORBED, "E-1")
    assert annotated == [("limitationId", "LIM-1"), ("outcome", "ABSORBED")]
    counted = metrics()
    assert {name: counted[name] for name in COUNTED} == {name: [value] for name, value in COUNTED.items()}
    warned = [(line.get("line"), line.get("correlation_id"), line.get("deferred")) for line in logs()]
    assert [warned.count((None, f"LIM-{each}", None)) for each in (5, 8, 9)] == [12, 8, 9]
    assert warned.count((4, None, None)) == 1
    assert (None, None, 11) in warned


def test_file_that_cannot_be_read_is_put_aside_at_its_fourth_try(app: Any, context: Any) -> None:
    app.desk.error = InvalidFlow("f.xml, line 1: no element found")
    event = dropped("X12.zip")
    results = [failed(app.handler(sqs_event(event, receives=tries), context)) for tries in (3, 4)]
    assert put_aside()[-1][1:] == ("InvalidFlow", "f.xml, line 1: no element found")
    assert results[-1] == []
