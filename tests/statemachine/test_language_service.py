"""AWS's own language service reads each machine as deployed."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from local.asl import definition_of
from tests.npm import read
from tests.statemachine.deployed import deployed_machines

DEPLOYED = {deployed.machine.name: deployed.substituted() for deployed in deployed_machines()}


MISTAKES = ("must be the name of an existing state", "cannot be reached", "Field is not supported")


def spoilt() -> Iterator[tuple[str, str]]:
    """The process with one mistake each, by what the service should find."""
    for mistake in MISTAKES:
        definition = definition_of(DEPLOYED["restoration"])
        states: dict[str, Any] = definition["States"]
        first = states["TakeCharge"]
        match mistake:
            case "must be the name of an existing state":
                first["Next"] = "NoSuchState"
            case "cannot be reached":
                states["Alone"] = {"Type": "Succeed"}
            case _:
                first["TimeoutSecond"] = first.pop("TimeoutSeconds")
        yield mistake, yaml.safe_dump(definition, allow_unicode=True)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """The service's findings in each machine, and in each spoilt one; node is started once."""
    folder = tmp_path_factory.mktemp("machines")
    texts = {**DEPLOYED, **dict(spoilt())}
    files = [folder / f"{number}.asl.yaml" for number in range(len(texts))]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    return dict(zip(texts, read("amazon-states-language-service", "read_asl.mjs", *files), strict=True))


def test_language_service_finds_nothing(found: Mapping[str, list[str]]) -> None:
    assert {name: found[name] for name in DEPLOYED if found[name]} == {}


def test_language_service_would_find_each_mistake(found: Mapping[str, list[str]]) -> None:
    assert [mistake for mistake in MISTAKES if not any(mistake in each for each in found[mistake])] == []
