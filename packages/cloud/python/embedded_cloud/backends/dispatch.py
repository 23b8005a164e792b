"""From an AWS request to moto's backend for it, in this process, with what moto lacks around it."""

from __future__ import annotations

import json
import threading
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from embedded_cloud.backends import tables
from embedded_cloud.backends.late_indexes import LateIndexes
from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, Operation, error_response, serve
from embedded_cloud.backends.transactions import Transactions
from embedded_cloud.observability.tracing import traced_by
from embedded_cloud.subscriptions import Hooks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embedded_cloud.activity import Activity
    from embedded_cloud.clock import Clock

HOST_BY_SIGNING_NAME = {"ses": "email"}
"""Services whose host is not called as their credential scope is; all others are the same."""

MOTO = BotocoreStubber()
NOTHING_OF_MOTO = "Not yet implemented"
"""What it says of a service that it does not have."""

SERVICES_WITHOUT_LOCK = frozenset({"states"})
"""Their calls wait for others (a task token, a nested execution), so they must not hold the lock while they do."""


type Interceptor = "Callable[[AwsRequest], AwsResponse | None]"
"""Sees a request; a response of its own keeps the request from moto."""
type After = "Callable[[AwsRequest, AwsResponse], AwsResponse]"
"""Is shown moto's response, and gives what the caller gets to see of it."""


class Dispatcher:
    """Sends requests to moto's backends, one at a time; the gate is asked before all interceptors.

    moto's backends are plain dictionaries without locks: a conditional update is a check and then a write. AWS
    promises that no other write comes between them, so each call holds one lock while it is in the backend.

    Attributes
    ----------
    interceptors
        See each request first, the newest before the others.
    """

    def __init__(self, region: str, activity: Activity, clock: Clock, gate: Interceptor, after: After) -> None:
        self.region = region
        self.lock = threading.RLock()
        self._is_closed = False
        self.transactions = Transactions(region)
        self.indexes = LateIndexes(clock)
        self._activity = activity
        self._gate, self._after = gate, after
        self.interceptors = Hooks[Interceptor]()
        self._operations: dict[str, Operation] = {}

    def serve(self, operations: Mapping[str, Operation]) -> None:
        """Let operations, such as `lambda:Invoke`, be served here: moto has them otherwise, or not at all."""
        self._operations |= operations

    def handle(self, request: AwsRequest) -> AwsResponse:
        """Return the response to a request, from an interceptor or from moto."""
        with traced_by(request.header("X-Amzn-Trace-Id")):
            return self._handle(request)

    def _handle(self, request: AwsRequest) -> AwsResponse:
        for interceptor in (self._gate, *self.interceptors[::-1]):
            response = interceptor(request)
            if response is not None:
                return response
        operation = self._operations.get(request.operation)
        response = serve(operation, request) if operation else None
        if response is None and request.operation == "sqs:ReceiveMessage":
            return self._receive_messages(request)
        if response is None:
            response = self._after(request, self.ask_moto(request))
        if request.method != "GET":
            self._activity.report()
        return response

    def _receive_messages(self, request: AwsRequest) -> AwsResponse:
        """Long polling without holding the lock, and woken by activity instead of asking again and again."""
        deadline = time.monotonic() + int(request.parameters.get("WaitTimeSeconds") or 0)
        request.body = json.dumps({**request.parameters, "WaitTimeSeconds": 0}).encode()
        while True:
            seen = self._activity.version
            response = self.ask_moto(request)
            left = deadline - time.monotonic()
            if left <= 0 or b'"Messages"' in response.body or response.status != 200:  # noqa: PLR2004 - HTTP OK
                return response
            self._activity.wait(seen, min(left, 1.0))

    def close(self) -> None:
        """Let no request into moto any more, and wait for the one that is there.

        moto's state is the process's. A request that outlived its cloud would change that of the next one: a
        transaction that fails puts its tables back.
        """
        with self.lock:
            self._is_closed = True

    def ask_moto(self, request: AwsRequest) -> AwsResponse:
        """Return moto's response; no interceptor is asked."""
        with self.transactions.entering(request) as refusal:
            return refusal or self._carry_out(request)

    def _carry_out(self, request: AwsRequest) -> AwsResponse:
        with nullcontext() if request.service in SERVICES_WITHOUT_LOCK else self.lock:
            if self._is_closed:
                return error_response(503, "ServiceUnavailable", "The embedded cloud has ended")
            if self.indexes.are_late:
                backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][request.region]
                written = tables.writes_of(request)
                self.indexes.note(each for write in written for each in tables.present(backend, write))
            status, headers, body = tables.respond(request) or _respond(request)
        if body == NOTHING_OF_MOTO:
            return error_response(404, "UnknownOperationException", f"moto has no {request.service} API")
        content = body.encode() if isinstance(body, str) else bytes(body or b"")
        return AwsResponse(int(status or 500), _plain_headers(headers), content)


def _respond(request: AwsRequest) -> Any:
    host = f"{HOST_BY_SIGNING_NAME.get(request.service, request.service)}.{request.region}.amazonaws.com"
    headers = HTTPHeaders.from_dict(request.headers)
    del headers["host"], headers["Authorization"]
    headers["host"] = host
    # Some of moto's services read the region from the signature, and some look for the account of its key.
    scope = f"testing/20260101/{request.region}/{request.service}/aws4_request"
    headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"
    url = f"https://{host}{request.path}"
    return MOTO.process_request(
        AWSPreparedRequest(method=request.method, url=url, headers=headers, body=request.body, stream_output=False)
    )


def _plain_headers(headers: Any) -> dict[str, str]:
    pairs = headers.items() if hasattr(headers, "items") else headers
    return {str(key): str(value) for key, value in pairs if str(key).lower() not in {"content-length", "connection"}}
