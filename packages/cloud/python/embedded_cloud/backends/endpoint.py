"""The one HTTP endpoint for every AWS API, for the worker processes and for anybody with a boto3 client."""

from __future__ import annotations

import re
from typing import ClassVar

from embedded_cloud.backends.dispatch import Dispatcher
from embedded_cloud.backends.http_serving import HttpHandler, HttpServer
from embedded_cloud.backends.protocol import AwsRequest, error_response

CREDENTIAL_SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")


class _Handler(HttpHandler):
    dispatcher: Dispatcher

    def _answer(self) -> None:
        body = self.read_body()
        scope = CREDENTIAL_SCOPE.search(self.headers.get("Authorization", "") or self.path)
        if scope is None:
            response = error_response(403, "MissingAuthenticationTokenException", "The request is not signed")
        else:
            request = AwsRequest(
                scope["service"],
                scope["region"],
                self.command,
                self.path,
                dict(self.headers.items()),
                body,
                access_key=scope["key"],
            )
            try:
                response = self.dispatcher.handle(request)
            except Exception as error:  # noqa: BLE001 - any bug of a backend is the caller's 500, never a dead connection
                response = error_response(500, "InternalFailure", repr(error))
        headers = {**response.headers, "Content-Length": str(len(response.body))}
        self.write(response.status, headers.items(), response.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _answer  # noqa: N815 - names that http.server looks for


class Endpoint(HttpServer):
    """The HTTP server on 127.0.0.1, on a free port.

    The clouds of a process follow one another at one port, if it is still free: it is in the queues' URLs, and so in
    the machines' definitions, and moto takes a second of the processor to parse a long one that is new to it.
    """

    _last_port: ClassVar[int] = 0

    def __init__(self, dispatcher: Dispatcher) -> None:
        handler = type("Handler", (_Handler,), {"dispatcher": dispatcher})
        try:
            super().__init__(("127.0.0.1", Endpoint._last_port), handler)
        except OSError:
            super().__init__(("127.0.0.1", 0), handler)
        Endpoint._last_port = self.server_port
