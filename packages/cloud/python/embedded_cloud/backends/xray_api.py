"""X-Ray's API for readers: GetTraceSummaries and BatchGetTraces."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from embedded_cloud.backends.protocol import Operation, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.backends.protocol import AwsRequest
    from embedded_cloud.observability.traces import Trace, TraceStore

LONGEST_WINDOW_SECONDS = 6 * 3600
SUMMARIES_A_PAGE = 50
TRACES_A_CALL = 5
LARGEST_TRACE_BYTES = 500_000
"""https://docs.aws.amazon.com/general/latest/gr/xray.html"""

INVALID = "InvalidRequestException"
CONDITION = re.compile(r'annotation\.(\w+)\s*=\s*"([^"]*)"')


class XRayApi:
    """The operations that read traces."""

    def __init__(self, traces: TraceStore) -> None:
        self._traces = traces
        self.operations: dict[str, Operation] = {
            "xray:GetTraceSummaries": self._summaries,
            "xray:BatchGetTraces": self._whole,
        }

    def _summaries(self, request: AwsRequest) -> dict[str, Any]:
        parameters = request.parameters
        start, end = float(parameters["StartTime"]), float(parameters["EndTime"])
        if end <= start:
            raise RefusedError(INVALID, "EndTime must be after StartTime")
        if end - start > LONGEST_WINDOW_SECONDS:
            raise RefusedError(INVALID, "The time range cannot be longer than 6 hours")
        is_meant = matcher_of(parameters.get("FilterExpression") or "")
        all_of_them = self._traces.traces().values()
        # The first page has the most recent ones.
        found = sorted(
            (trace for trace in all_of_them if start <= _begun_at(trace) <= end and is_meant(annotations_of(trace))),
            key=lambda trace: (trace.start, trace.id),
            reverse=True,
        )
        first = int(parameters.get("NextToken") or 0)
        page, rest = found[first : first + SUMMARIES_A_PAGE], found[first + SUMMARIES_A_PAGE :]
        return {
            "TraceSummaries": [_summary(trace) for trace in page],
            **({"NextToken": str(first + SUMMARIES_A_PAGE)} if rest else {}),
        }

    def _whole(self, request: AwsRequest) -> dict[str, Any]:
        wanted = list(dict.fromkeys(request.parameters["TraceIds"]))
        if len(wanted) > TRACES_A_CALL:
            raise RefusedError(INVALID, f"The number of trace ids is over {TRACES_A_CALL}")
        traces = self._traces.traces()
        return {
            "Traces": [_whole(traces[each]) for each in wanted if each in traces],
            "UnprocessedTraceIds": [each for each in wanted if each not in traces],
        }


def matcher_of(expression: str) -> Callable[[dict[str, list[Any]]], bool]:
    """Give what a filter expression means for a trace's annotations; an empty one fits all traces.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html

    Raises
    ------
    RefusedError
        When it is more than a text that an annotation has.
    """
    match = CONDITION.fullmatch(expression)
    if expression and match is None:
        raise RefusedError(INVALID, f'The embedded cloud knows the filter annotation.key = "value", not {expression}')
    return lambda annotations: match is None or match[2] in annotations.get(match[1], ())


def annotations_of(trace: Trace) -> dict[str, list[Any]]:
    """Give the values of each annotation in a trace."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for part in trace.parts():
        for key, value in part.get("annotations", {}).items():
            if value not in found[key]:
                found[key].append(value)
    return dict(found)


def _begun_at(trace: Trace) -> float:
    return int(trace.id.split("-")[1], 16)


def _summary(trace: Trace) -> dict[str, Any]:
    return {"Id": trace.id, "StartTime": trace.start, "Duration": round(trace.end - trace.start, 3)}


def _whole(trace: Trace) -> dict[str, Any]:
    return {
        "Id": trace.id,
        "Duration": round(trace.end - trace.start, 3),
        "LimitExceeded": trace.size > LARGEST_TRACE_BYTES,
        "Segments": [{"Id": segment["id"], "Document": json.dumps(segment)} for segment in trace.segments],
    }
