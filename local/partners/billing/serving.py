"""The simulator's HTTP: kept-alive connections on a free port of the loopback interface, nothing left after the end."""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Self, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from local.serving import QuietHandler


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    path: str
    segments: tuple[str, ...]
    query: Mapping[str, str]
    api_key: str | None
    method: str = "GET"
    body: bytes = b""

    @property
    def subject(self) -> str:
        """The contract or customer it is about; empty when it is about none."""
        return self.segments[2] if len(self.segments) > 2 else ""  # noqa: PLR2004  /v1/contracts/{id}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. With status 0, none is sent."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    sent_bytes: int | None = None
    """How many bytes of the body are sent before the connection breaks; None for all."""
    hang: bool = False
    """Of none: the connection is dropped when the client gives up or the server stops, and not at once."""

    @classmethod
    def of_json(cls, content: Mapping[str, object]) -> Self:
        """Make a success."""
        return cls(200, json.dumps(content).encode())


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Make a failure, told as RFC 9457 says."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Answer(status, json.dumps(content).encode(), "application/problem+json", headers or {})


class _Handler(QuietHandler):
    wbufsize = -1  # one packet for head and body

    def do_POST(self) -> None:  # noqa: N802 - http.server's name
        self.do_GET()

    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        address = urlsplit(self.path)
        server = cast("BillingServer", self.server)
        answer = server.answer(
            Request(
                path=address.path,
                segments=tuple(unquote(part) for part in address.path.split("/") if part),
                query=dict(parse_qsl(address.query)),
                api_key=self.headers.get("x-api-key"),
                method=self.command,
                body=self.rfile.read(int(self.headers.get("content-length") or 0)),
            )
        )
        if answer.status:
            self._send(answer)
        else:
            if answer.hang:
                # Ends when the client closes, or when server_close() shuts the socket down.
                self.connection.recv(1)
            self.close_connection = True

    def _send(self, answer: Answer) -> None:
        if answer.sent_bytes is not None:
            self.close_connection = True
        whole = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body)), **answer.headers}
        self.respond(answer.status, whole, answer.body[: answer.sent_bytes])


class BillingServer(ThreadingHTTPServer):
    """Listens as soon as it is made, so that its URL is known at once."""

    daemon_threads = False  # server_close() waits for the handlers: nothing outlives a run
    request_queue_size = 128

    def __init__(self, answer: Callable[[Request], Answer], port: int) -> None:
        self.answer = answer
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        self.accepted = 0
        super().__init__(("127.0.0.1", port), _Handler)  # which closes itself where the port is taken

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        with self._guard:
            self._connections.add(cast("socket.socket", request))
            self.accepted += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._guard:
            self._connections.discard(cast("socket.socket", request))
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: a client that gave up on a hanging request is part of the game."""

    def server_close(self) -> None:
        """Wake every handler that waits for its client's next request, and wait for its end."""
        with self._guard:
            for connection in self._connections:
                with suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RDWR)
        super().server_close()
