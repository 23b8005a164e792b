"""What the rules decided on the running chain can be explained, and replayed against a changed table."""

import re
from pathlib import Path

import pytest

from local.decision_tools.main import main
from local.stage import Customer
from ops.decisions.tables import DECISIONS
from supervision.cases.kept_decisions import keep_decisions, read_file, read_table
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


def test_every_decision_of_a_case_is_kept_with_its_whole_graph(world: World, restored: Customer) -> None:
    kept = read_table(world.cloud.client("dynamodb"), world.cloud.physical_id("DecisionsTable"), restored.limitation_id)

    states = [it.asked_by.rpartition("/")[2] for it in kept]
    assert [state for state in states if state == "DecideCoverage"] == ["DecideCoverage"] * 2
    assert {"DecideProtection", "DecidePayment", "DecideAction"} <= set(states)
    executions = {execution.name for execution in world.executions(restored)}
    assert {it.asked_by.partition("/")[0] for it in kept} <= executions | {"notify_customer"}
    for decision in kept:
        assert decision.steps[-1]["id"] == decision.decision
        assert {step["version"] for step in decision.steps} == {decision.version}
        assert all(step["microseconds"] >= 0 for step in decision.steps)


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


def test_a_changed_table_is_replayed_against_the_case(
    restored: Customer, kept_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "coverage.dmn"
    text = (DECISIONS / "coverage.dmn").read_text(encoding="utf-8")
    changed.write_text(text.replace('"DEBT_COVERED"', '"DEBT_PAID"'), encoding="utf-8")

    assert main(["replay", "coverage", str(changed), "--from", str(kept_file)]) == 0

    report = capsys.readouterr().out
    total = sum(it.decision == "coverage" for it in read_file(kept_file))
    assert f"Cas rejoués pour « coverage » : {total} ; issue différente : 1" in report
    assert restored.limitation_id in report
    assert "Motif : DEBT_COVERED" in report
    assert "Motif : DEBT_PAID" in report
