"""Small HTTP servers on 127.0.0.1, whose connections are kept."""

from __future__ import annotations

import socket
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class HttpHandler(BaseHTTPRequestHandler):
    """Reads the requests of one connection and writes their responses; says nothing: the screen is for people."""

    protocol_version = "HTTP/1.1"
    # Headers and body leave in one segment; with Nagle's algorithm and separate writes each response waits 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True

    def parse_request(self) -> bool:
        """Read the request line and the headers: for these the standard library asks its slow parser of e-mails."""
        self.requestline = str(self.raw_requestline, "iso-8859-1").strip()  # type: ignore[attr-defined] # http.server's
        self.command, self.path, self.request_version = self.requestline.split()
        self.headers = self.MessageClass()
        while line := str(self.rfile.readline(), "iso-8859-1").strip():
            name, _, value = line.partition(":")
            self.headers[name] = value.strip()
        self.close_connection = self.headers.get("Connection", "").lower() == "close"
        if self.headers.get("Expect", "").lower() == "100-continue":
            # What is written is buffered, and S3's clients wait for this line.
            self.send_response_only(HTTPStatus.CONTINUE)
            self.end_headers()
            self.wfile.flush()
        return True

    def read_body(self) -> bytes:
        """Give the whole body.

        Raises
        ------
        ValueError
            When the client says no number of bytes.
        """
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)
        length = int(self.headers.get("Content-Length") or 0)
        if length < 0:
            raise ValueError(f"Content-Length: {length}")
        return self.rfile.read(length)

    def write(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """Write a response; its length is among the headers."""
        self.send_response_only(status)
        for key, value in headers:
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's signature
        """Say nothing: the demo's screen is for the demo."""


class HttpServer(ThreadingHTTPServer):
    """Serves in a thread of its own, one more for each connection; its end closes those that are still open."""

    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.connections: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a worker that is killed on its timeout closes its connection in the middle of a call."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self, name: str) -> None:
        """Begin to serve requests."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, name=name, daemon=True).start()

    def stop(self) -> None:
        """Serve no more requests, and close connections that are still open."""
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            try:
                socket.socket.shutdown(connection, socket.SHUT_RDWR)  # which leaves TLS its state, in its thread
            except OSError:
                continue  # the other side was faster
