"""The one module for logs and metrics; :mod:`restoration.tracing` is the one for traces.

The correlation id is the limitation id. No personal data is logged.
"""

import sys
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from restoration.errors import (
    LONGEST,
    ClaimContended,
    EnedisQuotaExhausted,
    PaymentNotShown,
    RestorationError,
    in_one_sentence,
)
from restoration.tracing import annotate, tracer

__all__ = ["concern", "count", "logger", "machine_handler", "metrics", "observed", "tracer"]

type Handler = Callable[[Any, LambdaContext], Any]

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


def observed(handler: Handler, about: str | None = None) -> Handler:
    """The handler with its logs, its trace and its metrics.

    Parameters
    ----------
    about
        The field of the event that names the case, for the logs.
    """
    logged = logger.inject_lambda_context(clear_state=True, correlation_id_path=about)(handler)
    return metrics.log_metrics(tracer.capture_lambda_handler(logged))


def machine_handler[Request](
    read: Callable[[Any], Request], about: str | None = "limitationId", failures: str = ""
) -> Callable[[Callable[[Request, LambdaContext], Any]], Handler]:
    """The handler of a function that a state machine calls, which sees one sentence where it fails.

    Parameters
    ----------
    read
        Makes a request of the event, or raises pydantic's ``ValidationError``.
    about
        As :func:`observed` takes it.
    failures
        The counter of its failures, where an alarm looks at their share.
    """

    def made(handler: Callable[[Request, LambdaContext], Any]) -> Handler:
        @wraps(handler)
        def asked(event: Any, context: LambdaContext) -> Any:
            return handler(read(event), context)

        return _causes_in_words(observed(_counting(asked, failures) if failures else asked, about))

    return made


def _causes_in_words(handler: Handler) -> Handler:
    """Let a state machine see one sentence where a function fails; the stack trace is in the log, with the request id.

    Lambda's runtime client writes a trace into the error that it returns, and Step Functions shows all of it as the
    execution's cause. It takes as many lines as Python prints of a trace (``sys.tracebacklimit``): none, from here to
    the next invocation. The error's class keeps its name, which is the contract with the state machine.
    """

    @wraps(handler)
    def in_words(event: Any, context: LambdaContext) -> Any:
        sys.tracebacklimit = ALL_LINES
        try:
            return handler(event, context)
        except Exception as error:
            logger.exception("the state machine gets an error")
            sys.tracebacklimit = 0
            raise _in_words(error) from None

    return in_words


MEANT = (ClaimContended, EnedisQuotaExhausted, PaymentNotShown)
"""Errors that tell a state to try again, while all is well."""


def _counting(handler: Handler, name: str) -> Handler:
    """Count each call, as 0 or as a failure: an alarm looks at their share, and errors that are meant are none.

    Lambda's own count of errors has those, too, and another clock, so it can't be made good by a subtraction.
    """

    @wraps(handler)
    def counted(event: Any, context: LambdaContext) -> Any:
        try:
            result = handler(event, context)
        except Exception as error:
            count(name, int(not isinstance(error, MEANT)))
            raise
        count(name, 0)
        return result

    return counted


ALL_LINES = 1_000
"""As many lines of a trace as Python prints unless it is told otherwise."""


def _in_words(error: Exception) -> Exception:
    """Our error with one sentence as its text; for any other, an error whose class has the same name."""
    if isinstance(error, RestorationError):
        error.args = (in_one_sentence(error),)
        return error.with_traceback(None)
    sentence = _of_a_request(error) if isinstance(error, ValidationError) else in_one_sentence(error)
    named_alike: type[Exception] = type(type(error).__name__, (Exception,), {})
    return named_alike(sentence)


def _of_a_request(error: ValidationError) -> str:
    faults = "; ".join(
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}, got {fault['input']!r:.80}" for fault in error.errors()
    )
    what = " ".join(faults.split())[:LONGEST]
    return f"the machine's request is not as {error.title} expects it: {what}; deploy one that fits, then redrive"
