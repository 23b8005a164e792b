"""boto3 clients that reach the embedded cloud without HTTP: for its own parts, and for tests in this process."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from moto.core.botocore_stubber import MockRawResponse

from embedded_cloud.backends.dispatch import Dispatcher
from embedded_cloud.backends.protocol import AwsRequest
from embedded_cloud.observability.tracing import current_trace_header

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

ACCESS_KEY = "testing"
SECRET_KEY = "testing"  # noqa: S105 - what moto's own documentation uses; it opens nothing


class Clients:
    """One client per service and caller, built once: building one costs tens of milliseconds."""

    def __init__(self, dispatcher: Dispatcher, region: str, endpoint_url: str) -> None:
        self._dispatcher = dispatcher
        self._region = region
        self._endpoint_url = endpoint_url
        self._session = boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=region)
        self._clients: dict[tuple[str, bool, str], Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str, *, validate: bool = True, access_key: str = "") -> Any:
        """Give the client of a service.

        Parameters
        ----------
        service : str
            boto3's name of it, for instance `stepfunctions`.
        validate : bool
            Whether parameters are checked before they are sent, as boto3 does; Step Functions' tasks send as they are.
        access_key : str
            Says who calls; the cloud's own parts have none, and may do everything.
        """
        with self._lock:
            key = (service, validate, access_key)
            if key not in self._clients:
                client = self._session.client(  # type: ignore[call-overload]
                    service,
                    endpoint_url=self._endpoint_url,
                    config=Config(
                        parameter_validation=validate,
                        retries={"total_max_attempts": 1},
                        s3={"addressing_style": "path"},
                        # Signing takes longer than moto's whole response, and nobody checks it here.
                        signature_version=UNSIGNED,
                    ),
                )
                send = partial(self._send, client.meta.service_model.signing_name, access_key)
                client.meta.events.register("before-send", send)
                self._clients[key] = client
            return self._clients[key]

    def _send(self, service: str, access_key: str, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """Carry out a request: botocore calls this before it opens a connection, and takes the response."""
        headers = {key: _text(value) for key, value in request.headers.items()}
        trace_header = current_trace_header()
        if trace_header:
            headers.setdefault("X-Amzn-Trace-Id", trace_header)
        given: Any = request.body or b""
        if hasattr(given, "read"):
            given = given.read()
        body = given.encode() if isinstance(given, str) else bytes(given)
        parts = urlsplit(request.url)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        asked = AwsRequest(service, self._region, request.method, path, headers, body, access_key)
        response = self._dispatcher.handle(asked)
        return AWSResponse(request.url, response.status, response.headers, MockRawResponse(response.body))  # type: ignore[arg-type]


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
