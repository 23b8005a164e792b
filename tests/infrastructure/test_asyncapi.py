"""The AsyncAPI document: in step with the models, and read by the official parser without a complaint."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from scripts.asyncapi import EVENTS, FILE
from scripts.event_schemas import incoming_models, published_models
from tests.npm import read


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """What the parser says of the document."""
    found: dict[str, Any] = read("@asyncapi/parser", "read_asyncapi.mjs", FILE)[str(FILE)]
    return found


def fields_of(model: type[BaseModel]) -> list[str]:
    detail = model.model_fields["detail"].annotation
    assert isinstance(detail, type)
    assert issubclass(detail, BaseModel)
    return sorted(str(field.alias) for field in detail.model_fields.values())


def messages_of(report: dict[str, Any], action: str) -> dict[str, list[str]]:
    """All messages of the operations with an action: their names, and the fields of their details."""
    return {
        name: sorted(fields)
        for operation in report["operations"].values()
        if operation["action"] == action
        for name, fields in operation["messages"].items()
    }


def test_official_parser_has_no_complaint(report: dict[str, Any]) -> None:
    assert report["complaints"] == []


@pytest.mark.parametrize(("action", "models"), [("receive", incoming_models()), ("send", published_models())])
def test_what_we_receive_and_send_are_the_models_with_their_fields(
    report: dict[str, Any], action: str, models: dict[str, type[BaseModel]]
) -> None:
    assert messages_of(report, action) == {detail_type: fields_of(model) for detail_type, model in models.items()}


def test_each_sender_has_an_operation_with_its_own_events(report: dict[str, Any]) -> None:
    for detail_type in incoming_models():
        source = json.loads((EVENTS / f"{detail_type}.json").read_text(encoding="utf-8"))["source"]
        assert detail_type in report["operations"][f"receiveFrom{source.title()}"]["messages"]
