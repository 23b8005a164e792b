"""AWS's own language service and npm's asl-validator read each machine as deployed."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from local.asl import definition_of
from tests.npm import MODULES, need, read
from tests.statemachine.deployed import deployed_machines

DEPLOYED = {deployed.machine.name: deployed.substituted() for deployed in deployed_machines()}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """The service's findings in each machine, and in a spoilt one; node is started once."""
    folder = tmp_path_factory.mktemp("machines")
    spoilt = DEPLOYED["restoration"].replace("Next: TakeCharge", "Next: NoSuchState", 1)
    texts = {**DEPLOYED, "spoilt": spoilt}
    files = [folder / f"{number}.asl.yaml" for number in range(len(texts))]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    return dict(zip(texts, read("amazon-states-language-service", "read_asl.mjs", *files), strict=True))


def test_language_service_finds_nothing(found: Mapping[str, list[str]]) -> None:
    assert {name: found[name] for name in DEPLOYED if found[name]} == {}


def test_language_service_would_find_a_state_that_is_not_there(found: Mapping[str, list[str]]) -> None:
    assert any("must be the name of an existing state" in each for each in found["spoilt"])


def test_asl_validator_finds_nothing_and_would_find_a_dangling_next_or_jsonpath(tmp_path: Path) -> None:
    """cfn-lint sees no dangling ``Next`` in a machine of SAM's."""
    node, definitions = need("asl-validator"), {name: definition_of(text) for name, text in DEPLOYED.items()}
    broken = definition_of(DEPLOYED["restoration"])
    broken["States"][broken["StartAt"]]["Next"] = "NoSuchState"
    paths, jsonpath = [], {**definitions["restoration"], "QueryLanguage": "JSONPath"}
    for name, definition in {**definitions, "broken": broken, "jsonpath": jsonpath}.items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(definition), encoding="utf-8")
        paths += ["--json-path", str(path)]
    command = [node, str(MODULES / ".bin" / "asl-validator"), *paths]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - a pinned tool
    text = said.stdout + said.stderr
    assert [name for name in definitions if f'/{name}.json" is valid' not in text] == [], text
    assert (text.count("is invalid:"), text.count('/jsonpath.json" is invalid:')) == (2, 1)
    assert "target: NoSuchState" in text
