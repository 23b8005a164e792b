"""Measures the running restorations, which CloudWatch does not: their number, and the oldest."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.bootstrap import aws
from restoration.clock import utc_now
from restoration.observability import metrics, observed

executions = aws.executions()


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    running = executions.running()
    age = (utc_now() - running.oldest_started_at).total_seconds() if running.oldest_started_at else 0.0
    metrics.add_metric(name="RunningExecutions", unit=MetricUnit.Count, value=running.count)
    metrics.add_metric(name="OldestRunningExecutionAge", unit=MetricUnit.Seconds, value=age)
    return {"running": running.count, "oldestAgeSeconds": age, "oldest": running.oldest_name}
