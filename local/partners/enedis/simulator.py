"""The simulated Enedis as a whole: a network, its certificates and its HTTPS server."""

import ssl
from contextlib import ExitStack
from datetime import timedelta
from tempfile import NamedTemporaryFile
from typing import Self

from local.partners.enedis.certificates import Authority, Pair
from local.partners.enedis.network import EnedisNetwork
from local.partners.enedis.server import EnedisServer
from local.serving import Serving

_LOGIN = "supplier@simulated.invalid"
_PASSWORD = "simulated"  # noqa: S105 - of a simulator on 127.0.0.1


class EnedisSimulator:
    """Starts on 127.0.0.1; stops with its ``with`` block.

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
        self._context = _server_context(self.authority)
        self._running = ExitStack()
        self._port = port

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; after a :meth:`stop`, on the same port again."""
        server = EnedisServer(self.network, self._context, (_LOGIN, _PASSWORD), self._port)
        self._port = server.server_address[1]
        self.network.on_connection_fault = server.drop_idle
        server.start("enedis-simulator")
        self._running.enter_context(Serving(server))

    def stop(self) -> None:
        """Stop listening: from now on connections are refused by the machine itself."""
        self._running.close()

    @property
    def url(self) -> str:
        """Base address, without a path."""
        return f"https://127.0.0.1:{self._port}"

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
    pair = authority.server()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=authority.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    with NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(pair.private_key + pair.certificate)
        file.flush()
        context.load_cert_chain(file.name)
    return context
