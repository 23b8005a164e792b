"""The companion's functions: letters and redrives, what is recorded and measured, the screens and the daily report."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from pydantic import ValidationError

from record import bootstrap
from record.domain.record import Completeness
from record.pacing import Bucket
from restoration.domain.limitation import LimitedPoint, Trigger, execution_input
from supervision.reports.desk import ReportDesk
from supervision.sources import Sources
from tests.fakes.samples import NOON, payment
from tests.unit.contracts.machine_logs import ARN, SECOND, batch, line
from tests.unit.functions.conftest import Call, Load, Logs, Metrics
from tests.unit.functions.queue_events import start_execution
from tests.unit.supervision.synthetic import measures, synthetic

SAMPLES = Path(__file__).parents[3] / "events" / "functions"
WHO = {"operation": "operation-1", "by": "arn:somebody", "reason": "mended, ticket 12"}


FREEZING = {
    "freezing": "freeze-1",
    "at": "2026-11-26T01:15:00.000Z",
    "rate": 10,
    "chosen": {"error": "", "state": "", "cause": "", "since": None, "until": None, "aborted": True},
}


def sample_of(function: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SAMPLES / f"{function}.json").read_bytes())
    return loaded


@pytest.mark.parametrize(
    "request_of_nobody",
    [
        {"action": "REPLAY", "family": "payments", "letters": [{"id": "x", "sha256": "0" * 64}]},
        {"action": "REPLAY", "family": "payments", "letters": [], **WHO},
        {"action": "REPLAY", "family": "payments", "letters": [{"id": "x", "sha256": "short"}], **WHO},
        {"action": "REPLAY", "family": "payments", "letters": [{"id": "x", "body": payment("PAY-1")}], **WHO},
        {"action": "DISCARD", "family": "payments", "letters": [{"id": "x", "sha256": "0" * 64}], **WHO, "reason": " "},
        {"action": "SEND", "family": "payments", "body": payment("PAY-1")},
        {"action": "LOOK", "family": "neighbours"},
    ],
)
def test_request_without_who_why_or_what_was_looked_at_is_refused(
    call: Call, request_of_nobody: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        call("handle_dead_letters", request_of_nobody)


# ── freeze_redrive keeps within its share of Step Functions' quotas ──


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


# ── record_execution and reconcile_executions ──


def test_status_event_is_recorded_and_counts_what_found_nothing_to_do(load: Load, context: Any) -> None:
    app, sample = load("record_execution"), sample_of("record_execution")
    assert app.handler(sample, context) == {"recorded": 1, "counted": 0}
    sample["detail"]["output"] = '{"outcome": "JOINED"}'
    sample["detail"]["executionArn"] = ARN
    assert app.handler(sample, context) == {"recorded": 1, "counted": 1}
    assert app.handler(sample, context) == {"recorded": 1, "counted": 0}


def test_each_end_is_measured_once_and_says_whether_it_came_in_time(load: Load, context: Any, metrics: Metrics) -> None:
    app, sample = load("record_execution"), sample_of("record_execution")
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


# ── supervise: the page that a dashboard gets ──


@pytest.fixture
def event() -> dict[str, Any]:
    return sample_of("supervise")


def test_widget_gets_html_in_its_language_whose_actions_call_the_function(
    load: Load, context: Any, event: dict[str, Any]
) -> None:
    page = load("supervise").handler(event, context)
    assert page.startswith("<style>")
    assert '<div class="ra" lang="fr">' in page
    assert f'endpoint="{context.invoked_function_arn}"' in page
    event["widgetContext"]["locale"] = "en"
    assert '<div class="ra" lang="en">' in load("supervise").handler(event, context)


def test_zoom_of_the_dashboard_is_the_range(load: Load, context: Any, event: dict[str, Any]) -> None:
    assert "04/05 07:00" in load("supervise").handler(event, context)


def test_screen_that_cannot_be_read_says_so_and_the_log_says_why(
    load: Load, context: Any, event: dict[str, Any], logs: Logs
) -> None:
    app = load("supervise")
    boto3.client("dynamodb").delete_table(TableName="counters")
    page = app.handler(event, context)
    assert "Cet écran n&#39;a pas pu être lu" in page
    (line,) = logs()
    assert (line["message"], line["exception_name"]) == ("a screen could not be read", "ResourceNotFoundException")


# ── report_daily: what a schedule asks, and what is kept and mailed ──


NOW = datetime(2026, 11, 25, 5, 20, tzinfo=UTC)


@pytest.fixture
def report_daily(load: Load) -> Any:
    """The function with its own desk, but with made cases and a clock that stands still."""
    app: Any = load("report_daily")
    boto3.client("sesv2").create_email_identity(EmailIdentity="ne-pas-repondre@fournisseur.example")
    own = app.desk
    record = synthetic(300, days=1)
    record.kept_completeness = Completeness(NOW, 0)
    read = Sources(record, measures(), "restoration-dev")
    app.desk = ReportDesk(read, own.in_time, own.archive, own.post, lambda: NOW)
    return app


def kept(key: str) -> str:
    return boto3.client("s3").get_object(Bucket="restoration-record", Key=key)["Body"].read().decode()


def mails() -> int:
    return len(ses_backends[DEFAULT_ACCOUNT_ID]["eu-west-3"].sent_messages)


def test_day_is_reported_once(report_daily: Any, context: Any, metrics: Metrics) -> None:
    event = sample_of("report_daily")
    assert report_daily.handler(event, context)["2026-11-24"] == "complete"
    assert metrics()["ReportsComplete"] == [1]
    assert report_daily.handler(event, context)["2026-11-24"] == "done"
    rows = list(csv.DictReader(io.StringIO(kept("reports/day/2026-11-24.csv"))))
    assert {row["indicator"] for row in rows} >= {"restored", "p95", "accepted", "balance_due", "in_time"}
    assert mails() == 1


def test_month_is_reported_under_its_own_name(report_daily: Any, context: Any) -> None:
    assert report_daily.desk.in_time == {"Early": 0.99, "Remote": 0.99, "Technician": 0.95}
    assert report_daily.handler({"report": "month"}, context)["2026-10"] == "complete"
    assert kept("reports/month/2026-10.csv")


def test_nobody_is_named_unless_the_parameter_does(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_RECIPIENTS", "")
    assert load("report_daily").desk.post.recipients == []
