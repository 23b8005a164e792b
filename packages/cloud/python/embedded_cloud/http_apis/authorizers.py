"""JWT authorizers: a route's token is checked by the keys that its issuer publishes.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from __future__ import annotations

import datetime as dt
import json
import time
import urllib.request
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from embedded_cloud.errors import CloudError
from embedded_cloud.http_apis.messages import HttpResponse, message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_cloud.clock import Clock
    from embedded_cloud.http_apis.messages import HttpRequest

ALGORITHMS = ("RS256", "RS384", "RS512")
"""The service takes nothing but RSA."""
KEPT_FOR = dt.timedelta(hours=2)
"""The service may keep an issuer's keys for so long: a new key has to be published before it signs."""
SECONDS = 5.0
MOST_BYTES = 1 << 20


class UnauthorizedError(CloudError):
    """A request that an authorizer does not let through.

    Attributes
    ----------
    response
        What its client gets.
    """

    def __init__(self, description: str, response: HttpResponse) -> None:
        super().__init__(description)
        self.response = response


def _refused(description: str) -> UnauthorizedError:
    wanted = f'Bearer error="invalid_token" error_description="{description}"'
    return UnauthorizedError(description, message(401, "Unauthorized", ("www-authenticate", wanted)))


class JwtAuthorizers:
    """Checks tokens, and keeps the keys of their issuers for as long as the service may."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._keys: dict[str, tuple[dt.datetime, KeySet]] = {}

    def authorize(self, authorizer: Any, request: HttpRequest) -> dict[str, Any]:
        """Give what a route's function gets of a request's token.

        Parameters
        ----------
        authorizer
            Moto's.

        Raises
        ------
        UnauthorizedError
            When there is no token, or it does not count here.
        """
        token = _token(authorizer.identity_source, request)
        if not token:
            unauthorized = message(401, "Unauthorized", ("www-authenticate", "Bearer"))
            raise UnauthorizedError("no token", unauthorized)
        claims = self._claims(token, authorizer.jwt_config["issuer"])
        wrong = _wrong(claims, authorizer.jwt_config)
        if wrong:
            raise _refused(wrong)
        return {"jwt": {"claims": {name: _text(value) for name, value in claims.items()}, "scopes": None}}

    def _claims(self, token: str, issuer: str) -> dict[str, Any]:
        try:
            decoded = jwt.decode(token, self._keys_of(issuer), algorithms=ALGORITHMS)
        except InvalidKeyIdError as error:
            raise _refused("signing key not found") from error
        except (JoseError, ValueError) as error:
            raise _refused("the token is not valid") from error
        except OSError as error:
            raise _refused("OIDC discovery endpoint communication error") from error
        if not decoded.header.get("kid"):
            raise _refused("the token has no kid")
        return decoded.claims

    def _keys_of(self, issuer: str) -> KeySet:
        now = self._clock.now()
        kept = self._keys.get(issuer)
        if kept is None or now - kept[0] >= KEPT_FOR:
            try:
                discovered = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                keys: Any = _fetched(str(discovered["jwks_uri"]))
                kept = self._keys[issuer] = now, KeySet.import_key_set(keys)
            except (JoseError, KeyError, ValueError) as error:
                raise OSError(f"{issuer} does not say its keys: {error!r}") from error
        return kept[1]


def _fetched(url: str) -> dict[str, Any]:
    """Give a JSON object of an issuer's; OSError when it cannot be fetched, ValueError when it is none."""
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise OSError(f"{url} is neither HTTPS nor of this machine")
    with urllib.request.urlopen(url, timeout=SECONDS) as response:  # noqa: S310 - its scheme was looked at
        return dict(json.loads(response.read(MOST_BYTES)))


def _token(sources: Any, request: HttpRequest) -> str:
    """Give the token of a request, from its header."""
    [source] = sources if isinstance(sources, list) else [sources]
    found = request.joined.get(source.rpartition(".")[2].lower(), "")
    return found.removeprefix("Bearer ").strip()


def _wrong(claims: Mapping[str, Any], configuration: Mapping[str, Any]) -> str:
    """Say what is wrong with a token's claims; nothing when they are right."""
    now = time.time()
    times = {name: claims[name] for name in ("exp", "nbf", "iat") if name in claims}
    given = claims.get("aud")
    audiences = given if isinstance(given, list) else [given]
    if claims.get("iss") != configuration["issuer"]:
        return "invalid issuer"
    if not set(map(str, audiences)) & set(configuration["audience"]):
        return "the token does not have a valid audience"
    if any(isinstance(at, bool) or not isinstance(at, int | float) for at in times.values()) or "exp" not in times:
        return "the token is not valid"
    if times["exp"] <= now:
        return "the token has expired"
    if times.get("nbf", now) > now or times.get("iat", now) > now:
        return "the token is not valid yet"
    return ""


def _text(value: Any) -> str:
    """Write a claim as the service does: a list is `[a b]`."""
    if isinstance(value, list):
        return f"[{' '.join(map(_text, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
