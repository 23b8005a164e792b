"""The HTTP of an API: a server on a port of 127.0.0.1."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from embedded_cloud.backends.http_serving import HttpHandler, HttpServer
from embedded_cloud.http_apis.messages import HttpRequest, HttpResponse, message

if TYPE_CHECKING:
    from collections.abc import Callable

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


def serving(respond: Callable[[HttpRequest], HttpResponse], port: int = 0) -> HttpServer:
    """Begin to serve requests of an API; port 0 takes a free one."""
    handler = type("ApiHandler", (_Handler,), {"respond": staticmethod(respond)})
    server = HttpServer(("127.0.0.1", port), handler)
    server.start("http-api")
    return server
