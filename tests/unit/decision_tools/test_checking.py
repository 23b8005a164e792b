"""The project's tables hold no error, and each kind of error is found, named and fails the command."""

from pathlib import Path

import pytest

import dmn
from local.decision_tools.checking import _KINDS, Checked, check_files
from local.decision_tools.main import main
from ops.decisions.failures import NothingFound
from ops.decisions.tables import DECISIONS
from tests.unit.decision_tools.samples import write_model


def told(checked: Checked) -> set[str]:
    return {f"{it.severity} {it.kind}" for report in checked.reports for it in report.findings}


def test_the_project_s_tables_hold_no_error() -> None:
    checked = check_files(sorted(DECISIONS.glob("*.dmn")))

    assert checked.broken == ()
    assert [(it.title, f.message) for it in checked.reports for f in it.findings if f.severity == "error"] == []
    assert len(checked.reports) >= 15


def test_the_project_s_tables_only_have_warnings_of_compared_names_and_of_last_rules_for_null() -> None:
    assert told(check_files(sorted(DECISIONS.glob("*.dmn")))) <= {"warning opaque", "warning null-only"}


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (("&gt;= 1000", "&gt;= 1001"), "error gap"),
        (("&lt; 1000", "&lt;= 1000"), "error overlap"),
        (("&lt; 1000", "-"), "error overlap"),
        (("&lt; 1000", '"poor"'), "error type"),
        (("&lt; 1000", "[9..1]"), "error unreachable"),
        (("&lt; 1000", "&lt; income * 2"), "warning opaque"),
        (('<inputEntry id="c6"><text>-', '<inputEntry id="c6"><text>true'), "error masked"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(tmp_path: Path, change: tuple[str, str], finding: str) -> None:
    checked = check_files([write_model(tmp_path, change)])

    assert finding in told(checked)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("&lt; 1000", "&lt; revenue"), "revenue"),
        (("&lt; 1000", "&lt; &lt;"), "c1"),
        (
            ('<requiredInput href="#input_income" />', '<requiredDecision href="#grant" />'),
            "circle",
        ),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told_with_element_and_reason(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    checked = check_files([write_model(tmp_path, change)])

    assert checked.errors == 1
    assert "grant.dmn, element" in checked.broken[0]
    assert reason in checked.broken[0]


def test_two_files_with_one_decision_are_wrong(tmp_path: Path) -> None:
    checked = check_files([write_model(tmp_path), write_model(tmp_path, name="other.dmn")])

    assert [it for it in checked.broken if "« grant » est dans grant.dmn et dans other.dmn" in it]


def test_the_command_fails_on_an_error_and_reports_each_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(write_model(tmp_path, ("&lt; 1000", "&lt; 900")))]) == 1

    report = capsys.readouterr().out
    assert "Tranche (UNIQUE, 2 règles, 1 colonne) : 1 remarque" in report
    assert "erreur trou : aucune règle ne convient, par exemple income = 900" in report
    assert "Aide accordée (FIRST, 3 règles, 2 colonnes) : rien à signaler" in report


def test_the_command_passes_the_project_s_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert " 0 erreur," in capsys.readouterr().out


def test_each_kind_of_finding_has_the_business_s_words() -> None:
    assert set(_KINDS) == set(dmn.FINDING_KINDS)


def test_no_file_is_told() -> None:
    with pytest.raises(NothingFound):
        check_files([])
