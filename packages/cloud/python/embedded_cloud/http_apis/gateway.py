"""What happens to a request of an API, in its order: CORS, route, throttling, authorizer, function, log and metrics."""

from __future__ import annotations

import json
import re
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from embedded_cloud.backends.throttling import Bucket
from embedded_cloud.errors import CloudError, PayloadTooLargeError, ThrottledError
from embedded_cloud.http_apis.authorizers import JwtAuthorizers, UnauthorizedError
from embedded_cloud.http_apis.cors import preflight, with_cors
from embedded_cloud.http_apis.messages import (
    TOO_LARGE,
    HttpRequest,
    HttpResponse,
    MalformedResultError,
    event_of,
    message,
    response_of,
)
from embedded_cloud.http_apis.reports import line_of, write_line
from embedded_cloud.http_apis.routes import DEFAULT, select
from embedded_cloud.observability.tracing import complete_trace_header

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embedded_cloud.functions.functions import Functions
    from embedded_cloud.metrics import MetricStore
    from embedded_cloud.rights.rights import Rights

FORBIDDEN = message(403, "Forbidden")
NOT_FOUND = message(404, "Not Found")
TOO_MANY = message(429, "Too Many Requests")
INTERNAL_ERROR = message(500, "Internal Server Error")
UNAVAILABLE = message(503, "Service Unavailable")
FUNCTION_IN_URI = re.compile(r"(arn:aws[a-z-]*:lambda:[^/]+)")
MAX_BODY_BYTES = 10 * 1024 * 1024
CLIENTS, SERVERS = 4, 5
"""Whose error a response is, by the first digit of its status."""


@dataclass
class Passage:
    """A request on its way through an API.

    Attributes
    ----------
    stage
        Moto's; None where there is none.
    found
        Its route, once that is known.
    """

    request: HttpRequest
    stage: Any
    found: Any = None

    @property
    def route_key(self) -> str:
        """The key of its route; empty where it has none."""
        return str(self.found.route.route_key) if self.found else ""


