"""What is traced beside what the X-Ray SDK traces by itself."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from aws_xray_sdk import global_sdk_config
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.context import Context
from aws_xray_sdk.core.lambda_launcher import LambdaContext

from restoration.errors import BillingUnavailable
from restoration.tracing import (
    annotate,
    http_call,
    note_case,
    part,
    record,
    trace_of_copy,
    trace_of_execution,
    tracer,
)

SECRET = "the debt is 123.45"  # noqa: S105 - what must not leave


@pytest.fixture
def segment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A segment that is open, as Lambda has one while a handler runs."""
    global_sdk_config.set_sdk_enabled(True)
    monkeypatch.setattr(tracer, "disabled", False)
    monkeypatch.setattr(xray_recorder, "_context", Context())
    sent: list[Any] = []
    monkeypatch.setattr(xray_recorder, "_emitter", SimpleNamespace(send_entity=sent.append))
    yield xray_recorder.begin_segment("function", sampling=1)
    xray_recorder.clear_trace_entities()
    global_sdk_config.set_sdk_enabled(False)


def subsegments(of: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = of.to_dict().get("subsegments", [])
    return found


def test_handler_is_annotated_with_the_limitation_that_its_event_names(segment: Any) -> None:
    @tracer.capture_lambda_handler
    def handler(_event: Any, _context: Any) -> str:
        annotate(outcome="CLAIMED")
        return "done"

    assert handler({"limitationId": "LIM-1"}, None) == "done"
    [traced] = subsegments(segment)
    assert traced["name"] == "## handler"
    assert traced["annotations"]["limitationId"] == "LIM-1"
    assert traced["annotations"]["outcome"] == "CLAIMED"


@pytest.mark.parametrize("event", [{}, {"limitationId": 7}, {"Records": []}, [], None])
def test_event_without_a_limitation_s_id_is_traced_without_one(segment: Any, event: Any) -> None:
    tracer.capture_lambda_handler(lambda _event, _context: None)(event, None)
    [traced] = subsegments(segment)
    assert "limitationId" not in traced["annotations"]


def test_error_of_a_handler_leaves_its_class_and_no_text_in_the_trace(segment: Any) -> None:
    @tracer.capture_lambda_handler
    def handler(_event: Any, _context: Any) -> None:
        raise BillingUnavailable(SECRET)

    with pytest.raises(BillingUnavailable, match=SECRET):
        handler({"limitationId": "LIM-1"}, None)
    [traced] = subsegments(segment)
    assert traced["fault"] is True
    assert traced["annotations"]["errorClass"] == "BillingUnavailable"
    assert SECRET not in str(traced)


def test_error_that_leaves_a_part_has_no_text_in_the_trace(segment: Any) -> None:
    with pytest.raises(BillingUnavailable), http_call("Enedis", "consulterDonneesPoint", "POST", "https://sge.example"):
        raise BillingUnavailable(SECRET)
    [traced] = subsegments(segment)
    assert (traced["name"], traced["annotations"]["operation"]) == ("Enedis", "consulterDonneesPoint")
    assert traced["annotations"]["errorClass"] == "BillingUnavailable"
    assert SECRET not in str(traced)


def test_two_invocations_of_one_trace_are_parts_of_their_own_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that stays warm evaluates several decisions of one execution."""
    global_sdk_config.set_sdk_enabled(True)
    sent: list[Any] = []
    monkeypatch.setattr(xray_recorder, "_context", LambdaContext())
    monkeypatch.setattr(xray_recorder.streaming, "_threshold", 0)  # as Powertools has it in Lambda
    monkeypatch.setattr(xray_recorder, "_emitter", SimpleNamespace(send_entity=sent.append))

    @tracer.capture_lambda_handler
    def handler(_event: Any, _context: Any) -> None: ...

    for parent in ("1111111111111111", "2222222222222222"):
        header = f"Root=1-5759e988-bd862e3fe1be46a994272793;Parent={parent};Sampled=1"
        monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
        handler({}, None)
    global_sdk_config.set_sdk_enabled(False)
    assert [each.parent_id for each in sent] == ["1111111111111111", "2222222222222222"]


def test_each_record_of_a_batch_names_its_own_limitations(segment: Any) -> None:
    with part("record"):
        note_case("LIM-1", "STARTED")
        note_case("LIM-2", "ABSORBED")
    with part("record"):
        annotate(limitation_id="LIM-3")
    first, second = subsegments(segment)
    met = [(each["annotations"]["limitationId"], each["annotations"]["outcome"]) for each in first["subsegments"]]
    assert met == [("LIM-1", "STARTED"), ("LIM-2", "ABSORBED")]
    assert second["annotations"] == {"limitationId": "LIM-3"}


def test_call_to_billing_is_a_remote_subsegment_with_its_status(segment: Any) -> None:
    with http_call("billing", "situation", "GET", "https://billing.example") as note_status:
        note_status(503)
    [traced] = subsegments(segment)
    assert (traced["name"], traced["namespace"], traced["fault"]) == ("billing", "remote", True)
    assert traced["annotations"] == {"operation": "situation"}
    assert traced["http"] == {
        "request": {"method": "GET", "url": "https://billing.example"},
        "response": {"status": 503},
    }


def test_execution_goes_on_in_the_trace_of_its_event_and_is_sampled() -> None:
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a:0"
    traced = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    assert trace_of_execution(header) == traced
    with record(header):
        assert trace_of_execution() == traced


def test_copy_of_a_record_stays_in_the_record_s_trace(segment: Any) -> None:
    assert trace_of_copy() == {}
    with record("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"):
        value = trace_of_copy()["MessageSystemAttributes"]["AWSTraceHeader"]
        assert value == {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"}
    with record(None):
        assert trace_of_copy() == {}
    assert [each["name"] for each in subsegments(segment)] == ["record", "record"]


@pytest.mark.parametrize("header", [None, "", "Sampled=1", "nonsense"])
def test_execution_without_a_trace_of_its_event_gets_one_of_its_own(header: str | None) -> None:
    made = {trace_of_execution(header) for _ in range(2)}
    assert len(made) == 2
    assert all(each.startswith("Root=1-") and each.endswith(";Sampled=1") for each in made)
