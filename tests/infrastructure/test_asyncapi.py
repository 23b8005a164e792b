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


def read_by_the_parser(file: Path) -> dict[str, Any]:
    command = [need("@asyncapi/parser"), str(ROOT / "scripts" / "read_asyncapi.mjs"), str(file)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - a script of ours
    report: dict[str, Any] = json.loads(outcome.stdout)[str(file)]
    return report


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return read_by_the_parser(FILE)


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


def test_parser_would_complain_of_a_schema_that_is_not_there(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER.name
    shutil.copytree(FOLDER, folder)
    (folder / "PowerRestored.json").unlink()
    broken = tmp_path / FILE.name
    broken.write_text(rendered(), encoding="utf-8")
    assert any("PowerRestored.json" in complaint for complaint in read_by_the_parser(broken)["complaints"])


def test_parser_would_complain_of_an_operation_with_a_message_of_no_channel(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / FOLDER.name)
    broken = tmp_path / FILE.name
    text = rendered()
    assert "#/channels/bus/messages/PowerRestored" in text
    broken.write_text(
        text.replace("#/channels/bus/messages/PowerRestored", "#/channels/bus/messages/Restored"), "utf-8"
    )
    assert read_by_the_parser(broken)["complaints"]
