"""npm's asl-validator reads each machine as deployed: cfn-lint does not see a dangling ``Next`` in a SAM machine."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.npm import MODULES, need
from tests.statemachine.deployed import deployed_machines

DEPLOYED = {deployed.machine.name: deployed for deployed in deployed_machines()}


def validate(definition: dict[str, Any], folder: Path) -> tuple[int, str]:
    """Run the validator's own command on a definition: its exit code and its output."""
    node = need("asl-validator")
    path = folder / "definition.json"
    path.write_text(json.dumps(definition), encoding="utf-8")
    command = [node, str(MODULES / ".bin" / "asl-validator"), "--json-path", str(path)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - a pinned tool
    return outcome.returncode, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("name", DEPLOYED)
def test_validator_finds_nothing(name: str, tmp_path: Path) -> None:
    code, said = validate(yaml.safe_load(DEPLOYED[name].substituted()), tmp_path)
    assert code == 0, said


@pytest.mark.parametrize("name", DEPLOYED)
def test_validator_would_find_a_dangling_next(name: str, tmp_path: Path) -> None:
    definition = yaml.safe_load(DEPLOYED[name].substituted())
    first = definition["States"][definition["StartAt"]]
    first["Next"] = "NoSuchState"
    code, said = validate(definition, tmp_path)
    assert code == 1
    assert "MISSING_TRANSITION_TARGET" in said
