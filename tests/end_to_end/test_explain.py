"""What the rules decided on the running chain can be explained, and replayed against a changed table."""

import re
from pathlib import Path

import pytest

from local.decision_tools.main import main
from local.stage import Customer
from supervision.cases.kept_decisions import keep_decisions
from tests.end_to_end.world import World

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: all kept decisions are counted here."""


@pytest.fixture(autouse=True)
def wide_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wide enough that no sentence is broken, whatever terminal the tests run in."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture(scope="module")
def restored(world: World) -> Customer:
    customer = world.limited_customer()
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    world.wait_for_messages()
    return customer


@pytest.fixture
def kept_file(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "decisions.jsonl"
    assert keep_decisions(world.cloud.client("dynamodb"), world.cloud.physical_id("DecisionsTable"), path) > 0
    return path


def test_the_case_is_explained_from_the_table_and_from_the_file(
    world: World, restored: Customer, kept_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = ["--table", world.cloud.physical_id("DecisionsTable"), "--endpoint-url", world.cloud.endpoint_url]

    assert main(["explain", restored.limitation_id, "--long", *table]) == 0
    from_table = capsys.readouterr().out
    assert main(["explain", restored.limitation_id, "--long", "--from", str(kept_file)]) == 0

    assert capsys.readouterr().out == from_table
    assert "Politique commerciale : dette couverte par de l'argent certain, à la tolérance près" in from_table
    assert re.search(r"▶ Règle \d+ car Ce qui couvre la dette = CERTAIN", from_table)
    assert "étape DecideCoverage" in from_table
    assert "en vigueur" in from_table
