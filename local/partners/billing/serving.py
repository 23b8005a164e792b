"""The simulator's HTTP, whose responses may go wrong on the wire."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from embedded_cloud.backends.http_serving import HttpHandler, HttpServer
from embedded_cloud.http_apis.messages import HttpRequest


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. With status 0, none is sent."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    sent_bytes: int | None = None
    """How many bytes of the body are sent before the connection breaks; None for all."""
    hang: bool = False
    """Of none: the connection is dropped when the client gives up or the server stops, and not at once."""

    @classmethod
    def of_json(cls, content: Mapping[str, object]) -> Self:
        """Make a success."""
        return cls(200, json.dumps(content).encode())


def problem(status: int, title: str, detail: str) -> Answer:
    """Make a failure, told as RFC 9457 says."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Answer(status, json.dumps(content).encode(), "application/problem+json")


class _Handler(HttpHandler):
    respond: Callable[[HttpRequest], Answer]

    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        address = urlsplit(self.path)
        answer = type(self).respond(
            HttpRequest(
                self.command,
                address.path,
                address.query,
                tuple(self.headers.items()),
                self.read_body(),
                self.client_address[0],
            )
        )
        if answer.hang:
            # Ends when the client closes, or when the server stops.
            self.connection.recv(1)
        if answer.status:
            whole = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body))}
            self.write(answer.status, whole.items(), answer.body[: answer.sent_bytes])
        self.close_connection |= not answer.status or answer.sent_bytes is not None

    do_POST = do_GET  # noqa: N815 - http.server's name


class BillingServer(HttpServer):
    """Serves from the moment when it is made, so that its URL is known at once."""

    def __init__(self, answer: Callable[[HttpRequest], Answer], port: int) -> None:
        handler = type("BillingHandler", (_Handler,), {"respond": staticmethod(answer)})
        super().__init__(("127.0.0.1", port), handler)  # which closes itself where the port is taken
        self.start("billing")
