"""What happens to a request of an API, in its order: CORS, route, throttling, authorizer, function, log and metrics."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from embedded_cloud.backends.throttling import Bucket
from embedded_cloud.http_apis.authorizers import JwtAuthorizers, UnauthorizedError
from embedded_cloud.http_apis.cors import preflight, with_cors
from embedded_cloud.http_apis.integrations import Passage
from embedded_cloud.http_apis.messages import TOO_LARGE, HttpRequest, HttpResponse, message
from embedded_cloud.http_apis.reports import line_of, measure, write_line
from embedded_cloud.http_apis.routes import DEFAULT, select

if TYPE_CHECKING:
    from embedded_cloud.http_apis.integrations import Integrations
    from embedded_cloud.metrics import MetricStore

FORBIDDEN = message(403, "Forbidden")
NOT_FOUND = message(404, "Not Found")
TOO_MANY = message(429, "Too Many Requests")
MAX_BODY_BYTES = 10 * 1024 * 1024
CLIENTS, SERVERS = 4, 5
"""Whose error a response is, by the first digit of its status."""


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
    integrations: Integrations
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
        return self.integrations.respond(self.api, passage, authorized)

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

    def _report(self, passage: Passage, response: HttpResponse, seconds: float) -> None:
        stage, kind = passage.stage, response.status // 100
        counts = {"Count": 1, "4xx": kind == CLIENTS, "5xx": kind == SERVERS}
        measure(self.metrics, self.api.api_id, stage.name if stage else "", counts)
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
