"""The project's tables hold no error, and what is wrong with a table is printed in French, with its place."""

import io
from pathlib import Path

import pytest
from rich.console import Console

import dmn
from local.decision_tools.__main__ import main
from local.decision_tools.tables.checking import check_files, tell
from local.decision_tools.tables.finding_words import _KINDS
from ops.decisions.tables import DECISIONS
from tests.unit.decision_tools.samples import GRANT, write_model
from tests.unit.ops.printing import are_as_kept, with_marks

TEST = "&lt; 1000"
WRONG = [
    ("&gt;= 1000", "&gt;= 1001"),
    (TEST, "&lt; income * 2"),
    ("<text>50</text>", "<text>max(0,50, 1)</text>"),
    (TEST, "&lt; 999,50"),
    ('hitPolicy="UNIQUE"', 'hitPolicy="COLLECT"'),
    ('hitPolicy="FIRST"', 'hitPolicy="RULE ORDER"'),
    (TEST, "&lt; revenue"),
    (TEST, "[0,5..9["),
    (TEST, "&lt; &lt;"),
    (TEST, "“CARD”"),
    (TEST, "&lt; incom"),
    (TEST, 'date("2026-13-01")'),
    ('hitPolicy="FIRST"', 'hitPolicy="PREMIER"'),
    ("</rule>", ""),
    ('<requiredInput href="#input_income" />', '<requiredDecision href="#grant" />'),
]
"""What a hand writes in the place of what."""
TOLERANCE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t" namespace="urn:t">
    <decision id="tolerance" name="Tolérance"><variable id="v" name="tolerance" typeRef="number" />
    <literalExpression id="e"><text>max(0,50, 2)</text></literalExpression></decision></definitions>"""
REST = GRANT[GRANT.index('<rule id="grant_none">') : GRANT.rindex("</rule>") + len("</rule>")]


def test_the_project_s_tables_only_have_warnings_of_compared_names_and_of_last_rules_for_null() -> None:
    checked = check_files(sorted(DECISIONS.glob("*.dmn")))

    assert {f"{it.severity} {it.kind}" for it in checked.remarks} <= {"warning opaque", "warning null-only"}
    assert len(checked.reports) >= 15


def printed(title: str, *files: Path) -> str:
    """What the command prints of files."""
    console = Console(
        record=True, width=140, color_system="standard", force_terminal=True, highlight=False, file=io.StringIO()
    )
    tell(console, check_files(files))
    return f"── {title}\n{with_marks(console.export_text(styles=True))}\n"


def test_what_is_wrong_with_files_is_printed_as_it_was(tmp_path: Path) -> None:
    """What follows from a decimal comma is not told, and one unreadable file does not hide what is wrong in others."""
    found = [printed(f"{was} becomes {now or 'nothing'}", write_model(tmp_path, (was, now))) for was, now in WRONG]
    first = (REST, ""), ('<rule id="grant_alone">', f'{REST}<rule id="grant_alone">')
    found.append(printed("the rule for all the rest stands first", write_model(tmp_path, *first)))
    unreadable, other = write_model(tmp_path, (TEST, "&lt; &lt;")), tmp_path / "tolerance.dmn"
    other.write_text(TOLERANCE, encoding="utf-8")
    found.append(printed("one can't be read, the other has a comma outside of a table", unreadable, other))
    both = write_model(tmp_path), write_model(tmp_path, name="other.dmn")
    are_as_kept("checked.txt", [*found, printed("two have one decision", *both)])


def test_the_command_fails_on_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(write_model(tmp_path, (TEST, "&lt; 900")))]) == 1
    assert "erreur trou : aucune règle ne convient, par exemple income = 900" in capsys.readouterr().out


def test_each_kind_of_finding_has_the_business_s_words() -> None:
    assert set(_KINDS) == set(dmn.FINDING_KINDS)
