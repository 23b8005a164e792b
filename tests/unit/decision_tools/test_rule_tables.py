"""What the rules' screen shows of the tables is what the decision files say."""

import json
from pathlib import Path

from local.decision_tools.pages.rule_tables import SUMMARY, summary, write_summary
from tests.unit.decision_tools.samples import write_model


def test_the_summary_is_in_step_with_the_tables_and_their_versions() -> None:
    assert SUMMARY.read_text(encoding="utf-8") == summary(), "run make decision-docs"


def test_a_rule_has_its_conditions_results_and_source_and_no_empty_cell(tmp_path: Path) -> None:
    ((file),) = json.loads(summary(write_model(tmp_path).parent))
    assert (file["file"], file["title"], file["from"]) == ("grant", "Aide", None)
    rules = {rule[0]: rule[1:] for table in file["tables"] for rule in table["rules"]}
    assert [["Tranche", '"LOW"'], ["Seul", "true"]] in [rule[0] for rule in rules.values()]
    assert [["Montant (€)", "100"], ["Motif", '"ALONE"']] in [rule[1] for rule in rules.values()]
    assert "Loi sur les personnes seules" in [rule[2] for rule in rules.values()]


def test_a_changed_table_changes_the_summary_once(tmp_path: Path) -> None:
    into = tmp_path / "rule_tables.json"
    folder = write_model(tmp_path).parent
    assert write_summary(folder, into) == [into]
    assert write_summary(folder, into) == []
    write_model(tmp_path, ("<text>50</text>", "<text>60</text>"))
    assert write_summary(folder, into) == [into]
