"""An issuer of tokens, and a client of the stack's APIs."""

from __future__ import annotations

import http.client
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

if TYPE_CHECKING:
    from embedded_cloud import EmbeddedCloud

JSON = {"Content-Type": "application/json"}


class Issuer:
    """Publishes its keys, and counts how often they were asked for."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first"})
        self.asked = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_IssuerHandler,), {"issuer": self}))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def token(
        self, claims: dict[str, object] | None = None, kid: str | None = None, key: Any = None, alg: str = "RS256"
    ) -> dict[str, str]:
        """The headers of a request with a token; without other claims it is a right one; None leaves a claim out."""
        right = {"iss": self.url, "aud": "desk", "sub": "lea", "exp": int(time.time()) + 60}
        said = {name: value for name, value in {**right, **(claims or {})}.items() if value is not None}
        head = {"alg": alg, **({"kid": self.key.kid if kid is None else kid} if kid != "" else {})}
        token = jwt.encode(head, said, key or self.key, algorithms=[alg])
        return {"Authorization": f"Bearer {token}"}


class _IssuerHandler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        if self.path == "/keys":
            self.issuer.asked += 1
            document: object = {"keys": [self.issuer.key.as_dict(private=False)]}
        else:
            document = {"jwks_uri": f"{self.issuer.url}/keys"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Response:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    cloud: EmbeddedCloud,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    api: str = "Api",
) -> Response:
    connection = http.client.HTTPConnection(urlsplit(cloud.http_url(api)).netloc, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        return Response(connection.getresponse())
    finally:
        connection.close()


def look(cloud: EmbeddedCloud, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Response:
    """Ask the guarded API."""
    return ask(cloud, method, path, headers=headers, api="Guarded")


def said(cloud: EmbeddedCloud, result: object) -> Response:
    """What the client gets of a function's result."""
    return ask(cloud, "POST", "/said", json.dumps(result).encode(), JSON)
