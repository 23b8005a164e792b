"""record_execution and reconcile_executions: what comes in, what is recorded, what is measured."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from record import bootstrap
from record.pacing import Bucket
from tests.unit.contracts.machine_logs import ARN, SECOND, batch, line
from tests.unit.functions.conftest import Load, Metrics
from tests.unit.functions.queue_events import start_execution

SAMPLE = Path(__file__).parents[3] / "events" / "functions" / "record_execution.json"


def test_status_event_is_recorded_and_counts_what_found_nothing_to_do(load: Load, context: Any) -> None:
    app, sample = load("record_execution"), json.loads(SAMPLE.read_text(encoding="utf-8"))
    assert app.handler(sample, context) == {"recorded": 1, "counted": 0}
    sample["detail"]["output"] = '{"outcome": "JOINED"}'
    sample["detail"]["executionArn"] = ARN
    assert app.handler(sample, context) == {"recorded": 1, "counted": 1}
    assert app.handler(sample, context) == {"recorded": 1, "counted": 0}


def test_each_end_is_measured_once_and_says_whether_it_came_in_time(load: Load, context: Any, metrics: Metrics) -> None:
    app, sample = load("record_execution"), json.loads(SAMPLE.read_text(encoding="utf-8"))
    began, ended = SECOND, SECOND + 31 * 60_000
    moments = {"startDate": began, "stopDate": ended}
    sample["detail"] |= {"executionArn": ARN, "output": '{"outcome": "BALANCE_DUE"}', **moments}
    lines = [line(1, "ExecutionStarted", began), line(2, "ExecutionSucceeded", ended)]
    told = {"awslogs": {"data": batch(*lines)}}
    app.handler(sample, context)
    assert metrics()["EarlyEnded"] == []
    assert app.handler(told, context) == {"recorded": 1, "counted": 1}
    counted = metrics()
    assert (counted["EarlyEnded"], counted["EarlyInTime"]) == ([1], [0])
    for event in (told, sample):
        app.handler(event, context)
    assert metrics()["EarlyEnded"] == []


def test_execution_that_nothing_was_told_about_is_healed_and_the_lag_is_measured(
    load: Load, context: Any, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history that moto knows is that of an execution which succeeded at once."""
    taken = []
    monkeypatch.setattr(Bucket, "take", lambda _: taken.append("token"))
    arn = start_execution("LIM-1-abc")
    output = load("reconcile_executions").handler({}, context)
    assert len(taken) == 3, "two lists and a history"
    assert datetime.fromisoformat(output.pop("completeTo")).tzinfo
    none = {"Early": 0, "Remote": 0, "Technician": 0}
    assert output == {"unreconciled": 0, "healed": 1, "archived": 1, "lagSeconds": 0.0, "overdue": none}
    found = bootstrap.courses().find(arn)
    assert found is not None
    assert found.counted == {0}
    measured = metrics()
    assert measured["EarlyInTime"] == [1.0]
    names = ("RecordLag", "ExecutionsUnreconciled", "ExecutionsHealed", "HoursArchived")
    assert [measured[name] for name in names] == [[0.0], [0.0], [1.0], [1.0]]
    assert [measured[f"{kind}Overdue"] for kind in none] == [[0.0]] * 3
