"""Lambda's Invoke API: our own runtime serves it, not moto's containers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response, json_response
from embedded_cloud.errors import LambdaError, PayloadTooLargeError, RecursiveInvocationError, ThrottledError

if TYPE_CHECKING:
    from embedded_cloud.functions.function import Function
    from embedded_cloud.functions.functions import Functions

INVOCATIONS = re.compile(r"^/2015-03-31/functions/(?P<name>[^/?]+)/invocations/?(?:\?.*)?$")
ACCOUNT_SETTINGS = re.compile(r"/2016-08-19/account-settings/?")
CONCURRENT_EXECUTIONS = 1000
"""An account's limit, as AWS sets it at first; nothing here holds to it."""
GIGABYTE = 1024**3


class LambdaApi:
    """An interceptor for the dispatcher: takes invocations, leaves Lambda's other operations to moto."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    def __call__(self, request: AwsRequest) -> AwsResponse | None:
        """Serve an invocation, or say what the account may run at once; None for any other request."""
        if request.service == "lambda" and ACCOUNT_SETTINGS.fullmatch(request.path):
            return self._account_settings()
        match = INVOCATIONS.match(request.path) if request.service == "lambda" and request.method == "POST" else None
        if match is None:
            return None
        name = unquote(match["name"])
        function = self._functions.find(name)
        if function is None:
            return error_response(404, "ResourceNotFoundException", f"Function not found: {name}")
        kind = request.header("X-Amz-Invocation-Type") or "RequestResponse"
        payload = request.body or b"{}"
        trace_header = request.header("X-Amzn-Trace-Id")
        if kind == "Event":
            self._functions.invoke_later(function.configuration.name, payload, trace_header)
            return AwsResponse(202)
        return _invoke(function, payload, trace_header)

    def _account_settings(self) -> AwsResponse:
        functions = [function.configuration for function in self._functions.all()]
        reserved = sum(it.reserved_concurrency or 0 for it in functions)
        limit = {
            "TotalCodeSize": 75 * GIGABYTE,
            "CodeSizeUnzipped": 262_144_000,
            "CodeSizeZipped": 52_428_800,
            "ConcurrentExecutions": CONCURRENT_EXECUTIONS,
            "UnreservedConcurrentExecutions": CONCURRENT_EXECUTIONS - reserved,
        }
        return json_response(
            {"AccountLimit": limit, "AccountUsage": {"TotalCodeSize": 0, "FunctionCount": len(functions)}}
        )


def _invoke(function: Function, payload: bytes, trace_header: str | None) -> AwsResponse:
    headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST"}
    try:
        return AwsResponse(200, headers, function.invoke(payload, trace_header))
    except LambdaError as error:
        return AwsResponse(200, {**headers, "X-Amz-Function-Error": "Unhandled"}, error.payload)
    except RecursiveInvocationError as error:
        return error_response(400, "RecursiveInvocationException", str(error))
    except ThrottledError as error:
        response = error_response(429, "TooManyRequestsException", str(error))
        response.body = json.dumps(
            {"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", "message": str(error)}
        ).encode()
        return response
    except PayloadTooLargeError as error:
        return error_response(413, "RequestTooLargeException", str(error))
