"""How each call that leaves for Enedis is traced and measured."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools.metrics import MetricUnit

from restoration.observability import count, metrics
from restoration.tracing import named_call

KINDS = {
    "consulterDonneesPoint": "Reads",
    "commanderInterventionImpaye": "Orders",
    "annulerInterventionImpaye": "Cancellations",
    "planifierIntervention": "Visits",
}
"""What the metric of an operation is called, after ``EnedisCalls``."""


@contextmanager
def watched_call(operation: str) -> Iterator[None]:
    """Trace a call to Enedis, count it, and measure how long the response took.

    Counters: ``EnedisCalls`` with each of :data:`KINDS`; where no response came, ``EnedisCallsWithoutResponse``, too.
    ``EnedisCallDuration`` is in milliseconds. A call that quota or breaker held back never left, and counts nowhere.
    """
    count(f"EnedisCalls{KINDS[operation]}")
    began = time.perf_counter()
    try:
        with named_call("Enedis", operation):
            yield
    except Exception:  # whatever went wrong, there was no response; it goes on
        count("EnedisCallsWithoutResponse")
        raise
    finally:
        took = (time.perf_counter() - began) * 1000
        metrics.add_metric(name="EnedisCallDuration", unit=MetricUnit.Milliseconds, value=took)
