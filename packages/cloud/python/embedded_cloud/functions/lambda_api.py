"""Lambda's Invoke API: our own runtime serves it, not moto's containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response
from embedded_cloud.errors import LambdaError, PayloadTooLargeError, RecursiveInvocationError, ThrottledError

if TYPE_CHECKING:
    from embedded_cloud.backends.protocol import Operation
    from embedded_cloud.functions.function import Function
    from embedded_cloud.functions.functions import Functions

CONCURRENT_EXECUTIONS = 1000
"""An account's limit, as AWS sets it at first; nothing here holds to it."""
REFUSALS: dict[type[Exception], tuple[int, str]] = {
    RecursiveInvocationError: (400, "RecursiveInvocationException"),
    PayloadTooLargeError: (413, "RequestTooLargeException"),
    ThrottledError: (429, "TooManyRequestsException"),
}


class LambdaApi:
    """Invocations, and what the account may run at once."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self.operations: dict[str, Operation] = {
            "lambda:Invoke": self._invoke,
            "lambda:GetAccountSettings": self._account_settings,
        }

    def _invoke(self, request: AwsRequest) -> AwsResponse:
        name = request.parameters["FunctionName"]
        function = self._functions.find(name)
        if function is None:
            return error_response(404, "ResourceNotFoundException", f"Function not found: {name}")
        payload, trace_header = request.body or b"{}", request.header("X-Amzn-Trace-Id")
        if request.header("X-Amz-Invocation-Type") == "Event":
            self._functions.invoke_later(function.configuration.name, payload, trace_header)
            return AwsResponse(202)
        return _invoked(function, payload, trace_header)

    def _account_settings(self, _: AwsRequest) -> dict[str, Any]:
        reserved = sum(it.configuration.reserved_concurrency or 0 for it in self._functions.all())
        unreserved = CONCURRENT_EXECUTIONS - reserved
        limit = {"ConcurrentExecutions": CONCURRENT_EXECUTIONS, "UnreservedConcurrentExecutions": unreserved}
        return {"AccountLimit": limit}


def _invoked(function: Function, payload: bytes, trace_header: str | None) -> AwsResponse:
    headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST"}
    try:
        return AwsResponse(200, headers, function.invoke(payload, trace_header))
    except LambdaError as error:
        return AwsResponse(200, {**headers, "X-Amz-Function-Error": "Unhandled"}, error.payload)
    except tuple(REFUSALS) as error:
        return error_response(*REFUSALS[type(error)], str(error))
