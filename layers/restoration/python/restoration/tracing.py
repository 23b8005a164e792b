"""The one module for traces: what is traced beside what Powertools and the X-Ray SDK trace by themselves.

A trace is found by its annotations: the limitation, the outcome, the class of an error. No personal data is in one.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import wraps
from typing import Any

from aws_lambda_powertools import Tracer
from aws_xray_sdk.core.lambda_launcher import LambdaContext
from aws_xray_sdk.core.models.trace_header import TraceHeader
from aws_xray_sdk.core.models.traceid import TraceId

from restoration import startup
from restoration.record_trace import in_trace, trace_of_record


class CaseTracer(Tracer):
    """Powertools' tracer. It also names an invocation's limitation, and copies no error's text.

    The SDK writes the text and the stack of an exception that passes through a subsegment into the trace, and a text
    may say what billing returned. So an exception passes through none: its class is noted, and it is raised outside.
    """

    def capture_lambda_handler(self, lambda_handler: Any = None, *_: Any, **__: Any) -> Any:
        """As Powertools does. A handler's event may name its limitation."""

        @wraps(lambda_handler)
        def annotated(event: Any, context: Any, **more: Any) -> tuple[Any, Exception | None]:
            limitation_id = event.get("limitationId") if isinstance(event, Mapping) else None
            if isinstance(limitation_id, str):
                annotate(limitation_id=limitation_id)
            try:
                return lambda_handler(event, context, **more), None
            except Exception as error:  # noqa: BLE001 - the caller raises it again, outside of the subsegment
                _note_error(_recorder.current_subsegment(), error)
                return None, error

        captured = super().capture_lambda_handler(annotated, capture_response=False, capture_error=False)

        @wraps(lambda_handler)
        def handler(event: Any, context: Any, **more: Any) -> Any:
            _forget_the_last_invocation()
            result, error = captured(event, context, **more)
            if error is not None:
                raise error
            return result

        # A handler is the last that its module makes.
        startup.end()
        return handler


tracer = CaseTracer()
_recorder: Any = tracer.provider
"""The X-Ray SDK's recorder: Powertools names only a part of it."""


def annotate(*, limitation_id: str | None = None, outcome: str | None = None) -> None:
    """Annotate the part of the trace that is open. Nothing else is annotated: all annotations can be searched for."""
    for key, value in (("limitationId", limitation_id), ("outcome", outcome)):
        if value is not None:
            tracer.put_annotation(key, value)


@contextmanager
def part(name: str, namespace: str = "local") -> Iterator[Any]:
    """Trace a part of the work as a subsegment, which is None where nothing is traced.

    An error that leaves it is noted by its class, without its text.

    Parameters
    ----------
    name
        What is done, or the other system's name.
    namespace
        ``remote`` for a call to another system, else ``local``.
    """
    subsegment = _recorder.begin_subsegment(name, namespace)
    try:
        yield subsegment
    except Exception as error:
        _note_error(subsegment, error)
        raise
    finally:
        _recorder.end_subsegment()


@contextmanager
def record(trace_header: str | None) -> Iterator[None]:
    """Trace the work on one queued record, which came with this X-Ray header, if any."""
    with in_trace(trace_header), part("record"):
        yield


def trace_of_copy() -> dict[str, Any]:
    """The argument by which SQS puts a copy of the record that is worked on into the trace that the record came in.

    Else it would go on in the batch's trace, which may not be sampled, and copies of copies would hang in a chain.
    """
    header = trace_of_record()
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": header}}
    return {"MessageSystemAttributes": trace} if header else {}


def note_case(limitation_id: str, outcome: str) -> None:
    """Note that a limitation was met, and with what outcome: one record may concern several limitations."""
    with part("limitation"):
        annotate(limitation_id=limitation_id, outcome=outcome)


@contextmanager
def http_call(system: str, operation: str, method: str, url: str) -> Iterator[Callable[[int], None]]:
    """Trace an HTTP call of urllib3, which the tracer does not see by itself. Yields what takes the response's status.

    Parameters
    ----------
    url
        Without its query, and without a customer's id.
    """
    with part(system, "remote") as subsegment:
        _put(subsegment, "operation", operation)
        if subsegment is not None:
            subsegment.put_http_meta("method", method)
            subsegment.put_http_meta("url", url)
        yield lambda status: None if subsegment is None else subsegment.put_http_meta("status", status)


def trace_of_execution(of_fact: str | None = None) -> str:
    """The X-Ray header of a new execution: in its fact's trace, else in one of its own; sampled in any case.

    The fact is the record that is worked on, or was noted with this header.

    It is never in the trace of the batch or the check that starts it. Many executions would share that one, and X-Ray
    may end a trace at 100 KB.
    """
    given = TraceHeader.from_header_str(of_fact or trace_of_record())
    return str(TraceHeader(root=given.root or TraceId().to_id(), parent=given.parent, sampled=1).to_header_str())


def start_in_given_trace(client: Any) -> None:
    """Make ``StartExecution`` use the trace in its body.

    The tracer adds the header ``X-Amzn-Trace-Id`` of the invocation to each request, and Step Functions prefers a
    header to the body: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    """
    client.meta.events.register("before-send.sfn.StartExecution", _trace_of_body_in_header, unique_id="given-trace")


def _trace_of_body_in_header(request: Any, **_: object) -> None:
    if header := json.loads(request.body).get("traceHeader"):
        request.headers["X-Amzn-Trace-Id"] = header


def _forget_the_last_invocation() -> None:
    """Let the SDK look at this invocation's header.

    It keeps the segment of the invocation before while the trace is the same. So all decisions of an execution that
    one worker evaluates would be parts of the first.
    """
    if isinstance(_recorder.context, LambdaContext):
        _recorder.clear_trace_entities()


def _note_error(subsegment: Any, error: Exception) -> None:
    if subsegment is not None:
        subsegment.add_fault_flag()
        _put(subsegment, "errorClass", type(error).__name__)


def _put(subsegment: Any, key: str, value: str) -> None:
    if subsegment is not None:
        subsegment.put_annotation(key, value)


THREADS = 4
"""A call to AWS takes some 30 ms, so that four at a time are more than a hundred a second."""


def together[Given, Result](function: Callable[[Given], Result], items: Iterable[Given]) -> list[Result]:
    """Call a function for each item, for some at the same time; their calls are in the trace of this invocation."""
    segment = _recorder.get_trace_entity()

    def traced(item: Given) -> Result:
        _recorder.set_trace_entity(segment)
        return function(item)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(traced, items))
