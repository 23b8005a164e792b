"""The one HTTP endpoint for every AWS API, for the worker processes and for anybody with a boto3 client."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embedded_cloud.backends.protocol import AwsRequest, error_response
from embedded_cloud.http_apis.messages import HttpRequest, HttpResponse
from embedded_cloud.http_apis.serving import serving

if TYPE_CHECKING:
    from embedded_cloud.backends.dispatch import Dispatcher
    from embedded_cloud.backends.http_serving import HttpServer

CREDENTIAL_SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
_last_port = [0]


def endpoint_of(dispatcher: Dispatcher) -> HttpServer:
    """Begin to serve on 127.0.0.1, on a free port.

    The clouds of a process follow one another at one port, if it is still free: it is in the queues' URLs, and so in
    the machines' definitions, and moto takes a second of the processor to parse a long one that is new to it.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        path = f"{request.path}?{request.query}" if request.query else request.path
        scope = CREDENTIAL_SCOPE.search(request.joined.get("authorization", "") or path)
        if scope is None:
            response = error_response(403, "MissingAuthenticationTokenException", "The request is not signed")
        else:
            headers, method, body = dict(request.headers), request.method, request.body
            asked = AwsRequest(scope["service"], scope["region"], method, path, headers, body, scope["key"])
            try:
                response = dispatcher.handle(asked)
            except Exception as error:  # noqa: BLE001 - any bug of a backend is the caller's 500, never a dead connection
                response = error_response(500, "InternalFailure", repr(error))
        return HttpResponse(response.status, tuple(response.headers.items()), response.body)

    try:
        server = serving(respond, _last_port[0])
    except OSError:
        server = serving(respond)
    _last_port[0] = server.server_port
    return server
