"""Certificates for mutual TLS on one machine, made in memory: an authority, a server's and a client's."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import trustme

_VALIDITY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, PEM."""

    certificate: str
    private_key: str


class Authority:
    """Signs certificates that it alone vouches for."""

    def __init__(self, name: str = "Simulated Enedis authority") -> None:
        self._authority = trustme.CA(organization_name=name)

    @property
    def certificate(self) -> str:
        return self._authority.cert_pem.bytes().decode()

    def server(self) -> Pair:
        """A certificate for 127.0.0.1 and localhost."""
        return self._issue("127.0.0.1", "localhost")

    def client(self, name: str = "supplier", *, valid_for: timedelta = _VALIDITY) -> Pair:
        """A certificate that authenticates a client; one that is valid for less than nothing has expired."""
        return self._issue(name, valid_for=valid_for)

    def _issue(self, *names: str, valid_for: timedelta = _VALIDITY) -> Pair:
        issued = self._authority.issue_cert(*names, not_after=datetime.now(UTC) + valid_for)
        [certificate] = issued.cert_chain_pems
        return Pair(certificate.bytes().decode(), issued.private_key_pem.bytes().decode())
