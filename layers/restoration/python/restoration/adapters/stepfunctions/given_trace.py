"""An execution goes on in the trace that its start was given."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from mypy_boto3_stepfunctions import SFNClient


def start_in_given_trace(client: "SFNClient") -> None:
    """Make ``StartExecution`` use the trace in its body.

    The tracer adds the header ``X-Amzn-Trace-Id`` of the invocation to each request, and Step Functions prefers a
    header to the body: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    """
    client.meta.events.register("before-send.sfn.StartExecution", _trace_of_body_in_header, unique_id="given-trace")


def _trace_of_body_in_header(request: "AWSPreparedRequest", **_: object) -> None:
    body: Any = request.body
    if header := json.loads(body).get("traceHeader"):
        request.headers["X-Amzn-Trace-Id"] = header