@dataclass
class Gateway:
    """Serves the requests of one API by what moto knows of it at their moment.

    Attributes
    ----------
    api
        Moto's.
    logs
        A client of CloudWatch Logs.
    """

    api: Any
    region: str
    functions: Functions
    rights: Rights
    authorizers: JwtAuthorizers
    metrics: MetricStore
    logs: Any
    _buckets: dict[tuple[object, ...], Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Give the response to a request."""
        began = time.monotonic()
        passage = Passage(request, self.api.stages.get(DEFAULT))
        cors = self.api.cors_configuration
        response = preflight(cors, request) if cors and passage.stage else None
        if self._is_foreign(request.joined.get("host", "")):
            response = FORBIDDEN
        elif response is None:
            response = self._routed(passage) if passage.stage else NOT_FOUND
            response = with_cors(cors, request, response) if cors else response
        response = replace(response, headers=(*response.headers, ("apigw-requestid", request.id)))
        self._report(passage, response, time.monotonic() - began)
        return response

    def _is_foreign(self, host: str) -> bool:
        """Whether a request is for another host: `domainName` would be a lie that a client told."""
        address = urlsplit(self.api.api_endpoint)
        return host not in {address.netloc, f"localhost:{address.port}"}

    def _routed(self, passage: Passage) -> HttpResponse:
        if len(passage.request.body) > MAX_BODY_BYTES:
            return TOO_LARGE
        passage.found = select(list(self.api.routes.values()), passage.request.method, passage.request.path)
        if passage.found is None:
            return NOT_FOUND
        if not self._has_room(passage):
            return TOO_MANY
        route, authorized = passage.found.route, {}
        if route.authorizer_id:
            try:
                authorized = self.authorizers.authorize(self.api.authorizers[route.authorizer_id], passage.request)
            except UnauthorizedError as error:
                return error.response
        return self._invoked(passage, authorized)

    def _has_room(self, passage: Passage) -> bool:
        """Take a token of the route's bucket; it has as many as its burst, and gets some back each second."""
        settings = passage.stage.default_route_settings
        rate, burst = (settings.get(f"throttling{each}Limit") for each in ("Rate", "Burst"))
        if rate is None or burst is None:
            return True
        now, key = time.monotonic(), (passage.route_key, rate, burst)
        with self._lock:
            full = Bucket("apigateway", frozenset(), float(burst), float(rate), float(burst), now)
            return self._buckets.setdefault(key, full).take(now)

    def _invoked(self, passage: Passage, authorizer: Mapping[str, Any]) -> HttpResponse:
        """Give the response of a route's function; `authorizer` is what it gets of the request's token."""
        integration = self.api.integrations[passage.found.route.target.removeprefix("integrations/")]
        try:
            function = self.functions.named(_function_of(integration.integration_uri))
            self._require(function.configuration.arn, passage)
            trace = complete_trace_header(passage.request.joined.get("x-amzn-trace-id"))
            payload = json.dumps(self._event(passage, authorizer, trace)).encode()
            result = _within(integration.timeout_in_millis / 1000, lambda: function.invoke(payload, trace))
            return response_of(result)
        except TimeoutError:
            return UNAVAILABLE
        except (CloudError, MalformedResultError) as error:
            if isinstance(error, PayloadTooLargeError):
                return TOO_LARGE
            return UNAVAILABLE if isinstance(error, ThrottledError) else INTERNAL_ERROR

    def _require(self, function_arn: str, passage: Passage) -> None:
        """Make sure that the function lets the API invoke it for the route."""
        method, _, path = passage.route_key.partition(" ")
        route = f"{passage.request.method}{path}" if path else method
        source = (
            f"arn:aws:execute-api:{self.region}:{self.rights.account}:{self.api.api_id}/{passage.stage.name}/{route}"
        )
        self.rights.require_of_service("apigateway.amazonaws.com", "lambda:InvokeFunction", function_arn, source)

    def _event(self, passage: Passage, authorizer: Mapping[str, Any], trace: str) -> dict[str, Any]:
        request, host = passage.request, passage.request.joined.get("host", "")
        context = {
            "accountId": self.rights.account,
            "apiId": self.api.api_id,
            **({"authorizer": authorizer} if authorizer else {}),
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "routeKey": passage.route_key,
            "stage": passage.stage.name,
        }
        event = event_of(request, context, passage.found.variables)
        came_by = event["headers"].get("x-forwarded-for")
        event["headers"] |= {
            "x-amzn-trace-id": trace.partition(";")[0],
            "x-forwarded-for": f"{came_by}, {request.source_ip}" if came_by else request.source_ip,
            "x-forwarded-port": host.partition(":")[2] or "80",
            "x-forwarded-proto": "http",
        }
        return event

    def _report(self, passage: Passage, response: HttpResponse, seconds: float) -> None:
        """Count the request, by API and stage: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html."""
        stage, kind = passage.stage, response.status // 100
        counts = {"Count": 1, "4xx": kind == CLIENTS, "5xx": kind == SERVERS}
        for of_stage in ({}, {"Stage": stage.name}) if stage else ({},):
            self.metrics.put("AWS/ApiGateway", counts, {"ApiId": self.api.api_id, **of_stage})
        if stage and stage.access_log_settings:
            settings = stage.access_log_settings
            known = {
                "error.message": response.error,
                "requestId": passage.request.id,
                "requestTime": passage.request.time,
                "responseLatency": round(seconds * 1000),
                "routeKey": passage.route_key,
                "status": response.status,
            }
            write_line(self.logs, settings["destinationArn"], self.api.api_id, line_of(settings["format"], known))


def _function_of(uri: str) -> str:
    """Give the function's ARN in the URI of an integration."""
    match = FUNCTION_IN_URI.search(uri)
    return match[1] if match else uri


def _within(seconds: float, invoke: Callable[[], bytes]) -> bytes:
    """Give the result of an invocation if it comes in time, else a TimeoutError; it goes on in any case, as on AWS."""
    future: Future[bytes] = Future()

    def run() -> None:
        try:
            future.set_result(invoke())
        except BaseException as error:  # noqa: BLE001 - the thread that waits raises it
            future.set_exception(error)

    threading.Thread(target=run, name="http-api-invocation", daemon=True).start()
    return future.result(seconds)
