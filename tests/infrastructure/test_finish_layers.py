"""What the SAM CLI has built is finished: services that functions call, without documentation, and byte code."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from scripts.finish_layers import SERVICES, LayersError, finish
from tests.infrastructure.templates import FUNCTIONS, TEMPLATE, as_list

BOTOCORE_S_NAME = {"ses": "sesv2", "sms-voice": "pinpoint-sms-voice-v2", "states": "stepfunctions"}
"""By the prefix of IAM's actions, where they differ."""
MODEL: dict[str, Any] = {
    "metadata": {"endpointPrefix": "queues"},
    "clientContextParams": {"Accelerate": {"type": "boolean", "documentation": "botocore asks for it."}},
    "operations": {"Put": {"name": "Put", "documentation": "<p>Puts.</p>"}},
    "shapes": {"Page": {"type": "structure", "members": {"documentation": {"shape": "Text", "documentation": "It."}}}},
}


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build folder with a few small files in the places of the real ones."""
    for layer in ("DependenciesLayer", "SoapLayer", "PagesLayer"):
        module = tmp_path / layer / "python" / "package" / "__init__.py"
        module.parent.mkdir(parents=True)
        module.write_text("ANSWER = 42\n", encoding="utf-8")
    for service in (*SERVICES, "ec2"):
        folder = data_of(tmp_path) / service / "2026-01-01"
        folder.mkdir(parents=True)
        (folder / "service-2.json.gz").write_bytes(gzip.compress(json.dumps(MODEL).encode()))
    endpoints = {"partitions": [{"partition": "aws", "services": {"ec2": {}, "queues": {"endpoints": {}}}}]}
    (data_of(tmp_path) / "endpoints.json").write_text(json.dumps(endpoints), encoding="utf-8")
    return tmp_path


def data_of(build: Path) -> Path:
    return build / "DependenciesLayer" / "python" / "botocore" / "data"


def model_of(build: Path, service: str) -> Any:
    return json.loads(gzip.decompress((data_of(build) / service / "2026-01-01" / "service-2.json.gz").read_bytes()))


def test_services_are_those_that_the_functions_have_rights_for() -> None:
    statements = [statement for role, statement in TEMPLATE.statements() if role in FUNCTIONS]
    called = {action.partition(":")[0] for statement in statements for action in as_list(statement["Action"])}
    assert {BOTOCORE_S_NAME.get(name, name) for name in called} == SERVICES


def test_only_services_that_are_called_stay_with_their_endpoints(build: Path) -> None:
    finish(build)
    assert {path.name for path in data_of(build).iterdir()} == SERVICES | {"endpoints.json"}
    (partition,) = json.loads((data_of(build) / "endpoints.json").read_text(encoding="utf-8"))["partitions"]
    assert partition == {"partition": "aws", "services": {"queues": {"endpoints": {}}}}


def test_texts_about_operations_and_shapes_go_and_all_else_stays(build: Path) -> None:
    finish(build)
    assert model_of(build, "sqs") == {
        "metadata": {"endpointPrefix": "queues"},
        "clientContextParams": MODEL["clientContextParams"],
        "operations": {"Put": {"name": "Put"}},
        "shapes": {"Page": {"type": "structure", "members": {"documentation": {"shape": "Text"}}}},
    }


def test_a_second_time_changes_nothing(build: Path) -> None:
    finish(build)
    once = {path: path.read_bytes() for path in build.rglob("*") if path.is_file()}
    finish(build)
    assert {path: path.read_bytes() for path in build.rglob("*") if path.is_file()} == once


def test_missing_build_is_named(tmp_path: Path) -> None:
    with pytest.raises(LayersError, match="DependenciesLayer is not built: run sam build first"):
        finish(tmp_path)


def test_service_that_botocore_does_not_have_is_named(build: Path) -> None:
    (data_of(build) / "sqs").rename(data_of(build) / "queues")
    with pytest.raises(LayersError, match="has no model of sqs"):
        finish(build)
