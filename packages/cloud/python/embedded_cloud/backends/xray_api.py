"""X-Ray's API for readers: GetTraceSummaries and BatchGetTraces."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from embedded_cloud.backends.protocol import Operation, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from embedded_cloud.backends.protocol import AwsRequest
    from embedded_cloud.observability.traces import Document, TraceStore

LONGEST_WINDOW_SECONDS = 6 * 3600
SUMMARIES_A_PAGE = 50
TRACES_A_CALL = 5
LARGEST_TRACE_BYTES = 500_000
"""https://docs.aws.amazon.com/general/latest/gr/xray.html"""

INVALID = "InvalidRequestException"
CONDITION = re.compile(r'annotation\.(\w+)\s*=\s*"([^"]*)"')


def operations(store: TraceStore) -> dict[str, Operation]:
    """Give the operations that read traces."""
    return {
        "xray:GetTraceSummaries": partial(_summaries, store),
        "xray:BatchGetTraces": partial(_whole, store),
    }


def _summaries(store: TraceStore, request: AwsRequest) -> dict[str, Any]:
    parameters = request.parameters
    start, end = float(parameters["StartTime"]), float(parameters["EndTime"])
    if end <= start:
        raise RefusedError(INVALID, "EndTime must be after StartTime")
    if end - start > LONGEST_WINDOW_SECONDS:
        raise RefusedError(INVALID, "The time range cannot be longer than 6 hours")
    is_meant = matcher_of(parameters.get("FilterExpression") or "")
    traces = store.traces()
    # The first page has the most recent ones: an id says when its trace began.
    begun = {key: int(key.split("-")[1], 16) for key in traces}
    found = sorted((key for key, at in begun.items() if start <= at <= end and is_meant(traces[key])), reverse=True)
    first = int(parameters.get("NextToken") or 0)
    page, rest = found[first : first + SUMMARIES_A_PAGE], found[first + SUMMARIES_A_PAGE :]
    return {
        "TraceSummaries": [{"Id": each} for each in page],
        **({"NextToken": str(first + SUMMARIES_A_PAGE)} if rest else {}),
    }


def _whole(store: TraceStore, request: AwsRequest) -> dict[str, Any]:
    wanted = list(dict.fromkeys(request.parameters["TraceIds"]))
    if len(wanted) > TRACES_A_CALL:
        raise RefusedError(INVALID, f"The number of trace ids is over {TRACES_A_CALL}")
    traces = store.traces()
    return {
        "Traces": [_trace(each, traces[each]) for each in wanted if each in traces],
        "UnprocessedTraceIds": [each for each in wanted if each not in traces],
    }


def matcher_of(expression: str) -> Callable[[Iterable[Document]], bool]:
    """Give what a filter expression means for a trace's documents; an empty one fits all traces.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html

    Raises
    ------
    RefusedError
        When it is more than a text that an annotation has.
    """
    if not expression:
        return lambda _: True
    match = CONDITION.fullmatch(expression)
    if match is None:
        raise RefusedError(INVALID, f'The embedded cloud knows the filter annotation.key = "value", not {expression}')
    return lambda documents: any(part.get("annotations", {}).get(match[1]) == match[2] for part in _parts(documents))


def _parts(documents: Iterable[Document]) -> Iterator[Document]:
    for document in documents:
        yield document
        yield from _parts(document.get("subsegments", ()))


def _trace(trace_id: str, documents: list[Document]) -> dict[str, Any]:
    texts = [json.dumps(document) for document in documents]
    return {
        "Id": trace_id,
        "LimitExceeded": sum(map(len, texts)) > LARGEST_TRACE_BYTES,
        "Segments": [{"Id": it["id"], "Document": text} for it, text in zip(documents, texts, strict=True)],
    }
