"""A request to an AWS service and its response, whether they come over HTTP or from a client in this process.

Some operations are served here instead of by moto: JSON goes in, and JSON or an error of AWS's comes out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from moto.core.serialize import QuerySerializer
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OF_PATHS = {"lambda": "lambda", "xray": "xray", "ses": "sesv2"}
"""Services whose operations are told by their paths, and that others than the administrator call: boto3's names."""
CBOR = re.compile(r"/service/[^/]+/operation/(\w+)")


@dataclass
class AwsRequest:
    """One request to one AWS service, as it came over HTTP or from a client in this process.

    Attributes
    ----------
    access_key
        Says who calls; empty for the cloud's own parts.
    """

    service: str
    region: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    access_key: str = ""

    def header(self, name: str) -> str | None:
        """Give a header's value, whatever the case it was sent in."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), None)

    @cached_property
    def action(self) -> str:
        """The operation of a JSON protocol (`SendMessage`), or an empty string."""
        return (self.header("x-amz-target") or "").rpartition(".")[2]

    @property
    def operation(self) -> str:
        """The service that signs, and the operation, by any protocol but S3's: `lambda:Invoke`."""
        return f"{self.service}:{self._asked[0]}"

    @property
    def parameters(self) -> dict[str, Any]:
        """What the operation is asked with; without a payload, such as what Lambda invokes a function with."""
        return self._asked[1]

    @cached_property
    def _asked(self) -> tuple[str, dict[str, Any]]:
        if self.action:
            return self.action, _object(self.body)
        parts = urlsplit(self.path)
        query = {key: found[0] for key, found in parse_qs(parts.query).items()}
        for method, path, name, has_payload in _operations_of_paths(self.service):
            match = path.fullmatch(parts.path) if method == self.method else None
            if match:
                in_path = {key: unquote(value) for key, value in match.groupdict().items()}
                return name, {**query, **({} if has_payload else _object(self.body)), **in_path}
        if cbor := CBOR.fullmatch(parts.path):
            return cbor[1], {}
        if b"Action=" in self.body:
            query = {key: found[0] for key, found in parse_qs(self.body.decode(errors="replace")).items()}
        return query.get("Action", f"{self.method} {parts.path}"), query


@cache
def _operations_of_paths(service: str) -> list[tuple[str, re.Pattern[str], str, bool]]:
    """Give method, path and name of each operation, and whether its body is a payload, by the service's model."""
    model = get_service_model(OF_PATHS[service]) if service in OF_PATHS else None
    operations = [model.operation_model(name) for name in model.operation_names] if model else []
    return [
        (
            operation.http["method"],
            re.compile(re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", operation.http["requestUri"].rstrip("/")) + "/?"),
            operation.name,
            "payload" in (operation.input_shape.serialization if operation.input_shape else ()),
        )
        for operation in operations
    ]


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


@dataclass
class AwsResponse:
    """A response, before it becomes one of HTTP or of botocore."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def error_response(status: int, code: str, message: str) -> AwsResponse:
    """Give an error as AWS's JSON services do."""
    response = json_response({"__type": code, "message": message, "Message": message}, status)
    response.headers["x-amzn-errortype"] = code
    return response


def json_response(document: object, status: int = 200) -> AwsResponse:
    """Give a JSON document."""
    return AwsResponse(
        status,
        {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid4())},
        json.dumps(document).encode(),
    )


def query_response(service: str, operation: str, result: Mapping[str, Any]) -> AwsResponse:
    """Give what an operation of the query protocol returns, in XML by the service's model."""
    written: Any = QuerySerializer(get_service_model(service).operation_model(operation)).serialize(result)
    return AwsResponse(written["status_code"], written["headers"], written["body"].encode())


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
