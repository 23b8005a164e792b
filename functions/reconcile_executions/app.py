"""Heals the record of restorations where the log or a status event was lost, and says up to when it is complete."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import bootstrap
from restoration.clock import to_text
from restoration.observability import logger, metrics, tracer

reconciler = bootstrap.reconciler()


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    found = reconciler.reconcile()
    metrics.add_metric(name="RecordLag", unit=MetricUnit.Seconds, value=found.lag.total_seconds())
    metrics.add_metric(name="ExecutionsUnreconciled", unit=MetricUnit.Count, value=found.unreconciled)
    metrics.add_metric(name="ExecutionsHealed", unit=MetricUnit.Count, value=found.healed)
    return {
        "completeTo": to_text(found.complete_to),
        "unreconciled": found.unreconciled,
        "healed": found.healed,
        "lagSeconds": found.lag.total_seconds(),
    }
