"""What an OpenID provider grants: the code flow with PKCE, for confidential clients.

- https://openid.net/specs/openid-connect-core-1_0.html
- https://www.rfc-editor.org/rfc/rfc7636 (PKCE)
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

from local.partners.identity.people import Person

TOKEN_SECONDS = 15 * 60
ALGORITHM, BITS = "RS256", 2048


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


class OpenIdProvider:
    """Knows clients and people; all its methods may be called from any thread.

    Its keys are the last one, while its tokens still count, the one that signs, and the next one.
    """

    def __init__(self, issuer: str, people: Iterable[Person]) -> None:
        self.issuer = issuer
        self._keys = [_new_key(), _new_key()]
        self._clients: dict[str, Client] = {}
        self._people = {person.sub: person for person in people}
        self._grants: dict[str, tuple[Person, Mapping[str, str]]] = {}

    # For those who set the stage

    def register(self, client: Client) -> Client:
        """Let a client's users sign in, or change what is known of it."""
        self._clients[client.id] = client
        return client

    def add(self, person: Person) -> None:
        """Let somebody sign in, or change what is known of them."""
        self._people[person.sub] = person

    def rotate(self) -> str:
        """Sign with the next key from now on, which is published already; gives its id."""
        self._keys = [*self._keys[-2:], _new_key()]
        return str(self._keys[-2].kid)

    def access_token(self, sub: str, client_id: str, **changed: object) -> str:
        """Give a token as the token endpoint does, perhaps with changed claims: what a test shows to an API."""
        client, person = self._clients[client_id], self._people[sub]
        claims = {"iss": self.issuer, "aud": client.audience, "client_id": client.id, **person.claims}
        return self._signed({**claims, **changed})

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
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
        }

    @property
    def published_keys(self) -> dict[str, Any]:
        """The document at `/keys`."""
        return {"keys": [{**key.as_dict(private=False), "alg": ALGORITHM, "use": "sig"} for key in self._keys]}

    @property
    def people(self) -> tuple[Person, ...]:
        """Those who can sign in."""
        return tuple(self._people.values())

    def knows(self, asked: Mapping[str, str]) -> bool:
        """Whether a client asks for the code flow with PKCE, and may have its users back at that address."""
        client = self._clients.get(asked.get("client_id", ""))
        has_flow = {"response_type": "code", "code_challenge_method": "S256"}.items() <= asked.items()
        has_flow = has_flow and "code_challenge" in asked and "openid" in asked.get("scope", "").split()
        return client is not None and asked.get("redirect_uri") in client.redirect_uris and has_flow

    def sign_in(self, sub: str, asked: Mapping[str, str]) -> str:
        """Give the address that a browser goes back to once somebody has chosen who they are."""
        code = secrets.token_urlsafe(24)
        self._grants[code] = self._people[sub], dict(asked)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form: Mapping[str, str], client_id: str, client_secret: str) -> dict[str, object] | None:
        """Give the tokens for a code, once; None where it is another client's or browser's, or was used."""
        client = self._clients.get(client_id)
        person, asked = self._grants.pop(form.get("code", ""), (None, {}))
        if person is None or client is None or not compare_digest(client.secret.encode(), client_secret.encode()):
            return None
        given = {
            "client_id": client_id,
            "redirect_uri": form.get("redirect_uri"),
            "code_challenge": _challenge(form.get("code_verifier", "")),
        }
        if not given.items() <= asked.items():
            return None
        about = {"iss": self.issuer, "aud": client_id, "nonce": asked["nonce"], **person.claims}
        return {
            "access_token": self.access_token(person.sub, client_id),
            "id_token": self._signed(about),
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
        }

    def _signed(self, claims: Mapping[str, object]) -> str:
        """A token that counts from now on."""
        now, key = int(time.time()), self._keys[-2]
        times = {"iat": now, "nbf": now, "exp": now + TOKEN_SECONDS, "jti": secrets.token_urlsafe(12)}
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, {**times, **claims}, key)


def _new_key() -> RSAKey:
    return RSAKey.generate_key(BITS, {"kid": secrets.token_urlsafe(8)})


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
