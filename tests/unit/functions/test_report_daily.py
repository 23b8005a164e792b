"""report_daily: what a schedule asks, and what is kept and mailed."""

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

from record.domain.record import Completeness
from supervision import report_bootstrap
from supervision.adapters.report_post import ReportPost
from supervision.reports.desk import ReportDesk
from supervision.sources import Sources
from tests.unit.functions.conftest import Load, Metrics
from tests.unit.supervision.synthetic import measures, synthetic

NOW = datetime(2026, 11, 25, 5, 20, tzinfo=UTC)
SAMPLE = Path(__file__).parents[3] / "events" / "functions" / "report_daily.json"


@pytest.fixture
def desk(environment: None, monkeypatch: pytest.MonkeyPatch) -> ReportDesk:
    """The function's own desk, with made cases and a clock that stands still."""
    assert environment is None
    boto3.client("sesv2").create_email_identity(EmailIdentity="ne-pas-repondre@fournisseur.example")
    own = report_bootstrap.report_desk()
    record = synthetic(300, days=1)
    record.kept_completeness = Completeness(NOW, 0)
    made = ReportDesk(
        Sources(record, measures(), "restoration-dev"), own.objectives, own.archive, own.post, lambda: NOW
    )
    monkeypatch.setattr(report_bootstrap, "report_desk", lambda: made)
    return made


def kept(key: str) -> str:
    return boto3.client("s3").get_object(Bucket="restoration-record", Key=key)["Body"].read().decode()


def mails() -> int:
    return len(ses_backends[DEFAULT_ACCOUNT_ID]["eu-west-3"].sent_messages)


def test_day_is_reported_once(desk: ReportDesk, load: Load, context: Any, metrics: Metrics) -> None:
    event = json.loads(SAMPLE.read_text(encoding="utf-8"))
    app = load("report_daily")
    assert desk.clock() == NOW
    assert app.handler(event, context)["2026-11-24"] == "complete"
    assert metrics()["ReportsComplete"] == [1]
    assert app.handler(event, context)["2026-11-24"] == "done"
    rows = list(csv.DictReader(io.StringIO(kept("reports/day/2026-11-24.csv"))))
    assert {row["indicator"] for row in rows} >= {"restored", "p95", "accepted", "balance_due", "in_time"}
    assert mails() == 1


def test_month_is_reported_under_its_own_name(desk: ReportDesk, load: Load, context: Any) -> None:
    assert desk.objectives.in_time == {"Early": 0.99, "Remote": 0.99, "Technician": 0.95}
    assert load("report_daily").handler({"report": "month"}, context)["2026-10"] == "complete"
    assert kept("reports/month/2026-10.csv")


def test_nobody_is_named_unless_the_parameter_does(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment is None
    monkeypatch.setenv("REPORT_RECIPIENTS", "")
    post = report_bootstrap.report_desk().post
    assert isinstance(post, ReportPost)
    assert post.recipients == []
