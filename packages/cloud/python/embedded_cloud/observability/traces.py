"""All segment documents of the cloud, by their traces. A subsegment that was sent alone stays a document of its own."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

type Document = dict[str, Any]


class TraceStore(socketserver.UDPServer):
    """Stands in for the X-Ray daemon: what handlers send to it over UDP, and what Lambda and Step Functions write.

    It listens on 127.0.0.1, on a free port. The clouds of a process follow one another at one port, if it is still
    free: the SDK reads it when it is imported, and fork servers that were kept have imported it.
    """

    max_packet_size = 65536
    _last_port: ClassVar[int] = 0

    def __init__(self, executions: Callable[[], Iterable[Document]]) -> None:
        try:
            super().__init__(("127.0.0.1", TraceStore._last_port), socketserver.DatagramRequestHandler)
        except OSError:
            super().__init__(("127.0.0.1", 0), socketserver.DatagramRequestHandler)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        TraceStore._last_port = self.server_address[1]
        self.address = f"127.0.0.1:{self.server_address[1]}"
        self._executions = executions
        self._sent: list[bytes] = []
        self._written: list[Document] = []

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self.serve_forever, args=(0.2,), name="traces", daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        self.shutdown()
        self.server_close()

    def finish_request(self, request: Any, _: object) -> None:
        """Keep a document; before it is a header line, `{"format": "json", "version": 1}`."""
        self._sent.append(request[0].partition(b"\n")[2])

    def write(self, document: Document) -> None:
        """Keep a segment of the platform's own."""
        self._written.append(document)

    def traces(self) -> dict[str, list[Document]]:
        """Give the documents of all traces by their ids."""
        return by_trace((*self._written, *self._executions(), *map(json.loads, list(self._sent))))


def by_trace(documents: Iterable[Document]) -> dict[str, list[Document]]:
    """Give documents by the ids of their traces."""
    traces = defaultdict[str, list[Document]](list)
    for document in documents:
        traces[document["trace_id"]].append(document)
    return dict(traces)
