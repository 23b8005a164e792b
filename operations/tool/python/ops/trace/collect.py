"""Collects the traces of a limitation from X-Ray, and reads their segment documents as spans.

X-Ray keeps traces for 30 days, gives summaries for six hours at most, and whole traces five at a time:
https://docs.aws.amazon.com/general/latest/gr/xray.html
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from ops.trace.span import Kind, Mark, Span

if TYPE_CHECKING:
    from mypy_boto3_xray import XRayClient

KEPT_FOR = timedelta(days=30)
WINDOW = timedelta(hours=6)
BEFORE, AFTER = timedelta(minutes=30), timedelta(minutes=90)
AFTER_THE_LAST = 3
"""Windows: a message that is kept for the morning leaves hours after its case's last state."""
TRACES_A_CALL = 5
AT_ONCE = 4


type Window = tuple[datetime, datetime]
"""A time in which traces began."""


def windows_of(moments: Sequence[datetime], now: datetime) -> Sequence[Window]:
    """The windows, each as long as X-Ray takes, with the moments of a case; none longer ago than it keeps traces.

    A case may wait for weeks. What happens meanwhile is near a moment that the register or Step Functions know.
    """
    wanted = {each + by for each in moments for by in (-BEFORE, AFTER)}
    wanted |= {max(moments) + number * WINDOW for number in range(AFTER_THE_LAST + 1)} if moments else set()
    starts = sorted({now - -(-(now - each) // WINDOW) * WINDOW for each in wanted})
    windows = ((max(start, now - KEPT_FOR), start + WINDOW) for start in starts if start < now)
    return [(start, end) for start, end in windows if start < end]


def collect(
    client: "XRayClient", limitation_id: str, windows: Iterable[Window], known: Iterable[str], stack: str
) -> tuple[Sequence[Span], Sequence[str]]:
    """Collect all traces that are annotated with a limitation.

    Parameters
    ----------
    known
        Ids of traces that are the case's in any case: those of its executions. They may have begun long before.
    stack
        The stack's name, with which the names of its functions and machines begin.

    Returns
    -------
    tuple
        The spans that are part of no other, of all traces; the ids of traces that were cut off, for their size.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda window: _ids(client, limitation_id, window), windows)
        ids = sorted({*known, *(each for some in found for each in some)})
        groups = batched(ids, TRACES_A_CALL, strict=False)
        traces = [each for some in pool.map(lambda group: _whole(client, group), groups) for each in some]
    roots = [
        root
        for each in traces
        for root in spans_of([json.loads(segment["Document"]) for segment in each["Segments"]], f"{stack}-")
    ]
    return roots, [each["Id"] for each in traces if each.get("LimitExceeded")]


def _ids(client: "XRayClient", limitation_id: str, window: Window) -> Sequence[str]:
    pages = client.get_paginator("get_trace_summaries").paginate(
        StartTime=window[0],
        EndTime=window[1],
        TimeRangeType="TraceId",
        FilterExpression=f'annotation.limitationId = "{limitation_id}"',
    )
    return [each["Id"] for page in pages for each in page["TraceSummaries"]]


def _whole(client: "XRayClient", ids: Sequence[str]) -> Sequence[Any]:
    pages = client.get_paginator("batch_get_traces").paginate(TraceIds=ids)
    return [each for page in pages for each in page["Traces"]]


def spans_of(documents: Iterable[Mapping[str, Any]], prefix: str = "") -> Sequence[Span]:
    """Read the segment documents of one trace as trees of spans; gives their roots.

    Subsegments are inside of their segments, or documents of their own. X-Ray also infers segments for services that
    send none, such as DynamoDB: those repeat a call, and are left out.
    """
    spans: dict[str, Span] = {}
    parents: dict[str, str] = {}

    def take(document: Mapping[str, Any], trace_id: str, parent: str | None, outer: Kind | None) -> None:
        span = _span(document, trace_id, outer, prefix)
        spans[span.id] = span
        if parent:
            parents[span.id] = parent
        for inner in document.get("subsegments", ()):
            take(inner, trace_id, span.id, span.kind)

    for each in documents:
        if not each.get("inferred"):
            take(each, each["trace_id"], each.get("parent_id"), None)
    roots: list[Span] = []
    for span in spans.values():
        parent = spans.get(parents.get(span.id, ""))
        (roots if parent is None else parent.children).append(span)
    for span in spans.values():
        span.children.sort(key=lambda child: child.start)
    return sorted(roots, key=lambda root: root.start)


def _span(document: Mapping[str, Any], trace_id: str, outer: Kind | None, prefix: str) -> Span:
    kind = _kind(document, outer)
    annotations = document.get("annotations", {})
    exceptions = (document.get("cause") or {}).get("exceptions", []) if isinstance(document.get("cause"), dict) else []
    return Span(
        id=document["id"],
        trace_id=trace_id,
        name=str(document["name"]).removeprefix(prefix),
        kind=kind,
        start=float(document["start_time"]),
        end=None if document.get("end_time") is None else float(document["end_time"]),
        text=_text(document),
        annotations=annotations,
        mark=_mark(document),
        error=str(annotations.get("errorClass") or (exceptions[0].get("type", "") if exceptions else "")),
        links=tuple((each["trace_id"], each.get("id") or "") for each in document.get("links", ())),
    )


def _kind(document: Mapping[str, Any], outer: Kind | None) -> Kind:
    match document.get("origin"), document.get("namespace"):
        case "AWS::StepFunctions::StateMachine", _:
            return Kind.EXECUTION
        case (("AWS::Lambda" | "AWS::Lambda::Function"), _):
            return Kind.FUNCTION
        case _, "aws":
            return Kind.CALL
        case _, "remote":
            return Kind.REMOTE
    if outer is Kind.EXECUTION:
        return Kind.STATE
    return Kind.RECORD if document["name"] == "record" else Kind.PART


def _text(document: Mapping[str, Any]) -> str:
    operation = document.get("aws", {}).get("operation") or document.get("annotations", {}).get("operation") or ""
    status = document.get("http", {}).get("response", {}).get("status")
    return " ".join(str(part) for part in (operation, status if document.get("namespace") == "remote" else "") if part)


def _mark(document: Mapping[str, Any]) -> Mark:
    if document.get("throttle"):
        return Mark.THROTTLE
    # The SDK marks what AWS refused as a fault, too, since it became an exception.
    if document.get("error"):
        return Mark.ERROR
    return Mark.FAULT if document.get("fault") else Mark.NONE
