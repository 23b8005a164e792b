"""The one module for logs, traces and metrics. The correlation id is the limitation id; no personal data is logged."""

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from restoration.errors import LONGEST, RestorationError, in_one_sentence

type Handler = Callable[[Any, LambdaContext], Any]

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


def causes_in_words(handler: Handler) -> Handler:
    """Let a state machine see one sentence where a function fails; the stack trace is in the log, with the request id.

    Lambda's runtime client writes a trace into the error that it returns, and Step Functions shows all of it as the
    execution's cause. It takes as many lines as Python prints of a trace (``sys.tracebacklimit``): none, from here to
    the next invocation. The error's class keeps its name, which is the contract with the state machine.

    It is the outermost decorator of each function that a state machine calls.
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
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}, got {fault['input']!r:.80}"
        for fault in error.errors(include_url=False, include_context=False)
    )
    what = " ".join(faults.split())[:LONGEST]
    return f"the machine's request is not as {error.title} expects it: {what}; deploy one that fits, then redrive"
