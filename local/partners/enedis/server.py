"""The HTTPS shell over the network: mutual TLS, SOAP, and faults that only a wire can show."""

import socket
import ssl
import struct
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing, suppress
from hmac import compare_digest
from http.server import ThreadingHTTPServer
from threading import Event
from typing import Any

from embedded_cloud.backends.http_serving import HttpHandler, HttpServer
from local.partners.enedis import soap
from local.partners.enedis.faults import PROPER_RESPONSES, Fault, FaultKind
from local.partners.enedis.network import EnedisNetwork

_HOLD_SECONDS = 120.0
_HANDSHAKE_SECONDS = 10.0
_TRICKLE_SECONDS = 0.02
_MAX_REQUEST_BYTES = 1024 * 1024
_OVERSIZED_BYTES = 3 * 1024 * 1024
_HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Service indisponible</h1></body></html>"
_WEB_PAGE, _XML = {"Content-Type": "text/html"}, {"Content-Type": "text/xml; charset=utf-8"}
_STATUSES = {FaultKind.HTTP_500: 500, FaultKind.HTTP_502: 502, FaultKind.HTTP_503: 503}
# A TLS record: fatal alert, handshake_failure.
_HANDSHAKE_FAILURE = b"\x15\x03\x03\x00\x02\x02\x28"


class EnedisServer(HttpServer):
    """Serves one network on 127.0.0.1."""

    request_queue_size = 256
    handle_error = ThreadingHTTPServer.handle_error  # a bug of the simulator is to be seen

    def __init__(self, network: EnedisNetwork, context: ssl.SSLContext, basic: tuple[str, str], port: int = 0) -> None:
        self.network = network
        self.authorization = "Basic " + b64encode(":".join(basic).encode()).decode()
        self.stopping = Event()
        self.serving: set[socket.socket] = set()
        """The connections on which a request is served just now."""
        self._context = context
        super().__init__(("127.0.0.1", port), EnedisHandler)

    def server_close(self) -> None:
        """Stop listening, and wait for nobody."""
        self.stopping.set()
        super().server_close()

    def drop_idle(self) -> None:
        """Close the connections that clients keep for later, so that the next call makes a new one."""
        for connection in self.connections - self.serving:
            if isinstance(connection, ssl.SSLSocket):  # and no handshake that is held up
                with suppress(OSError):  # closed by the other side meanwhile
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Make the TLS connection in its own thread: a slow handshake holds up nobody else."""
        if (fault := self.network.receive_connection()) is not None:
            self._misbehave(request, fault)
            return
        request.settimeout(_HANDSHAKE_SECONDS)
        connection = self._context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        try:
            connection.do_handshake()
        except OSError:
            # The client broke off, or has no certificate of ours; it has been told so by a TLS alert.
            close_gently(connection)
            return
        connection.settimeout(_HOLD_SECONDS)
        self.connections.add(connection)
        try:
            EnedisHandler(connection, client_address, self)
        except OSError:
            # The client went away while it was served, which is what timeouts on its side look like from here.
            return
        finally:
            self.connections.discard(connection)
            self.serving.discard(connection)
            connection.close()

    def _misbehave(self, raw: socket.socket, fault: Fault) -> None:
        if fault.kind is FaultKind.HANDSHAKE_TIMEOUT:
            hold(raw)
        elif fault.kind is FaultKind.TLS_ERROR:
            raw.settimeout(_HANDSHAKE_SECONDS)
            with suppress(OSError):
                raw.recv(4096)
                raw.sendall(_HANDSHAKE_FAILURE)
        else:
            reset(raw)


def hold(connection: socket.socket) -> None:
    """Say nothing until the client gives up, the server stops, or two minutes have passed."""
    connection.settimeout(_HOLD_SECONDS)
    with suppress(OSError):
        while connection.recv(4096):
            pass


def close_gently(connection: ssl.SSLSocket) -> None:
    """Close once the client has read the alert: closing on unread bytes would send a reset that overtakes it."""
    with closing(connection), suppress(OSError):  # the client closed first, or says nothing more
        socket.socket.shutdown(connection, socket.SHUT_WR)
        while socket.socket.recv(connection, 4096):
            pass


def reset(connection: socket.socket) -> None:
    """Close at once with a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class EnedisHandler(HttpHandler):
    """One connection; each request is a SOAP call."""

    server: EnedisServer
    connection: ssl.SSLSocket

    def do_POST(self) -> None:  # noqa: N802 - http.server's name
        self.server.serving.add(self.connection)
        self._serve()
        self.server.serving.discard(self.connection)

    def respond(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send a response: its length is that of the body, unless the headers say another one."""
        self.write(status, {"Content-Length": str(len(body)), **headers}.items(), body)

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if length > _MAX_REQUEST_BYTES:
            self.close_connection = True
            self.respond(413, _WEB_PAGE, _HTML)
            return
        content = self.rfile.read(length)
        if not compare_digest(self.headers.get("Authorization", "").encode(), self.server.authorization.encode()):
            self.respond(401, _WEB_PAGE, _HTML)
            return
        try:
            parsed = soap.parse_request(self.path, content)
        except soap.InvalidRequest as error:
            self.respond(500, _XML, soap.plain_fault("Client", f"Requête invalide: {error}"))
            return
        outcome, fault = self.server.network.receive(parsed.request)
        if fault is not None and fault.kind not in PROPER_RESPONSES:
            rendered = b"" if outcome is None else soap.render(parsed, outcome)[1]
            self._misbehave(fault, rendered)
            return
        if outcome is None:
            raise AssertionError(f"{self.path}: a call without fault has no outcome")
        if fault is not None and fault.kind is FaultKind.SLOW:
            self.server.stopping.wait(fault.delay.total_seconds())
        status, envelope = soap.render(parsed, outcome)
        self.respond(status, _XML, envelope)

    def _misbehave(self, fault: Fault, rendered: bytes) -> None:
        match fault.kind:
            case FaultKind.TIMEOUT_BEFORE | FaultKind.TIMEOUT_AFTER:
                hold(self.connection)
                self.close_connection = True
            case FaultKind.HTTP_500 | FaultKind.HTTP_502 | FaultKind.HTTP_503:
                self.respond(_STATUSES[fault.kind], _WEB_PAGE, _HTML)
            case FaultKind.SOAP_FAULT:
                self.respond(500, _XML, soap.plain_fault("Server", "Internal Error (from server)"))
            case FaultKind.HTML_PAGE:
                self.respond(200, _WEB_PAGE, _HTML)
            case FaultKind.EMPTY:
                self.respond(200, _XML, b"")
            case FaultKind.TRUNCATED:
                whole = rendered or soap.plain_fault("Server", "truncated")
                self.respond(200, _XML, whole[: len(whole) * 2 // 3])
            case FaultKind.OVERSIZED:
                self.respond(200, _XML, b"<?xml version='1.0'?><a>" + b" " * _OVERSIZED_BYTES + b"</a>")
            case FaultKind.CUT_SHORT:
                self.respond(200, {**_XML, "Content-Length": "100000"}, rendered)
                self.close_connection = True
            case FaultKind.TRICKLE:
                self._trickle(rendered or soap.plain_fault("Server", "trickle"))
            case _:
                # CLOSED_BEFORE, CLOSED_AFTER: the connection ends without a word.
                reset(self.connection)
                self.close_connection = True

    def _trickle(self, content: bytes) -> None:
        """Send byte by byte, until the client has had enough."""
        self.respond(200, {**_XML, "Content-Length": str(len(content))}, b"")
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.stopping.wait(_TRICKLE_SECONDS):
                return
