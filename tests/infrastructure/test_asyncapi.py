"""The AsyncAPI document: in step with the models, and read by the official parser without a complaint."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from scripts.asyncapi import EVENTS, FILE, rendered
from scripts.event_schemas import FOLDER, incoming_models, published_models
from tests.npm import ROOT, need


def without_a_schema(folder: Path) -> Path:
    """A copy of the document that lacks the schema of an event."""
    shutil.copytree(FOLDER, folder / FOLDER.name)
    (folder / FOLDER.name / "PowerRestored.json").unlink()
    broken = folder / FILE.name
    broken.write_text(rendered(), encoding="utf-8")
    return broken


def with_a_message_of_no_channel(folder: Path) -> Path:
    """A copy of the document in which an operation has a message that its channel lacks."""
    shutil.copytree(FOLDER, folder / FOLDER.name)
    text = rendered()
    assert "#/channels/bus/messages/PowerRestored" in text
    broken = folder / FILE.name
    broken.write_text(
        text.replace("#/channels/bus/messages/PowerRestored", "#/channels/bus/messages/Restored"), "utf-8"
    )
    return broken


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the parser says of the document and of both broken copies; it takes a second to start."""
    broken = [make(tmp_path_factory.mktemp("broken")) for make in (without_a_schema, with_a_message_of_no_channel)]
    files = [str(FILE), *map(str, broken)]
    command = [need("@asyncapi/parser"), str(ROOT / "scripts" / "read_asyncapi.mjs"), *files]
    outcome = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - a script of ours
    found = json.loads(outcome.stdout)
    return [found[file] for file in files]


@pytest.fixture(scope="module")
def report(reports: list[dict[str, Any]]) -> dict[str, Any]:
    return reports[0]


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


def test_document_is_in_step_with_the_models() -> None:
    assert FILE.read_text(encoding="utf-8") == rendered(), "run make schemas"


def test_official_parser_has_no_complaint(report: dict[str, Any]) -> None:
    assert report["complaints"] == []


def test_what_we_receive_is_what_comes_in_with_its_fields(report: dict[str, Any]) -> None:
    expected = {detail_type: fields_of(model) for detail_type, model in incoming_models().items()}
    assert messages_of(report, "receive") == expected


def test_what_we_send_is_what_leaves_us_with_its_fields(report: dict[str, Any]) -> None:
    expected = {detail_type: fields_of(model) for detail_type, model in published_models().items()}
    assert messages_of(report, "send") == expected


def test_each_sender_has_an_operation_with_its_own_events(report: dict[str, Any]) -> None:
    for detail_type in incoming_models():
        source = json.loads((EVENTS / f"{detail_type}.json").read_text(encoding="utf-8"))["source"]
        assert detail_type in report["operations"][f"receiveFrom{source.title()}"]["messages"]


def test_parser_would_complain_of_a_schema_that_is_not_there(reports: list[dict[str, Any]]) -> None:
    assert any("PowerRestored.json" in complaint for complaint in reports[1]["complaints"])


def test_parser_would_complain_of_an_operation_with_a_message_of_no_channel(reports: list[dict[str, Any]]) -> None:
    assert reports[2]["complaints"]
