"""Small HTTP servers of this machine: each runs within a ``with`` block, in a thread of its own."""

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

POLL_SECONDS = 0.05
"""How soon it notices that it is to end."""


class QuietHandler(BaseHTTPRequestHandler):
    """Meets the requests of one connection that is kept; says nothing in the terminal, which is for people."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def body_of(self, content_type: str, most_bytes: int) -> bytes | None:
        """The body; None when it is of another type, or too long. It is read, or the connection would stall."""
        length = int(self.headers.get("Content-Length", "0"))
        if length > most_bytes:
            self.close_connection = True
            return None
        body = self.rfile.read(length)
        return body if self.headers.get_content_type() == content_type else None

    def respond(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send a response: its length is that of the body, unless the headers say another one."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's signature
        """Keep quiet."""


class Serving:
    """Serves with a server that listens already; it ends, and frees its port, with the block."""

    def __init__(self, server: ThreadingHTTPServer, name: str) -> None:
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": POLL_SECONDS}, name=name, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"
