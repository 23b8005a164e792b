"""CORS as an API is configured for it: the gateway itself says what browsers of other origins may do.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from embedded_cloud.http_apis.messages import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFLIGHT = {"allowMethods": "access-control-allow-methods", "allowHeaders": "access-control-allow-headers"}


def preflight(configuration: Mapping[str, Any], request: HttpRequest) -> HttpResponse | None:
    """Give the response to a preflight request, which no route sees; None for any other request."""
    if request.method != "OPTIONS" or not {"origin", "access-control-request-method"} <= set(request.joined):
        return None
    headers = _of_origin(configuration, request)
    if headers:
        headers += [(name, ",".join(configuration[key])) for key, name in PREFLIGHT.items() if configuration.get(key)]
    return HttpResponse(204, tuple(headers))


def with_cors(configuration: Mapping[str, Any], request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give a response with the configured headers, and with none of the function's own."""
    headers = [pair for pair in response.headers if not pair[0].startswith("access-control-")]
    added = _of_origin(configuration, request)
    if added and configuration.get("exposeHeaders"):
        added.append(("access-control-expose-headers", ",".join(configuration["exposeHeaders"])))
    return replace(response, headers=(*headers, *added))


def _of_origin(configuration: Mapping[str, Any], request: HttpRequest) -> list[tuple[str, str]]:
    """Give the headers that let a request's origin read; none when it may not."""
    origin, allowed = request.joined.get("origin"), configuration.get("allowOrigins") or ()
    if origin is None:
        return []
    if "*" in allowed:
        return [("access-control-allow-origin", "*")]
    return [("access-control-allow-origin", origin)] if origin in allowed else []
