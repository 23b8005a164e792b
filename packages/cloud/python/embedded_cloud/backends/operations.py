"""Operations that are served here instead of by moto: JSON goes in, and JSON or an error of AWS's comes out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

type Operation = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes what was asked, and gives what is returned."""


class RefusedError(Exception):
    """A request that AWS refuses."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def serve(operation: Operation | None, request: AwsRequest) -> AwsResponse | None:
    """Serve a request by an operation; None when there is none, so that the request goes on to moto."""
    if operation is None:
        return None
    try:
        return json_response(operation(json.loads(request.body or b"{}")))
    except RefusedError as error:
        return error_response(400, error.code, str(error))
    except HTTPException as error:  # moto's own refusals
        document = json.loads(error.get_body() or "{}")
        return error_response(
            400, str(document.get("__type", "ValidationException")), str(document.get("message", error))
        )
