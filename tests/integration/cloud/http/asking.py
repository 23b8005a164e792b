"""An issuer of tokens, and a client of the stack's APIs."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import urllib3
from joserfc import jwt
from joserfc.jwk import RSAKey

from embedded_cloud.http_apis.messages import HttpRequest, HttpResponse
from embedded_cloud.http_apis.serving import serving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse as Response

    from embedded_cloud import EmbeddedCloud

JSON = {"Content-Type": "application/json"}


class Issuer:
    """Publishes its keys, and counts how often they were asked for."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first"})
        self.asked = 0
        self.server = serving(self._respond)
        self.url = self.server.url

    def _respond(self, request: HttpRequest) -> HttpResponse:
        document: object = {"jwks_uri": f"{self.url}/keys"}
        if request.path == "/keys":
            self.asked += 1
            document = {"keys": [self.key.as_dict(private=False)]}
        return HttpResponse(200, body=json.dumps(document).encode())

    def token(self, claims: dict[str, object] | None = None) -> dict[str, str]:
        """The headers of a request with a token; without other claims it is a right one; None leaves a claim out."""
        right = {"iss": self.url, "aud": "desk", "sub": "lea", "exp": int(time.time()) + 60}
        said = {name: value for name, value in {**right, **(claims or {})}.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": self.key.kid}, said, self.key)
        return {"Authorization": f"Bearer {token}"}


def ask(
    cloud: EmbeddedCloud,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    api: str = "Api",
) -> Response:
    return urllib3.request(method, f"{cloud.http_url(api)}{path}", body=body, headers=headers or {}, retries=False)


def look(cloud: EmbeddedCloud, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Response:
    """Ask the guarded API."""
    return ask(cloud, method, path, headers=headers, api="Guarded")


def said(cloud: EmbeddedCloud, result: object) -> Response:
    """What the client gets of a function's result."""
    return ask(cloud, "POST", "/said", json.dumps(result).encode(), JSON)
