"""The embedded cloud's small parts, each by itself."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from embedded_cloud.backends.http_serving import HttpHandler
from embedded_cloud.errors import LayerBuildError
from embedded_cloud.functions.layers import Layer, LayerCache
from embedded_cloud.messaging.targets import input_of
from embedded_cloud.moto_mends.api_names import to_api_names
from embedded_cloud.moto_mends.dropped_arguments import UnsupportedFieldError

if TYPE_CHECKING:
    from pathlib import Path

EVENT = {
    "detail-type": "PaymentReceived",
    "detail": {"paymentId": "P1", "amount": 12, "lines": [{"a": 1}]},
}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({}, EVENT),
        ({"Input": '{"a": 1}'}, {"a": 1}),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"type": "$.detail-type", "amount": "$.detail.amount", "a": "$.detail.lines[0].a"},
                    "InputTemplate": '{"text": "<type> of <amount>", "of": [<a>]}',
                }
            },
            {"text": "PaymentReceived of 12", "of": [1]},
        ),
    ],
)
def test_target_gets_the_event_or_what_is_made_of_it(target: dict[str, Any], expected: object) -> None:
    assert json.loads(input_of(target, EVENT)) == expected


def shape(service: str, operation: str) -> Any:
    return botocore.session.Session().get_service_model(service).operation_model(operation).input_shape


def test_arguments_are_named_by_the_service_s_model_and_dynamodb_s_values_as_the_sdk_spells_them() -> None:
    given = {"StateMachineArn": "arn", "Name": "n", "Input": {"a": 1}}
    api = {"stateMachineArn": "arn", "name": "n", "input": '{"a":1}'}
    assert to_api_names(given, shape("stepfunctions", "StartExecution")) == api
    item = {"a": {"Bool": True}, "b": {"Nul": True}, "c": {"Ss": ["x"]}, "d": {"M": {"lower": {"S": "s"}}}}
    spelt = {"a": {"BOOL": True}, "b": {"NULL": True}, "c": {"SS": ["x"]}, "d": {"M": {"lower": {"S": "s"}}}}
    assert to_api_names({"Item": item}, shape("dynamodb", "PutItem"))["Item"] == spelt


def test_name_that_the_api_does_not_have_is_refused() -> None:
    with pytest.raises(UnsupportedFieldError, match=r"'Key\.id\.Str' is not supported; there are S, N"):
        to_api_names({"Key": {"id": {"Str": "x"}}}, shape("dynamodb", "GetItem"))


def test_requirements_without_hashes_are_pips_error_and_leave_nothing(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("nothing==1.0\n")
    with pytest.raises(LayerBuildError, match="hash"):
        LayerCache(tmp_path / "cache").python_path(Layer.of(tmp_path, "python3.13"))
    assert [item.name for item in (tmp_path / "cache").iterdir() if item.suffix != ".lock"] == []


def test_request_is_read_with_its_headers_and_its_client_is_told_to_go_on() -> None:
    handler = HttpHandler.__new__(HttpHandler)
    sent, told = BytesIO(b"X-A:  1 \r\nx-a:b:2\r\nConnection: Close\r\nExpect: 100-continue\r\n\r\nbody"), BytesIO()
    vars(handler).update(raw_requestline=b"PUT /a?b HTTP/1.1\r\n", rfile=sent, wfile=told)
    assert (handler.parse_request(), handler.command, handler.path) == (True, "PUT", "/a?b")
    assert (handler.headers.get_all("X-A"), handler.close_connection) == (["1", "b:2"], True)
    assert (told.getvalue(), sent.read()) == (b"HTTP/1.1 100 Continue\r\n\r\n", b"body")
