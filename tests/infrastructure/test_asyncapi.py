"""The AsyncAPI document: in step with the models, and read by the official parser without a complaint."""

import json
import shutil
from typing import Any

import pytest
from pydantic import BaseModel

from scripts.asyncapi import EVENTS, FILE, rendered
from scripts.event_schemas import FOLDER, incoming_models, published_models
from tests.npm import read


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the parser says of the document, and of one that lacks a schema. It takes a second to start."""
    folder = tmp_path_factory.mktemp("broken")
    shutil.copytree(FOLDER, folder / FOLDER.name)
    (folder / FOLDER.name / "PowerRestored.json").unlink()
    broken = folder / FILE.name
    broken.write_text(rendered(), encoding="utf-8")
    found = read("@asyncapi/parser", "read_asyncapi.mjs", FILE, broken)
    return [found[str(file)] for file in (FILE, broken)]


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


def test_official_parser_has_no_complaint_but_of_a_broken_document(reports: list[dict[str, Any]]) -> None:
    assert reports[0]["complaints"] == []
    assert any("PowerRestored.json" in complaint for complaint in reports[1]["complaints"])


@pytest.mark.parametrize(("action", "models"), [("receive", incoming_models()), ("send", published_models())])
def test_what_we_receive_and_send_are_the_models_with_their_fields(
    reports: list[dict[str, Any]], action: str, models: dict[str, type[BaseModel]]
) -> None:
    assert messages_of(reports[0], action) == {detail_type: fields_of(model) for detail_type, model in models.items()}


def test_each_sender_has_an_operation_with_its_own_events(reports: list[dict[str, Any]]) -> None:
    for detail_type in incoming_models():
        source = json.loads((EVENTS / f"{detail_type}.json").read_text(encoding="utf-8"))["source"]
        assert detail_type in reports[0]["operations"][f"receiveFrom{source.title()}"]["messages"]
