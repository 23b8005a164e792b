"""All segment documents of the cloud, by their traces. A subsegment that was sent alone stays a document of its own."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from embedded_cloud.observability.xray import SegmentSink

type Document = dict[str, Any]


class TraceStore:
    """What handlers sent to the daemon, and what Lambda and Step Functions themselves write."""

    def __init__(self, sink: SegmentSink, executions: Callable[[], Iterable[Document]] = tuple) -> None:
        self._sink = sink
        self._executions = executions
        self._lock = threading.Lock()
        self._written: list[Document] = []

    def write(self, document: Document) -> None:
        """Keep a segment of the platform's own."""
        with self._lock:
            self._written.append(document)

    def traces(self) -> dict[str, list[Document]]:
        """Give the documents of all traces by their ids."""
        with self._lock:
            documents = list(self._written)
        traces = defaultdict[str, list[Document]](list)
        for document in (*documents, *self._executions(), *self._sink.segments()):
            traces[document["trace_id"]].append(document)
        return dict(traces)
