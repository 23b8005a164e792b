"""What the rules' screen shows of the tables is what the decision files say."""

from pathlib import Path

from local.decision_tools.pages.rule_tables import SUMMARY, summary, write_summary
from tests.unit.decision_tools.samples import write_model


def test_the_summary_is_in_step_with_the_tables_and_their_versions() -> None:
    assert SUMMARY.read_text(encoding="utf-8") == summary(), "run make decision-docs"


def test_a_changed_table_changes_the_summary_once(tmp_path: Path) -> None:
    into = tmp_path / "rule_tables.json"
    folder = write_model(tmp_path).parent
    assert write_summary(folder, into) == [into]
    assert write_summary(folder, into) == []
    write_model(tmp_path, ("<text>50</text>", "<text>60</text>"))
    assert write_summary(folder, into) == [into]
