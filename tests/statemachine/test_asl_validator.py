"""npm's asl-validator reads each machine as deployed: cfn-lint does not see a dangling ``Next`` in a SAM machine."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.npm import MODULES, need
from tests.statemachine.deployed import deployed_machines
from tests.statemachine.machines import definition_of

DEPLOYED = {deployed.machine.name: deployed for deployed in deployed_machines()}


def validate(definitions: Mapping[str, dict[str, Any]], folder: Path) -> tuple[int, str]:
    """Run the validator's own command once, on all definitions: its exit code and its output.

    To start Node takes ten times as long as to validate a machine.
    """
    node = need("asl-validator")
    paths: list[str] = []
    for name, definition in definitions.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(definition), encoding="utf-8")
        paths += "--json-path", str(path)
    command = [node, str(MODULES / ".bin" / "asl-validator"), *paths]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - a pinned tool
    return outcome.returncode, outcome.stdout + outcome.stderr


def test_validator_finds_nothing_in_any_machine(tmp_path: Path) -> None:
    code, said = validate({name: definition_of(one.substituted()) for name, one in DEPLOYED.items()}, tmp_path)
    assert code == 0, said
    assert [name for name in DEPLOYED if f'/{name}.json" is valid' not in said] == []


def test_validator_would_find_a_dangling_next_in_each_machine(tmp_path: Path) -> None:
    broken = {name: definition_of(one.substituted()) for name, one in DEPLOYED.items()}
    for definition in broken.values():
        definition["States"][definition["StartAt"]]["Next"] = "NoSuchState"
    code, said = validate(broken, tmp_path)
    assert code == 1
    of_each = said.split("is invalid:")
    assert len(of_each) == len(broken) + 1
    for name, before, faults in zip(broken, of_each, of_each[1:], strict=False):
        assert f'/{name}.json" ' in before
        assert "MISSING_TRANSITION_TARGET" in faults
