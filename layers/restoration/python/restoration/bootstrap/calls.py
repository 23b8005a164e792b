"""How each call that leaves for Enedis is traced and measured."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aws_lambda_powertools.metrics import MetricUnit

from restoration.observability import count, metrics
from restoration.tracing import http_call

KINDS = {
    "consulterDonneesPoint": "Reads",
    "commanderInterventionImpaye": "Orders",
    "annulerInterventionImpaye": "Cancellations",
    "planifierIntervention": "Visits",
}
"""What the metric of an operation is called, after ``EnedisCalls``."""


@contextmanager
def watched_call(url: str, operation: str) -> Iterator[Callable[[int], None]]:
    """Trace a call to Enedis, count it, and measure how long the response took. Yields what takes its status.

    Counters: ``EnedisCalls`` with each of :data:`KINDS`; where no response came, ``EnedisCallsWithoutResponse``, too.
    ``EnedisCallDuration`` is in milliseconds. A call that quota or breaker held back never left, and counts nowhere.
    """
    count(f"EnedisCalls{KINDS[operation]}")
    began = time.perf_counter()
    try:
        with http_call("Enedis", operation, "POST", url) as note_status:
            yield note_status
    except Exception:  # whatever went wrong, there was no response; it goes on
        count("EnedisCallsWithoutResponse")
        raise
    finally:
        took = (time.perf_counter() - began) * 1000
        metrics.add_metric(name="EnedisCallDuration", unit=MetricUnit.Milliseconds, value=took)
