"""The project's tables hold no error, and each kind of error is found, named and fails the command."""

from pathlib import Path

import pytest

import dmn
from local.decision_tools.__main__ import main
from local.decision_tools.tables.checking import Checked, check_files
from local.decision_tools.tables.finding_words import _KINDS
from ops.decisions.tables import DECISIONS
from tests.unit.decision_tools.samples import write_model


def told(checked: Checked) -> set[str]:
    return {f"{it.severity} {it.kind}" for it in checked.remarks}


def test_the_project_s_tables_only_have_warnings_of_compared_names_and_of_last_rules_for_null() -> None:
    checked = check_files(sorted(DECISIONS.glob("*.dmn")))

    assert told(checked) <= {"warning opaque", "warning null-only"}
    assert len(checked.reports) >= 15


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (("&gt;= 1000", "&gt;= 1001"), "error gap"),
        (("&lt; 1000", "&lt; income * 2"), "warning opaque"),
        (("<text>50</text>", "<text>max(0,50, 1)</text>"), "error decimal-comma"),
        (("&lt; 1000", "&lt; 999,50"), "error decimal-comma"),
        (('hitPolicy="UNIQUE"', 'hitPolicy="COLLECT"'), "error list-result"),
        (('hitPolicy="FIRST"', 'hitPolicy="RULE ORDER"'), "error list-result"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(tmp_path: Path, change: tuple[str, str], finding: str) -> None:
    checked = check_files([write_model(tmp_path, change)])

    assert finding in told(checked)
    assert "comma" not in finding or told(checked) == {finding}, "what follows from it is not told"


CELL = "grant.dmn, « Tranche », règle 1, colonne « Revenu (€) » : "


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ("&lt; 1000", "&lt; revenue"),
            (
                f"{CELL}le nom « revenue » est inconnu, au caractère 3 de « < revenue » ; un texte s'écrit entre "
                'guillemets : "revenue" ; noms connus : income'
            ),
        ),
        (
            ("&lt; 1000", "[0,5..9["),
            (
                f"{CELL}« .. » n'est pas attendu, au caractère 5 de « [0,5..9[ » ; un nombre décimal s'écrit avec un "
                "point"
            ),
        ),
        (("&lt; 1000", "&lt; &lt;"), f"{CELL}« < » n'est pas attendu, au caractère 3 de « < < »"),
        (
            ("&lt; 1000", "“CARD”"),
            (
                f"{CELL}« “ » n'est pas attendu, au caractère 1 de « “CARD” » ; un texte s'écrit entre guillemets "
                'droits : "..."'
            ),
        ),
        (
            ("&lt; 1000", "&lt; incom"),
            f"{CELL}le nom « incom » est inconnu, au caractère 3 de « < incom » ; est-ce « income » ?",
        ),
        (
            ("&lt; 1000", 'date("2026-13-01")'),
            f'{CELL}la date 2026-13-01 n\'existe pas, au caractère 6 de « date("2026-13-01") »',
        ),
        (
            ('hitPolicy="FIRST"', 'hitPolicy="PREMIER"'),
            (
                "grant.dmn, « Aide accordée » : la politique « PREMIER » n'existe pas ; il y a "
                "UNIQUE, ANY, PRIORITY, FIRST, RULE ORDER, OUTPUT ORDER, COLLECT"
            ),
        ),
        (
            ("</rule>", ""),
            (
                "grant.dmn : le fichier n'est pas du XML lisible à la ligne 17 ; reprendre la dernière version que le "
                "modeleur ouvrait"
            ),
        ),
        (
            ('<requiredInput href="#input_income" />', '<requiredDecision href="#grant" />'),
            (
                "grant.dmn, « Aide accordée » : le moteur des règles dit : decisions require one another in a circle: "
                "Tranche → Aide accordée → Tranche"
            ),
        ),
    ],
)
def test_why_a_file_cannot_be_loaded_is_said_in_french_with_the_cell(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    checked = check_files([write_model(tmp_path, change)])

    assert [it.says for it in checked.broken] == [says]


def test_one_unreadable_file_does_not_hide_what_is_wrong_in_the_others(tmp_path: Path) -> None:
    unreadable = write_model(tmp_path, ("&lt; 1000", "&lt; &lt;"), name="draft.dmn")
    checked = check_files([unreadable, write_model(tmp_path, ("&lt; 1000", "&lt; 900"))])

    assert {"error file", "error gap"} <= told(checked)


def test_a_rule_for_all_the_rest_that_stands_first_is_one_error(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    text = path.read_text(encoding="utf-8")
    start, end = text.index('<rule id="grant_none">'), text.rindex("</rule>") + len("</rule>")
    rest = text[start:end]
    at = text.index('<rule id="grant_alone">')
    path.write_text(text[:at] + rest + text[at:start] + text[end:], encoding="utf-8")

    (error,) = (it for it in check_files([path]).remarks if it.severity == "error")

    assert error.says == (
        "règles 2, 3, règles masquées : la règle 1 accepte tout et passe avant elles ; la mettre en dernier"
    )


def test_a_decimal_comma_outside_of_a_table_is_told_with_its_decision(tmp_path: Path) -> None:
    path = tmp_path / "tolerance.dmn"
    path.write_text(
        """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t" namespace="urn:t">
        <decision id="tolerance" name="Tolérance"><variable id="v" name="tolerance" typeRef="number" />
        <literalExpression id="e"><text>max(0,50, 2)</text></literalExpression></decision></definitions>""",
        encoding="utf-8",
    )

    (remark,) = check_files([path]).broken
    assert remark.says == (
        "tolerance.dmn : « Tolérance » : dans « max(0,50, 2) », « 0,50 » est deux nombres ; écrire 0.50 "
        "(ou une espace après la virgule, si deux nombres sont voulus)"
    )


def test_two_files_with_one_decision_are_wrong(tmp_path: Path) -> None:
    checked = check_files([write_model(tmp_path), write_model(tmp_path, name="other.dmn")])

    assert [it for it in checked.broken if "« grant » est dans grant.dmn et dans other.dmn" in it.says]


def test_the_command_fails_on_an_error_and_reports_each_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(write_model(tmp_path, ("&lt; 1000", "&lt; 900")))]) == 1

    report = capsys.readouterr().out
    assert "Tranche (UNIQUE, 2 règles, 1 colonne) : 1 remarque" in report
    assert "erreur trou : aucune règle ne convient, par exemple income = 900" in report
    assert "Aide accordée (FIRST, 3 règles, 2 colonnes) : rien à signaler" in report


def test_each_kind_of_finding_has_the_business_s_words() -> None:
    assert set(_KINDS) == set(dmn.FINDING_KINDS)
