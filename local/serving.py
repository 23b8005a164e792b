"""A small HTTP server of this machine that runs within a ``with`` block, in a thread of its own."""

import threading
from http.server import ThreadingHTTPServer
from typing import Self

POLL_SECONDS = 0.05
"""How soon it notices that it is to end."""


class Serving:
    """Serves with a server that listens already; it ends, and frees its port, with the block."""

    def __init__(self, server: ThreadingHTTPServer, name: str) -> None:
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": POLL_SECONDS}, name=name, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"
