"""The simulated Enedis as a whole: a network, its certificates and its HTTPS server."""

import ssl
from datetime import timedelta

from local.partners.enedis.certificates import Authority, Pair
from local.partners.enedis.network import EnedisNetwork
from local.partners.enedis.server import EnedisServer
from local.serving import Serving

_LOGIN = "supplier@simulated.invalid"
_PASSWORD = "simulated"  # noqa: S105 - of a simulator on 127.0.0.1


class EnedisSimulator(Serving):
    """Serves on 127.0.0.1 within its ``with`` block.

    Parameters
    ----------
    step_seconds : float
        How long a case stays in each of its states (three steps from sent to done).
    port : int
        Where it listens; 0 takes a free one.

    Example
    -------
    >>> with EnedisSimulator(step_seconds=0.3) as enedis:
    ...     enedis.network.add_point(PointSetup("12345678901234", contract_id="C-1"))
    ...     client = EnedisClient(enedis.url, EnedisCredentials.from_secret(enedis.secret()), ...)
    """

    def __init__(self, *, step_seconds: float = 0.3, port: int = 0) -> None:
        self.network = EnedisNetwork(timedelta(seconds=step_seconds))
        self.authority = Authority()
        self._client = self.authority.client()
        server = EnedisServer(self.network, _server_context(self.authority), (_LOGIN, _PASSWORD), port)
        self.network.on_connection_fault = server.drop_idle
        server.start("enedis-simulator")
        super().__init__(server)

    @property
    def url(self) -> str:
        """Base address, without a path."""
        return f"https://127.0.0.1:{self.port}"

    def secret(self, pair: Pair | None = None) -> dict[str, str]:
        """The secret that lets a client in; with another pair, for instance a renewed certificate."""
        pair = pair or self._client
        return {
            "certificate": pair.certificate,
            "privateKey": pair.private_key,
            "caBundle": self.authority.certificate,
            "login": _LOGIN,
            "password": _PASSWORD,
        }


def _server_context(authority: Authority) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=authority.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context
