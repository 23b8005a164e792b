"""freeze_redrive keeps within its share of Step Functions' quotas."""

import json
from typing import Any

import boto3
import pytest

from record.pacing import Bucket
from restoration.domain.limitation import LimitedPoint, Trigger, execution_input
from tests.fakes.samples import NOON
from tests.unit.functions.conftest import Load
from tests.unit.functions.machine_requests import FREEZING
from tests.unit.functions.queue_events import start_execution


def test_lists_and_reads_of_executions_are_paced(load: Load, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app, taken, place, found = load("freeze_redrive"), [], None, 0
    point = LimitedPoint("LIM-1", "01234567890123", "CON-1")
    given = execution_input(point, Trigger("PaymentReceived", "P", NOON, "E"))
    execution = start_execution("LIM-1-0f", json.dumps(given))
    boto3.client("stepfunctions").stop_execution(executionArn=execution, error="Stopped", cause="by a test")
    monkeypatch.setattr(Bucket, "take", lambda _: taken.append("token"))
    for _ in range(3):  # a list for each status
        page = app.handler({"step": "FIND", "place": place, **FREEZING}, context)
        place, found = page["place"], found + page["found"]
    assert (place, found, len(taken)) == (None, 1, 5), "three lists, a description and a history"
