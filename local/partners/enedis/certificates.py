"""Certificates for mutual TLS on one machine, made in memory: an authority, and its clients'."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import trustme


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, PEM."""

    certificate: str
    private_key: str


class Authority(trustme.CA):
    """Signs certificates that it alone vouches for."""

    @property
    def certificate(self) -> str:
        return self.cert_pem.bytes().decode()

    def client(self, *, valid_for: timedelta = timedelta(days=30)) -> Pair:
        """A certificate that authenticates a client; one that is valid for less than nothing has expired."""
        issued = self.issue_cert("supplier", not_after=datetime.now(UTC) + valid_for)
        return Pair(issued.cert_chain_pems[0].bytes().decode(), issued.private_key_pem.bytes().decode())
