"""What an OpenID provider grants: the code flow with PKCE, for confidential clients.

- https://openid.net/specs/openid-connect-core-1_0.html
- https://www.rfc-editor.org/rfc/rfc7636 (PKCE), https://www.rfc-editor.org/rfc/rfc9207 (`iss` in the redirect)
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from local.partners.identity.keys import ALGORITHM, Keys
from local.partners.identity.people import Person

CODE_SECONDS = 60
TOKEN_SECONDS = 15 * 60


class RefusedError(Exception):
    """A request that OAuth's own word refuses, such as `invalid_grant`."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


@dataclass(frozen=True, slots=True)
class Client:
    """An application whose users sign in here.

    Attributes
    ----------
    audience
        What its access tokens are for: the `aud` that an API asks for.
    """

    id: str
    audience: str
    redirect_uris: tuple[str, ...] = ()
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a code stands for, once."""

    person: Person
    asked: Mapping[str, str]
    until: float


class OpenIdProvider:
    """Knows clients and people; all its methods may be called from any thread."""

    def __init__(self, issuer: str, people: Iterable[Person], now: Callable[[], float]) -> None:
        self.issuer = issuer
        self._lock = Lock()
        self._now = now
        self._keys = Keys(now)
        self._clients: dict[str, Client] = {}
        self._people = {person.sub: person for person in people}
        self._grants: dict[str, _Grant] = {}

    # For those who set the stage

    def register(self, client: Client) -> Client:
        """Let a client's users sign in, or change what is known of it."""
        self._clients[client.id] = client
        return client

    def add(self, person: Person) -> None:
        """Let somebody sign in, or change what is known of them."""
        self._people[person.sub] = person

    def remove(self, sub: str) -> None:
        """Let somebody leave: they cannot sign in any more; tokens that they have count until they end."""
        self._people.pop(sub, None)

    def rotate(self) -> str:
        """Sign with another key from now on, which is published already; gives its id."""
        return self._keys.rotate()

    def access_token(self, sub: str, client_id: str, scope: str = "openid", **changed: object) -> str:
        """Give a token as the token endpoint does, perhaps with changed claims: what a test shows to an API."""
        client, person = self._clients[client_id], self._people[sub]
        claims = {"iss": self.issuer, "aud": client.audience, "client_id": client.id, "scope": scope, **person.claims}
        return self._keys.sign({**claims, **changed}, TOKEN_SECONDS)

    # For clients and browsers

    @property
    def discovery(self) -> dict[str, object]:
        """The document at `/.well-known/openid-configuration`."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "scopes_supported": ["openid"],
            "claims_supported": ["sub", "name", "groups", "customer_id"],
        }

    @property
    def published_keys(self) -> dict[str, Any]:
        """The document at `/keys`."""
        return self._keys.published()

    @property
    def people(self) -> tuple[Person, ...]:
        """Those who can sign in."""
        return tuple(self._people.values())

    def knows(self, asked: Mapping[str, str]) -> bool:
        """Whether a client may send its users here, and have them back at that address: else none is redirected."""
        client = self._clients.get(asked.get("client_id", ""))
        return client is not None and asked.get("redirect_uri") in client.redirect_uris

    def refusal(self, asked: Mapping[str, str]) -> str:
        """Give the address that a browser goes back to with what is wrong; empty when nothing is."""
        if asked.get("response_type") != "code":
            return self._back(asked, error="unsupported_response_type")
        if "openid" not in asked.get("scope", "").split():
            return self._back(asked, error="invalid_scope")
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return self._back(asked, error="invalid_request", error_description="PKCE with S256 is required")
        return ""

    def sign_in(self, sub: str, asked: Mapping[str, str]) -> str:
        """Give the address that a browser goes back to once somebody has chosen who they are."""
        person = self._people.get(sub)
        if person is None:
            return self._back(asked, error="access_denied")
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._grants[code] = _Grant(person, dict(asked), self._now() + CODE_SECONDS)
        return self._back(asked, code=code)

    def exchange(self, form: Mapping[str, str], client_id: str, client_secret: str) -> dict[str, object]:
        """Give the tokens for a code.

        Raises
        ------
        RefusedError
            When the client is not who it says, or the code is not its own, used, too old, or of another browser.
        """
        client = self._clients.get(client_id)
        if client is None or not compare_digest(client.secret.encode(), client_secret.encode()):
            raise RefusedError("invalid_client", "unknown client, or a wrong secret")
        if form.get("grant_type") != "authorization_code":
            raise RefusedError("unsupported_grant_type", "only authorization_code is served")
        with self._lock:
            grant = self._grants.pop(form.get("code", ""), None)
        if grant is None or grant.until < self._now() or grant.person.sub not in self._people:
            raise RefusedError("invalid_grant", "the code is unknown, used or too old")
        asked = grant.asked
        if asked["client_id"] != client_id or asked["redirect_uri"] != form.get("redirect_uri"):
            raise RefusedError("invalid_grant", "the code is another client's, or for another address")
        if not compare_digest(_challenge(form.get("code_verifier", "")), asked["code_challenge"]):
            raise RefusedError("invalid_grant", "code_verifier does not fit the code_challenge")
        nonce = {"nonce": asked["nonce"]} if "nonce" in asked else {}
        identity = {"iss": self.issuer, "aud": client_id, "auth_time": int(self._now()), **nonce, **grant.person.claims}
        return {
            "access_token": self.access_token(grant.person.sub, client_id, asked["scope"]),
            "id_token": self._keys.sign(identity, TOKEN_SECONDS),
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": asked["scope"],
        }

    def _back(self, asked: Mapping[str, str], **said: str) -> str:
        address = asked["redirect_uri"]
        state = {"state": asked["state"]} if "state" in asked else {}
        return f"{address}{'&' if '?' in address else '?'}{urlencode({**said, **state, 'iss': self.issuer})}"


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
