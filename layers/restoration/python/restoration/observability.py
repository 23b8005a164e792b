"""The one module for logs, traces and metrics. The correlation id is the limitation id; no personal data is logged."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

# Most invocations count nothing of their own: not worth a line in the log each time.
warnings.filterwarnings("ignore", message="No application metrics to publish")

logger = Logger()
tracer = Tracer()
metrics = Metrics()


def count(name: str, value: int = 1) -> None:
    """Add to a counter of this invocation (EMF, flushed when the handler returns)."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


@contextmanager
def named_call(system: str, operation: str) -> Iterator[None]:
    """Trace a call to another system under its name and the operation's, so that a search finds it.

    Within, the tracer itself makes the remote subsegment of the HTTP request, which bears the host's name.
    """
    with tracer.provider.in_subsegment(name=system) as subsegment:
        subsegment.put_annotation(key="operation", value=operation)
        yield
