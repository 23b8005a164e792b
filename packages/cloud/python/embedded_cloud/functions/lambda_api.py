"""Lambda's Invoke API: our own runtime serves it, not moto's containers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response
from embedded_cloud.errors import LambdaError, PayloadTooLargeError, RecursiveInvocationError, ThrottledError

if TYPE_CHECKING:
    from embedded_cloud.backends.protocol import Operation
    from embedded_cloud.functions.functions import Functions

CONCURRENT_EXECUTIONS = 1000
"""An account's limit, as AWS sets it at first; nothing here holds to it."""
REFUSALS: dict[type[Exception], tuple[int, str]] = {
    RecursiveInvocationError: (400, "RecursiveInvocationException"),
    PayloadTooLargeError: (413, "RequestTooLargeException"),
    ThrottledError: (429, "TooManyRequestsException"),
}


def operations(functions: Functions) -> dict[str, Operation]:
    """Give the operations: invocations, and what the account may run at once."""
    return {
        "lambda:Invoke": partial(_invoke, functions),
        "lambda:GetAccountSettings": partial(_account_settings, functions),
    }


def _account_settings(functions: Functions, _: AwsRequest) -> dict[str, Any]:
    unreserved = CONCURRENT_EXECUTIONS - sum(it.configuration.reserved_concurrency or 0 for it in functions.all())
    limit = {"ConcurrentExecutions": CONCURRENT_EXECUTIONS, "UnreservedConcurrentExecutions": unreserved}
    return {"AccountLimit": limit}


def _invoke(functions: Functions, request: AwsRequest) -> AwsResponse:
    name = request.parameters["FunctionName"]
    function = functions.find(name)
    if function is None:
        return error_response(404, "ResourceNotFoundException", f"Function not found: {name}")
    payload, trace_header = request.body or b"{}", request.header("X-Amzn-Trace-Id")
    if request.header("X-Amz-Invocation-Type") == "Event":
        functions.later.invoke(function.configuration.name, payload, trace_header)
        return AwsResponse(202)
    headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST"}
    try:
        return AwsResponse(200, headers, function.invoke(payload, trace_header))
    except LambdaError as error:
        return AwsResponse(200, {**headers, "X-Amz-Function-Error": "Unhandled"}, error.payload)
    except tuple(REFUSALS) as error:
        return error_response(*REFUSALS[type(error)], str(error))
