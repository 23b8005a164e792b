"""Counts overdue restorations, heals their record, says up to when it is complete, and archives what is over."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from record import bootstrap
from record.adapters.dynamodb.hour_book import HourBook
from record.adapters.dynamodb.record_table import RecordTable
from record.adapters.s3.execution_archive import ExecutionLines
from record.adapters.stepfunctions.history import ExecutionHistories
from record.domain.record import overdue
from record.pacing import paced, pacer
from record.use_cases.reconcile_executions import Reconciler
from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import to_text, utc_now
from restoration.observability import metrics, observed

ONE_HOUR_MILLISECONDS = 60_000
"""To archive an hour of thousands of executions."""

states = paced(clients.client("stepfunctions"), pacer("reconciler"))
record, terms, (courses, counters) = bootstrap.record(), bootstrap.terms(), bootstrap.tables()
reconciler = Reconciler(
    record=record,
    courses=bootstrap.courses(),
    counters=bootstrap.counters(),
    histories=ExecutionHistories(states, settings.text("STATE_MACHINE_ARN")),
    claims=bootstrap.read_claims(),
    recorder=bootstrap.course_recorder(),
    clock=utc_now,
    grace=settings.seconds("RECORD_GRACE_SECONDS"),
)
exact = RecordTable(clients.client("dynamodb"), courses, counters, is_exact=True)
store = ExecutionLines(clients.client("s3"), settings.text("RECORD_BUCKET"))
book = HourBook(clients.dynamodb(), courses, clients.dynamodb().Table(counters), exact, store)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    # First: they are measured where the reconciliation fails, too.
    late = overdue(record.open_cases(), terms, utc_now())
    for kind, number in late.items():
        metrics.add_metric(name=f"{kind}Overdue", unit=MetricUnit.Count, value=number)
    found = reconciler.reconcile()
    archived = book.archive(found.complete_to, lambda: context.get_remaining_time_in_millis() > ONE_HOUR_MILLISECONDS)
    metrics.add_metric(name="RecordLag", unit=MetricUnit.Seconds, value=found.lag.total_seconds())
    metrics.add_metric(name="ExecutionsUnreconciled", unit=MetricUnit.Count, value=found.unreconciled)
    metrics.add_metric(name="ExecutionsHealed", unit=MetricUnit.Count, value=found.healed)
    metrics.add_metric(name="HoursArchived", unit=MetricUnit.Count, value=archived)
    return {
        "completeTo": to_text(found.complete_to),
        "unreconciled": found.unreconciled,
        "healed": found.healed,
        "archived": archived,
        "lagSeconds": found.lag.total_seconds(),
        "overdue": late,
    }
