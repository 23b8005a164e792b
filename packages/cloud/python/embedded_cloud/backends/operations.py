"""Operations that are served here instead of by moto: JSON goes in, and JSON or an error of AWS's comes out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

type Operation = Callable[[AwsRequest], Mapping[str, Any] | AwsResponse | None]
"""Gives what is returned for a request; None lets the request go on to moto."""


class RefusedError(Exception):
    """A request that AWS refuses."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def serve(operation: Operation, request: AwsRequest) -> AwsResponse | None:
    """Serve a request by an operation; None where it goes on to moto."""
    try:
        result = operation(request)
    except RefusedError as error:
        return error_response(error.status, error.code, str(error))
    except HTTPException as error:  # moto's own refusals
        document = json.loads(error.get_body() or "{}")
        return error_response(
            400, str(document.get("__type", "ValidationException")), str(document.get("message", error))
        )
    return result if result is None or isinstance(result, AwsResponse) else json_response(result)
