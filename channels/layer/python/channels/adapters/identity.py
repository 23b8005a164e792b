"""The supplier's identity provider (OpenID Connect), for advisors: a confidential client with PKCE.

The ID token comes from the token endpoint itself, over TLS: that proves who issued it, so no signature is checked here
(OpenID Connect Core 1.0, 3.1.3.7, number 6), and no library for it is loaded. Issuer, audience, time and nonce are.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3

from channels.domain.session import AdvisorSession
from restoration.errors import InvalidConfiguration, InvalidResponse, RetryableError

_SECONDS = 5
"""For a reply of the provider: an advisor waits for it."""
_CLOCKS_DIFFER_BY = 60
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class IdentityUnavailable(RetryableError):
    """Raised when the identity provider can't be reached; nobody is signed in or out by it."""


class IdentityProvider:
    """Signs advisors in. ``client`` gives the client's id and secret as they are now."""

    def __init__(self, issuer: str, client: Callable[[], tuple[str, str]], now: Callable[[], datetime]) -> None:
        address = urlsplit(issuer)
        if address.scheme != "https" and address.hostname not in _LOOPBACK:
            raise InvalidConfiguration(f"the identity provider's issuer must be https; it is {issuer!r}")
        self._issuer = issuer
        self._client = client
        self._now = now
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(total=_SECONDS), retries=False)

    def sign_in_at(self, redirect: str, state: str, nonce: str, verifier: str) -> str:
        """The address to which an advisor is sent."""
        challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self._client()[0],
            "redirect_uri": redirect,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._endpoints['authorization_endpoint']}?{urlencode(asked)}"

    def signed_in(self, code: str, redirect: str, nonce: str, verifier: str) -> AdvisorSession:
        """A session of the person who came back with a code.

        Raises
        ------
        InvalidResponse
            The code is worth nothing, or the token is not for us, or not of now.
        IdentityUnavailable
        """
        name, secret = self._client()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        headers = urllib3.make_headers(basic_auth=f"{name}:{secret}")
        status, answer = self._ask(
            "POST", self._endpoints["token_endpoint"], fields=form, encode_multipart=False, headers=headers
        )
        if status != 200 or not isinstance(answer.get("id_token"), str):  # noqa: PLR2004 - HTTP's success
            raise InvalidResponse(f"the identity provider returned {status} to a code")
        claims = self._claims(answer["id_token"], name, nonce)
        groups = claims.get("groups", [])
        return AdvisorSession(
            str(claims["sub"]),
            str(claims.get("name") or claims["sub"])[:80],
            frozenset(map(str, groups)) if isinstance(groups, list) else frozenset(),
            str(claims.get("customer_id", "")),
        )

    def _claims(self, token: str, client: str, nonce: str) -> Mapping[str, Any]:
        try:
            payload = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (ValueError, IndexError):
            raise InvalidResponse("the identity provider's token can't be read") from None
        if not isinstance(claims, dict):
            raise InvalidResponse("the identity provider's token holds no claims")
        now, audience = self._now().timestamp(), claims.get("aud")
        expires = claims.get("exp")
        is_right = {
            "iss": claims.get("iss") == self._issuer,
            "aud": audience in (client, [client]),
            "exp": isinstance(expires, int | float) and expires + _CLOCKS_DIFFER_BY > now,
            "nonce": claims.get("nonce") == nonce,
            "sub": bool(claims.get("sub")),
        }
        if faults := [name for name, right in is_right.items() if not right]:
            raise InvalidResponse(f"the identity provider's token is not for us: {', '.join(faults)}")
        return claims

    @cached_property
    def _endpoints(self) -> Mapping[str, Any]:
        status, found = self._ask("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if status != 200 or found.get("issuer") != self._issuer:  # noqa: PLR2004 - HTTP's success
            raise IdentityUnavailable(f"the identity provider's configuration is not there ({status})")
        return found

    def _ask(self, method: str, url: str, **sent: Any) -> tuple[int, Mapping[str, Any]]:
        try:
            response = self._pool.request(method, url, **sent, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise IdentityUnavailable(f"the identity provider can't be reached: {type(error).__name__}") from error
        if response.status >= 500:  # noqa: PLR2004 - server errors
            raise IdentityUnavailable(f"the identity provider returned {response.status}")
        try:
            content = response.json()
        except ValueError:
            content = {}
        return response.status, content if isinstance(content, dict) else {}
