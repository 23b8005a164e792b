"""Segment documents become traces, which X-Ray's API gives to readers."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from embedded_cloud.backends import xray_api
from embedded_cloud.backends.protocol import AwsRequest, Operation, RefusedError, serve
from embedded_cloud.backends.xray_api import SUMMARIES_A_PAGE, matcher_of
from embedded_cloud.errors import LambdaError, ThrottledError
from embedded_cloud.execution import Execution
from embedded_cloud.functions.segments import InvocationTrace
from embedded_cloud.observability.traces import by_trace
from embedded_cloud.states.traces import documents

NOW = int(time.time())
HEADER = "Root=1-67891233-aaaaaaaaaaaaaaaaaaaaaaaa;Parent=53995c3f42cd8ad8;Sampled=1"
FUNCTION: Any = SimpleNamespace(name="place-order", arn="arn:aws:lambda:eu-west-3:123456789012:function:place-order")


def trace_id(number: int, age: int = 0) -> str:
    return f"1-{NOW - age:08x}-{number:024x}"


def segment(number: int, *, age: int = 0, **more: Any) -> dict[str, Any]:
    start = NOW - age
    base = {"id": f"{number:016x}", "name": "f", "trace_id": trace_id(number, age), "start_time": start}
    return {**base, "end_time": start + 1, **more}


def api_of(*documents: dict[str, Any]) -> Mapping[str, Operation]:
    store: Any = SimpleNamespace(traces=lambda: by_trace(documents))
    return xray_api.operations(store)


def ask(api: Mapping[str, Operation], path: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
    request = AwsRequest("xray", "eu-west-3", "POST", path, {}, json.dumps(parameters).encode())
    response = serve(api[request.operation], request)
    assert response is not None
    return response.status, json.loads(response.body)


def test_summaries_are_those_of_the_window_that_match_the_most_recent_first() -> None:
    annotated = {"annotations": {"limitationId": "LIM-1"}}
    api = api_of(
        segment(1, age=60, **annotated),
        segment(2, age=30, subsegments=[{"id": "x", "name": "record", "start_time": NOW, **annotated}]),
        segment(3, age=20, annotations={"limitationId": "LIM-2"}),
        segment(4, age=7200, **annotated),
    )
    expression = 'annotation.limitationId = "LIM-1"'
    status, found = ask(api, "/TraceSummaries", StartTime=NOW - 600, EndTime=NOW, FilterExpression=expression)
    assert status == 200
    assert [each["Id"] for each in found["TraceSummaries"]] == [trace_id(2, 30), trace_id(1, 60)]


def test_summaries_come_in_pages() -> None:
    api = api_of(*(segment(number, age=60) for number in range(SUMMARIES_A_PAGE + 1)))
    window = {"StartTime": NOW - 600, "EndTime": NOW}
    _, first = ask(api, "/TraceSummaries", **window)
    _, second = ask(api, "/TraceSummaries", **window, NextToken=first["NextToken"])
    assert (len(first["TraceSummaries"]), len(second["TraceSummaries"])) == (SUMMARIES_A_PAGE, 1)
    assert "NextToken" not in second


@pytest.mark.parametrize(
    "request_of", [{"StartTime": NOW - 6 * 3600 - 1, "EndTime": NOW}, {"StartTime": NOW, "EndTime": NOW}]
)
def test_window_that_x_ray_refuses_is_refused(request_of: dict[str, int]) -> None:
    status, answer = ask(api_of(), "/TraceSummaries", **request_of)
    assert (status, answer["__type"]) == (400, "InvalidRequestException")


def test_whole_traces_are_given_five_at_a_time() -> None:
    api = api_of(segment(1))
    _, found = ask(api, "/Traces", TraceIds=[trace_id(1), trace_id(2)])
    assert [each["Id"] for each in found["Traces"]] == [trace_id(1)]
    assert json.loads(found["Traces"][0]["Segments"][0]["Document"])["name"] == "f"
    assert found["UnprocessedTraceIds"] == [trace_id(2)]
    status, _ = ask(api, "/Traces", TraceIds=[trace_id(number) for number in range(6)])
    assert status == 400


def test_filter_that_is_not_known_is_refused_rather_than_ignored() -> None:
    with pytest.raises(RefusedError, match=r"service\("):
        matcher_of('service("f")')


def test_failed_and_throttled_invocations_are_marked() -> None:
    written: list[dict[str, Any]] = []
    failed = InvocationTrace(FUNCTION, HEADER, (), written.append)
    with pytest.raises(LambdaError), failed.whole(), failed.running("r-1"):
        raise LambdaError("BillingUnavailable", "the text", b"{}")
    throttled = InvocationTrace(FUNCTION, HEADER, (), written.append)
    with pytest.raises(ThrottledError), throttled.whole():
        raise ThrottledError("Rate Exceeded.")
    function, service, refused = written
    assert function["cause"]["exceptions"][0]["type"] == "BillingUnavailable"
    assert "the text" not in json.dumps(written)
    assert service["fault"] is True
    assert (refused["throttle"], refused["http"]["response"]["status"]) == (True, 429)


def test_trace_that_is_not_sampled_is_not_written() -> None:
    written: list[dict[str, Any]] = []
    trace = InvocationTrace(FUNCTION, HEADER.replace("Sampled=1", "Sampled=0"), (), written.append)
    with trace.whole(), trace.running("r-1"):
        pass
    assert written == []
    assert trace.worker_header.endswith("Sampled=0")


def test_execution_s_segment_has_its_states_and_their_attempts() -> None:
    begun = dt.datetime.now(tz=dt.UTC)
    execution = Execution("arn:e", "e", "machine", begun, {}, trace_header=HEADER)
    called = {"resource": "invoke", "resourceType": "lambda"}
    events: list[tuple[str, dict[str, str]]] = [
        ("TaskStateEntered", {"name": "ReadPoint"}),
        ("TaskStarted", called),
        ("TaskFailed", {**called, "error": "EnedisUnavailable"}),
        ("TaskStarted", called),
        ("TaskSucceeded", called),
        ("TaskStateExited", {"name": "ReadPoint"}),
        ("TaskStateEntered", {"name": "Waits"}),
        ("TaskStarted", {"resource": "updateItem.waitForTaskToken", "resourceType": "aws-sdk:dynamodb"}),
    ]
    history = [
        {
            "id": at,
            "type": kind,
            "timestamp": (begun + dt.timedelta(seconds=at)).isoformat(),
            "someEventDetails": details,
        }
        for at, (kind, details) in enumerate(events)
    ]
    execution._events = SimpleNamespace(_history_event_list=history)
    [document] = documents([execution])
    assert (document["origin"], document["in_progress"]) == ("AWS::StepFunctions::StateMachine", True)
    read, waits = document["subsegments"]
    assert (read["name"], round(read["end_time"] - read["start_time"], 3)) == ("ReadPoint", 5)
    first, second = read["subsegments"]
    assert first["cause"]["exceptions"][0]["type"] == "EnedisUnavailable"
    assert (second["name"], second["aws"]["operation"], "fault" in second) == ("Lambda", "invoke", False)
    assert waits["subsegments"][0]["aws"]["operation"] == "updateItem"
    assert "end_time" not in waits

    execution.status, execution.error, execution.ended_at = "FAILED", "States.Timeout", begun + dt.timedelta(seconds=9)
    [failed] = documents([execution])
    state = failed["subsegments"][1]
    assert state["fault"] is True
    assert state["cause"]["exceptions"][0]["type"] == failed["cause"]["exceptions"][0]["type"] == "States.Timeout"
    execution.trace_header = HEADER.replace("Sampled=1", "Sampled=0")
    assert documents([execution]) == []
