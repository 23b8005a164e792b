"""AWS's own language service reads each machine as deployed."""

from collections.abc import Mapping

import pytest

from tests.npm import read
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
