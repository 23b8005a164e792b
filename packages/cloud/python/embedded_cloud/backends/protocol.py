"""A request to an AWS service and its response, whether they come over HTTP or from a client in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.core.serialize import QuerySerializer
from moto.core.utils import get_service_model

if TYPE_CHECKING:
    from collections.abc import Mapping


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

    @property
    def action(self) -> str:
        """The operation of a JSON protocol (`SendMessage`), or an empty string."""
        return (self.header("x-amz-target") or "").rpartition(".")[2]


@dataclass
class AwsResponse:
    """A response, before it becomes one of HTTP or of botocore."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def error_response(status: int, code: str, message: str) -> AwsResponse:
    """Give an error as AWS's JSON services do."""
    return AwsResponse(
        status,
        {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code, "x-amzn-RequestId": str(uuid4())},
        json.dumps({"__type": code, "message": message, "Message": message}).encode(),
    )


def json_response(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> AwsResponse:
    """Give a JSON document."""
    return AwsResponse(
        status,
        {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid4()), **(headers or {})},
        json.dumps(document).encode(),
    )


def query_response(service: str, operation: str, result: Mapping[str, Any]) -> AwsResponse:
    """Give what an operation of the query protocol returns, in XML by the service's model."""
    found = QuerySerializer(get_service_model(service).operation_model(operation)).serialize(result)
    return AwsResponse(found["status_code"], found["headers"], found["body"].encode())
