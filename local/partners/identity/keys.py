"""The provider's keys: the next one is published before it signs, the last one while its tokens still count."""

import secrets
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

ALGORITHM = "RS256"
BITS = 2048


class Keys:
    """Signs, and publishes what is needed to check it."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = Lock()
        self._current, self._next = _new_key(), _new_key()
        self._last: RSAKey | None = None

    def rotate(self) -> str:
        """Sign with the next key from now on; the key before the last one is withdrawn. Gives the new key's id."""
        with self._lock:
            self._last, self._current, self._next = self._current, self._next, _new_key()
            return str(self._current.kid)

    def published(self) -> dict[str, Any]:
        """The JSON Web Key Set."""
        with self._lock:
            keys = [key for key in (self._last, self._current, self._next) if key]
        return {"keys": [{**key.as_dict(private=False), "alg": ALGORITHM, "use": "sig"} for key in keys]}

    def sign(self, claims: Mapping[str, object], lifetime_seconds: int) -> str:
        """Give a token that counts from now on for some seconds."""
        now = int(self._now())
        times = {"iat": now, "nbf": now, "exp": now + lifetime_seconds, "jti": secrets.token_urlsafe(12)}
        with self._lock:
            return jwt.encode({"alg": ALGORITHM, "kid": self._current.kid}, {**times, **claims}, self._current)


def _new_key() -> RSAKey:
    return RSAKey.generate_key(BITS, {"kid": secrets.token_urlsafe(8)})
