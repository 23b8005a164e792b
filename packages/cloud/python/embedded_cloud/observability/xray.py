"""A stand-in for the X-Ray daemon: takes segments over UDP and keeps them."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any, ClassVar


class SegmentSink:
    """Listens on 127.0.0.1, on a free port, for what the X-Ray SDK sends to its daemon.

    The clouds of a process follow one another at one port, if it is still free: the SDK reads it when it is imported,
    and fork servers that were kept have imported it.
    """

    _last_port: ClassVar[int] = 0

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        try:
            self._socket.bind(("127.0.0.1", SegmentSink._last_port))
        except OSError:
            self._socket.bind(("127.0.0.1", 0))
        SegmentSink._last_port = self._socket.getsockname()[1]
        self._lock = threading.Lock()
        self._documents: list[bytes] = []
        self._thread = threading.Thread(target=self._receive, name="xray-sink", daemon=True)
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def segments(self) -> list[dict[str, Any]]:
        """Give the segments and subsegments received so far."""
        with self._lock:
            documents = list(self._documents)
        return [segment for document in documents for segment in _parsed(document)]

    def _receive(self) -> None:
        while True:
            datagram, _ = self._socket.recvfrom(65536)
            if not datagram:
                return
            # A header line, `{"format": "json", "version": 1}`, and the document.
            _, _, document = datagram.partition(b"\n")
            with self._lock:
                self._documents.append(document)


def _parsed(document: bytes) -> list[dict[str, Any]]:
    try:
        return [json.loads(document)]
    except ValueError:
        return []  # the daemon drops what it cannot read, too
