"""All segment documents of the cloud, put together into traces as X-Ray does."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from embedded_cloud.observability.xray import SegmentSink

type Document = dict[str, Any]


@dataclass
class Trace:
    """One trace: its segments, each with its subsegments inside."""

    id: str
    segments: list[Document] = field(default_factory=list)

    @property
    def start(self) -> float:
        """When its first segment began, in epoch seconds."""
        return min(float(segment["start_time"]) for segment in self.segments)

    @property
    def end(self) -> float:
        """When its last segment ended; the beginning of one that has not ended."""
        return max(
            float(segment["end_time"] if "end_time" in segment else segment["start_time"]) for segment in self.segments
        )

    @property
    def size(self) -> int:
        """The length of its documents in bytes, which X-Ray limits."""
        return sum(len(json.dumps(segment).encode()) for segment in self.segments)

    def parts(self) -> Iterator[Document]:
        """Give each segment and subsegment."""
        yield from _parts(self.segments)


def _parts(documents: Iterable[Document]) -> Iterator[Document]:
    for document in documents:
        yield document
        yield from _parts(document.get("subsegments", ()))


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

    def traces(self) -> dict[str, Trace]:
        """Give all traces by their ids."""
        with self._lock:
            documents = list(self._written)
        documents += self._executions()
        documents += self._sink.segments()
        traces: dict[str, Trace] = {}
        alone: list[Document] = []
        for document in documents:
            if document.get("type") == "subsegment":
                alone.append(document)
            elif "trace_id" in document:
                traces.setdefault(document["trace_id"], Trace(document["trace_id"])).segments.append(document)
        _put_together(traces, alone)
        return traces


def _put_together(traces: dict[str, Trace], alone: list[Document]) -> None:
    """Put each subsegment that was sent alone into the part that it names as its parent; they come in any order.

    One whose parent never came is not shown, as in X-Ray, until the parent comes.
    """
    children: dict[tuple[str, str], list[Document]] = {}
    for document in alone:
        children.setdefault((document["trace_id"], document["parent_id"]), []).append(document)

    def fill(trace_id: str, document: Document) -> None:
        own = [*document.get("subsegments", ()), *children.get((trace_id, document["id"]), ())]
        if own:
            document["subsegments"] = sorted(own, key=lambda each: float(each["start_time"]))
        for each in own:
            fill(trace_id, each)

    for trace in traces.values():
        trace.segments = [dict(segment) for segment in trace.segments]
        for segment in trace.segments:
            fill(trace.id, segment)
