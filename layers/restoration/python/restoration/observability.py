"""The one module for logs and metrics; :mod:`restoration.tracing` is the one for traces.

The correlation id is the limitation id. No personal data is logged.
"""

import warnings

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from restoration.tracing import annotate, tracer

__all__ = ["concern", "count", "logger", "metrics", "tracer"]

# Most invocations count nothing of their own: not worth a line in the log each time.
warnings.filterwarnings("ignore", message="No application metrics to publish")

logger = Logger()
metrics = Metrics()


def count(name: str, value: int = 1) -> None:
    """Add to a counter of this invocation (EMF, flushed when the handler returns)."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def concern(limitation_id: str) -> None:
    """Name the limitation that is worked on from here on: in the logs, and in the trace, which is found by it."""
    logger.set_correlation_id(limitation_id)
    annotate(limitation_id=limitation_id)
