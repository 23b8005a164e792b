"""Small HTTP servers of this machine: each serves until its ``with`` block ends."""

from typing import Self

from embedded_cloud.backends.http_serving import HttpServer
from embedded_cloud.http_apis.messages import HttpRequest


class Serving:
    """What serves with a server that has begun; it ends, and frees its port, with the block."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return self._server.url


def body_of(request: HttpRequest, content_type: str, most_bytes: int) -> bytes | None:
    """The body of a request; None when it is of another type, or too long."""
    is_of_type = request.joined.get("content-type", "").partition(";")[0].strip() == content_type
    return request.body if is_of_type and len(request.body) <= most_bytes else None
