"""The operations' tool on the deployed stack, in the operations role: what it shows, what it changes, what it keeps."""

from collections.abc import Iterator

import pytest

from local.stage import deployed_stage
from local.stage.stage import Stage
from tests.end_to_end.operations import Operations


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with deployed_stage(mode="shadow") as stage:
        yield stage


@pytest.fixture(scope="module")
def operations(stage: Stage) -> Operations:
    return Operations(stage)


def test_turning_the_switch_is_kept_with_who_and_why(operations: Operations) -> None:
    before = operations.run("switch", "--json").content
    assert (before["mode"], before["percent"], before["modeSetAt"]) == ("shadow", 100, None)

    turned = operations.run("switch", "on", "--percent", "10", typed=["go-live, ticket 12", "on"])
    assert turned.exit_code == 0, turned
    assert "90 % of the limitations will run in shadow" in turned.text

    after = operations.run("switch", "--json").content
    assert (after["mode"], after["percent"]) == ("on", 10)
    begun, ended = operations.run("journal", "--json").content
    assert begun["by"].endswith(":assumed-role/restoration-OperationsRole/somebody")
    assert (begun["stage"], begun["reason"]) == ("begun", "go-live, ticket 12")
    assert (ended["stage"], ended["outcome"]) == ("ended", "the switch is on with 10 %")
