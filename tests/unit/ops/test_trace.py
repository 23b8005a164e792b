"""``ops trace``: collecting, joining and drawing the traces of a case."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from ops.trace.collect import collect, spans_of, windows_of
from ops.trace.draw import rows_of
from ops.trace.join import waterfall
from ops.trace.span import Span

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
MINE = "LIM-1"


def segment(name: str, *, at: float = 0.0, took: float | None = 1.0, trace: str = "T", **more: Any) -> dict[str, Any]:
    end = {} if took is None else {"end_time": at + took}
    return {"id": f"{trace}/{name}", "trace_id": trace, "name": name, "start_time": at, **end, **more}


def invocation(function: str, *inner: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
    """The three documents of one invocation: the service's, the function's, and the handler's within."""
    at, took, trace = more.get("at", 0.0), more.get("took", 1.0), more.get("trace", "T")
    service = segment(function, origin="AWS::Lambda", **more)
    own = segment(function, at=at, took=took, trace=trace, origin="AWS::Lambda::Function", parent_id=service["id"])
    handler = segment("## handler", at=at, took=took, trace=trace, subsegments=list(inner))
    return [service, {**own, "id": f"{own['id']}/own", "subsegments": [handler]}]


def record(
    *limitations: str, outcome: str = "STARTED", inner: Sequence[Mapping[str, Any]] = (), at: float = 0.0
) -> Any:
    notes = [
        segment("limitation", at=at, took=0, annotations={"limitationId": each, "outcome": outcome})
        | {"id": f"note/{each}/{at}"}
        for each in limitations
    ]
    return segment("record", at=at, subsegments=[*inner, *notes]) | {"id": f"record/{at}"}


def names(spans: Sequence[Span]) -> list[str]:
    return [span.name for top in spans for span in top.all()]


# ── Collecting ──


def hours_around(*moments: float) -> list[tuple[float, float]]:
    """The windows around moments, in hours from now."""
    windows = windows_of([NOW + timedelta(hours=each) for each in moments], NOW)
    return [((start - NOW) / timedelta(hours=1), (end - NOW) / timedelta(hours=1)) for start, end in windows]


def test_windows_are_around_the_case_s_moments_as_long_as_x_ray_takes_and_a_night_after_the_last() -> None:
    days_of_waiting_before = [(-54, -48), (-48, -42), (-42, -36), (-36, -30)]
    assert hours_around(-215, -213, -49.6, -48.6) == [(-216, -210), *days_of_waiting_before]
    assert hours_around(-48.4)[:2] == [(-54, -48), (-48, -42)], "half an hour before it"
    assert hours_around(-31, -0.1) == [(-36, -30), (-30, -24), (-6, 0)], "and one and a half after it"


def test_windows_end_now_and_begin_no_earlier_than_traces_are_kept() -> None:
    assert hours_around(-960, -719, 0) == [(-720, -714), (-6, 0)]
    assert hours_around() == []


class XRay:
    """X-Ray with some traces; it notes what it is asked."""

    def __init__(self, **traces: list[dict[str, Any]]) -> None:
        self.traces = traces
        self.asked: list[dict[str, Any]] = []

    def get_paginator(self, operation: str) -> Any:
        return SimpleNamespace(paginate=partial(self._pages, operation))

    def _pages(self, operation: str, **parameters: Any) -> list[dict[str, Any]]:
        self.asked.append(parameters)
        if operation == "get_trace_summaries":
            return [{"TraceSummaries": [{"Id": each}]} for each in sorted(self.traces)]
        assert operation == "batch_get_traces"
        found = [
            {
                "Id": each,
                "LimitExceeded": each == "T1",
                "Segments": [{"Document": json.dumps(document)} for document in self.traces[each]],
            }
            for each in parameters["TraceIds"]
            if each in self.traces
        ]
        return [{"Traces": found}]


def test_traces_of_all_windows_and_pages_are_read_once_and_five_at_a_time() -> None:
    client: Any = XRay(**{f"T{number}": [segment("f", trace=f"T{number}")] for number in range(7)})
    windows = windows_of([NOW - timedelta(hours=3)], NOW)
    roots, cut = collect(client, MINE, [*windows, *windows], known=["T3", "gone"], stack="restoration")
    assert sorted(root.trace_id for root in roots) == [f"T{number}" for number in range(7)]
    assert cut == ["T1"]
    asked = [each["TraceIds"] for each in client.asked if "TraceIds" in each]
    assert sorted(len(each) for each in asked) == [3, 5]
    time = {"StartTime": NOW - timedelta(hours=6), "EndTime": NOW, "TimeRangeType": "TraceId"}
    once = {**time, "FilterExpression": 'annotation.limitationId = "LIM-1"'}
    assert [each for each in client.asked if "TraceIds" not in each] == [once, once]


# ── Joining ──


@pytest.mark.parametrize(("at", "is_below"), [(5.1, True), (7.1, True), (7.2, False)])
def test_execution_is_below_the_call_that_started_it_though_its_trace_is_another(at: float, *, is_below: bool) -> None:
    start = segment("states", at=5.0, took=0.1, namespace="aws", aws={"operation": "StartExecution"})
    earlier = {**start, "id": "earlier", "start_time": 1.0, "end_time": 1.1}
    intake = invocation("receive-payments", record(MINE, inner=[earlier, start]), took=9.0)
    state = segment("TakeCharge", at=5.2, trace="E", subsegments=[segment("Lambda", at=5.2, trace="E")])
    state["annotations"] = {"limitationId": MINE}
    execution = segment("restoration", at=at, trace="E", origin="AWS::StepFunctions::StateMachine", subsegments=[state])
    tops = waterfall([*spans_of(intake), *spans_of([execution])], MINE)
    assert [top.name for top in tops] == ["receive-payments", "restoration"][: 1 if is_below else 2]
    calls = [span for span in tops[0].all() if span.name == "states"]
    assert [names(call.children) for call in calls] == [[], ["restoration", "TakeCharge"] if is_below else []]


# ── Drawing ──


def test_calls_in_a_row_are_folded_and_choices_left_out_unless_all_is_asked_for() -> None:
    calls = [segment(name, at=at, took=took, namespace="aws") for at, name, took in ((1, "db", 1), (3, "ssm", None))]
    again = {**calls[0], "id": "again", "start_time": 2.0, "end_time": 2.5}
    others = [segment("s3", at=4.0, namespace="aws", error=True), segment("sqs", at=7.0, namespace="aws")]
    choices = [segment("IsItOurs", at=5.0, took=0.049), segment("MayIt", at=0.0, took=0.05)]
    machine: Any = {"origin": "AWS::StepFunctions::StateMachine", "subsegments": [calls[0], again, *others, *choices]}
    [top] = spans_of([segment("restoration", took=9.0, **machine)])
    top.children.insert(3, *spans_of([calls[1]]))
    drawn = [(depth, span.name, span.start, span.end) for depth, span in rows_of([top])]
    folded = [(1, "db (2), ssm", 1.0, None), (1, "s3", 4.0, 5.0), (1, "sqs", 7.0, 8.0)]
    assert drawn == [(0, "restoration", 0.0, 9.0), (1, "MayIt", 0.0, 0.05), *folded]
    names = [span.name for _, span in rows_of([top], everything=True)]
    assert names == ["restoration", "MayIt", "db", "db", "ssm", "s3", "IsItOurs", "sqs"]
