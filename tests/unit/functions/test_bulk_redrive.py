"""freeze_redrive and bulk_redrive: what the state machine asks of them, and what it gets."""

import json
from typing import Any

import boto3
import pytest

from record.domain.redrive_attempt import End
from record.domain.redrive_run import Outcome, Progress
from record.pacing import Bucket
from restoration.domain.limitation import LimitedPoint, Trigger, execution_input
from tests.fakes.samples import NOON
from tests.unit.functions.conftest import Load, Metrics
from tests.unit.functions.machine_requests import FREEZING
from tests.unit.functions.queue_events import start_execution


@pytest.fixture
def stopped(load: Load) -> str:
    """An execution that somebody stopped, of a limitation that the register does not know."""
    del load  # it deploys what is called here
    given = execution_input(
        LimitedPoint("LIM-1", "01234567890123", "CON-1"), Trigger("PaymentReceived", "P", NOON, "E")
    )
    execution = start_execution("LIM-1-0f", json.dumps(given))
    boto3.client("stepfunctions").stop_execution(executionArn=execution, error="Stopped", cause="by a test")
    return execution


@pytest.fixture
def frozen(load: Load, stopped: str, context: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    assert stopped
    taken = []
    monkeypatch.setattr(Bucket, "take", lambda _: taken.append("token"))
    app = load("freeze_redrive")
    place, found = None, 0
    for _ in range(3):  # a list for each status
        page = app.handler({"step": "FIND", "place": place, **FREEZING}, context)
        place, found = page["place"], found + page["found"]
    assert (place, found, len(taken)) == (None, 1, 5), "three lists, a description and a history are paced"
    manifest: dict[str, Any] = app.handler({"step": "FREEZE", **FREEZING}, context)
    return manifest


def test_frozen_set_has_a_hash_and_says_how_much_it_is(frozen: dict[str, Any]) -> None:
    assert frozen["hash"].startswith(frozen["redriveId"])
    assert (frozen["items"], frozen["redriven"], frozen["calls"], frozen["leftOut"]) == (1, 0, 0, 0)


def test_run_begins_goes_and_reports_for_the_machine(
    load: Load, frozen: dict[str, Any], context: Any, metrics: Metrics
) -> None:
    app = load("bulk_redrive")
    request = {"redriveId": frozen["redriveId"], "hash": frozen["hash"], "rate": 10}
    assert app.handler({"step": "BEGIN", **request}, context)["progress"]["runs"] == 1
    redriven = Progress.of_json(app.handler({"step": "REDRIVE", **request}, context)["progress"])
    assert (redriven.steps, redriven.next_item) == (1, 1)
    assert app.handler({"step": "LOOK", **request}, context)["next"] == "REPORT"
    report = app.handler({"step": "REPORT", **request}, context)
    assert (report["outcome"], report["ends"]) == (Outcome.DONE, {End.SUPERSEDED: 1})
    assert "BulkRedrivesStopped" not in metrics()


def test_run_that_the_brake_stopped_is_counted(
    load: Load, frozen: dict[str, Any], context: Any, metrics: Metrics
) -> None:
    app = load("bulk_redrive")
    request = {"redriveId": frozen["redriveId"], "hash": frozen["hash"], "rate": 10}
    app.handler({"step": "BEGIN", **request}, context)
    braked = {**Progress(10).to_json(), "outcome": "BRAKED"}
    key = f"redrives/{frozen['redriveId']}/progress.json"
    boto3.client("s3").put_object(Bucket="restoration-operations", Key=key, Body=json.dumps(braked))
    app.handler({"step": "REPORT", **request}, context)
    assert metrics()["BulkRedrivesStopped"] == [1]
