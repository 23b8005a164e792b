"""Our credentials at Enedis: a client certificate with its key, and a login."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from restoration.errors import InvalidConfiguration

_PEM_MARK = "-----BEGIN "


@dataclass(frozen=True, slots=True)
class EnedisCredentials:
    """The secret as Secrets Manager holds it. Neither key nor password shows in a representation of it."""

    certificate: str
    private_key: str = field(repr=False)
    login: str
    password: str = field(default="", repr=False)
    ca_bundle: str | None = None

    @classmethod
    def from_secret(cls, secret: Mapping[str, object]) -> Self:
        """Check a secret and read it.

        Parameters
        ----------
        secret : Mapping[str, object]
            ``certificate``, ``privateKey`` (PEM), ``login``; optionally ``caBundle`` (PEM; without it the public
            authorities are trusted) and ``password`` (with it HTTP Basic is sent too).

        Raises
        ------
        InvalidConfiguration
            When a key is missing, is not text or is not PEM. The message names the key, never its value.
        """
        return cls(
            certificate=_pem(secret, "certificate"),
            private_key=_pem(secret, "privateKey"),
            login=_text(secret, "login"),
            password=_text(secret, "password") if secret.get("password") else "",
            ca_bundle=_pem(secret, "caBundle") if secret.get("caBundle") else None,
        )


def _text(secret: Mapping[str, object], key: str) -> str:
    value = secret.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InvalidConfiguration(f"Enedis secret: key {key!r} is missing, empty or not text.")
    return value


def _pem(secret: Mapping[str, object], key: str) -> str:
    value = _text(secret, key)
    if _PEM_MARK not in value:
        raise InvalidConfiguration(f"Enedis secret: key {key!r} is not in PEM format (no '{_PEM_MARK}…' line).")
    return value
