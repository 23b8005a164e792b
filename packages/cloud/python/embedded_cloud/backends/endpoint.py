"""The one HTTP endpoint for every AWS API, for the worker processes and for anybody with a boto3 client."""

from __future__ import annotations

import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from embedded_cloud.backends.dispatch import Dispatcher
from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response

CREDENTIAL_SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one segment; with Nagle's algorithm and separate writes each response waits 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True
    dispatcher: Dispatcher

    def _answer(self) -> None:
        body = self._read_body()
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
        self._write(response)

    def handle_expect_100(self) -> bool:
        """Let the client go on at once: what is written is buffered, and S3's clients wait for this line."""
        result = super().handle_expect_100()
        self.wfile.flush()
        return result

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _write(self, response: AwsResponse) -> None:
        self.send_response_only(response.status)
        for key, value in response.headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _answer  # noqa: N815 - names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's signature
        """Say nothing: the demo's screen is for the demo."""


class _Server(ThreadingHTTPServer):
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


class Endpoint:
    """The HTTP server on 127.0.0.1, on a free port.

    The clouds of a process follow one another at one port, if it is still free: it is in the queues' URLs, and so in
    the machines' definitions, and moto takes a second of the processor to parse a long one that is new to it.
    """

    _last_port: ClassVar[int] = 0

    def __init__(self, dispatcher: Dispatcher) -> None:
        handler = type("Handler", (_Handler,), {"dispatcher": dispatcher})
        try:
            self._server = _Server(("127.0.0.1", Endpoint._last_port), handler)
        except OSError:
            self._server = _Server(("127.0.0.1", 0), handler)
        Endpoint._last_port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, name="cloud-endpoint", daemon=True
        )
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begin to serve requests."""
        self._thread.start()

    def stop(self) -> None:
        """Serve no more requests, and close connections that are still open."""
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self._server.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was faster
