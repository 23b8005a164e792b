"""The HTTP APIs of all stacks: each has a server of its own on a free port of 127.0.0.1, and moto has its routes."""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from moto.apigatewayv2.models import apigatewayv2_backends

from embedded_cloud.backends.http_serving import HttpHandler, HttpServer
from embedded_cloud.errors import CloudError
from embedded_cloud.http_apis.gateway import Gateway
from embedded_cloud.http_apis.messages import HttpRequest, HttpResponse, message

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.http_apis.authorizers import JwtAuthorizers
    from embedded_cloud.http_apis.integrations import Integrations
    from embedded_cloud.metrics import MetricStore

ADDRESS = re.compile(r"https://([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
WITHOUT_BODY = frozenset({204, 304})


class _Handler(HttpHandler):
    respond: Callable[[HttpRequest], HttpResponse]

    def _answer(self) -> None:
        try:
            body, parts = self.read_body(), urlsplit(self.path)
        except ValueError:
            self.close_connection = True
            self._send(message(400, "Bad Request"))
            return
        request = HttpRequest(
            self.command,
            parts.path or "/",
            parts.query,
            tuple(self.headers.items()),
            body,
            self.client_address[0],
            self.request_version,
        )
        try:
            response = type(self).respond(request)
        except Exception:  # noqa: BLE001 - a bug here is the caller's 500, never a dead connection
            traceback.print_exc()
            response = message(500, "Internal Server Error")
        self._send(response)

    def _send(self, response: HttpResponse) -> None:
        headers = list(response.headers)
        has_body = response.status >= 200 and response.status not in WITHOUT_BODY  # noqa: PLR2004 - 1xx has none
        if has_body:
            headers.append(("Content-Length", str(len(response.body))))
        headers.append(("Date", self.date_time_string()))
        self.write(response.status, headers, response.body if has_body else b"")

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _answer  # noqa: N815 - http.server's names


class HttpApis:
    """All HTTP APIs."""

    def __init__(
        self, integrations: Integrations, authorizers: JwtAuthorizers, metrics: MetricStore, logs: Any
    ) -> None:
        self._parts = integrations, authorizers, metrics, logs
        self._servers: dict[str, HttpServer] = {}

    def open(self, api_id: str) -> str:
        """Begin to serve an API that moto knows, if nobody does; give its address."""
        if api_id not in self._servers:
            integrations = self._parts[0]
            api = apigatewayv2_backends[integrations.account][integrations.region].apis[api_id]
            respond = staticmethod(Gateway(api, *self._parts).respond)
            server = HttpServer(("127.0.0.1", 0), type("ApiHandler", (_Handler,), {"respond": respond}))
            self._servers[api_id] = server
            server.start("http-api")
            api.api_endpoint = server.url
        return self.url(api_id)

    def url(self, api_id: str) -> str:
        """Give the address of an API on this machine, such as `http://127.0.0.1:40123`.

        Raises
        ------
        CloudError
            When there is none of this id.
        """
        if api_id not in self._servers:
            raise CloudError(f"there is no HTTP API {api_id}")
        return self._servers[api_id].url

    def localised(self, text: str) -> str:
        """Write the addresses that AWS would give to the APIs as those that they have on this machine."""
        return ADDRESS.sub(lambda match: self.url(match[1]) if match[1] in self._servers else match[0], text)

    def close(self, api_id: str) -> None:
        """Serve an API no more."""
        self._servers.pop(api_id).stop()

    def stop(self) -> None:
        """Serve none any more."""
        for api_id in list(self._servers):
            self.close(api_id)
