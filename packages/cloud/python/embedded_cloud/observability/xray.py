"""A stand-in for the X-Ray daemon: takes segments over UDP and keeps them."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from typing import Any, ClassVar


class SegmentSink(socketserver.UDPServer):
    """Listens on 127.0.0.1, on a free port, for what the X-Ray SDK sends to its daemon.

    The clouds of a process follow one another at one port, if it is still free: the SDK reads it when it is imported,
    and fork servers that were kept have imported it.
    """

    max_packet_size = 65536
    _last_port: ClassVar[int] = 0

    def __init__(self) -> None:
        try:
            super().__init__(("127.0.0.1", SegmentSink._last_port), socketserver.DatagramRequestHandler)
        except OSError:
            super().__init__(("127.0.0.1", 0), socketserver.DatagramRequestHandler)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        SegmentSink._last_port = self.server_address[1]
        self._documents: list[bytes] = []
        self.address = f"127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self.serve_forever, args=(0.2,), name="xray-sink", daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        self.shutdown()
        self.server_close()

    def segments(self) -> list[dict[str, Any]]:
        """Give the segments and subsegments received so far."""
        return [json.loads(document) for document in list(self._documents)]

    def finish_request(self, request: Any, _: object) -> None:
        """Keep the document; before it is a header line, `{"format": "json", "version": 1}`."""
        self._documents.append(request[0].partition(b"\n")[2])
