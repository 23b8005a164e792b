"""A draft passes everything before it is published, and what changes on purpose is asked of its author."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from local.decision_tools.publishing.trial import Draft, Finding, broken_stories, must_pass
from local.decision_tools.scenarios.books import STORIES, Tables
from local.decision_tools.scenarios.restating import TO_BE_NAMED
from tests.unit.decision_tools.samples import write_draft

pytestmark = pytest.mark.explored
TABLES, LONG_AGO = Tables(), date(2020, 1, 1)
"""A day on which the first versions count, whatever is published."""
LESS_TOLERANCE = ("max(0.50", "max(0.45"), ("au moins 0,50", "au moins 0,45")

type Try = Callable[..., Iterator[Finding]]


@pytest.fixture
def tried(tmp_path: Path) -> Try:
    """Find what is wrong with a draft, one by one: a file with parts replaced; ``row`` is one more of its scenarios."""

    def find(name: str, *changes: tuple[str, str], row: str = "") -> Iterator[Finding]:
        draft = write_draft(tmp_path, TABLES.file(name, LONG_AGO), *changes)
        for path in STORIES.glob("*.csv"):
            more = row if path.stem == name else ""
            (tmp_path / path.name).write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
        return must_pass(Draft(name, draft, LONG_AGO, tables=TABLES, stories=tmp_path), LONG_AGO)

    return find


def test_a_text_alone_is_asked_nothing(tried: Try) -> None:
    assert list(tried("coverage", ("ne laisse personne limité", "ne prive personne de puissance"))) == []


def test_decimal_comma_is_told_alone_since_the_rest_follows_from_it(tried: Try) -> None:
    (error,) = tried("coverage", ("min(0.10 * amount", "min(0,10 * amount"))
    assert "« 0,10 » est deux nombres ; écrire 0.10" in error.says


def test_a_scenario_that_ends_otherwise_is_shown_side_by_side_with_its_edit(tried: Try) -> None:
    found = list(tried("payment", ("<text>500</text>", "<text>50</text>")))

    assert not any(it.is_error for it in found)
    shown = [it for it in found if it.table]
    assert "« Plafond de la confiance » : « 500 » devient « 50 »" in shown[0].says
    assert "avant Accordé de confiance (€) = 500" in shown[0].says
    assert shown[0].then["goodwillAmount"] == 50
    assert {it.table for it in shown} == {"payment", "look"}, "a whole look, too"


def test_an_edit_that_no_scenario_sees_is_refused_with_a_row_to_write_which_sees_it(tried: Try) -> None:
    (error,) = tried("coverage", *LESS_TOLERANCE)

    assert error.is_error
    assert "mais aucun scénario ne le montre. Avant : Issue : RESTORE" in error.says
    header, row = error.says.splitlines()[-2:]
    assert (STORIES / "coverage.csv").read_text(encoding="utf-8-sig").startswith(f"{header}\n")
    row = row.replace(TO_BE_NAMED, "Quarante-six centimes manquent")
    assert list(tried("coverage", *LESS_TOLERANCE, row=f"{row}\n")) == []
    (wrong,) = tried("coverage", *LESS_TOLERANCE, row=row.replace("BALANCE_DUE", "MANUAL", 1) + "\n")
    assert wrong.is_error
    assert "n'est pas décidé comme il le dit : attendu Issue = MANUAL ; décidé Issue = BALANCE_DUE" in wrong.says


def test_a_draft_that_fails_in_an_example_of_the_law_is_refused(tried: Try) -> None:
    broken = "la loi n'est plus tenue : loi.feature, ligne "
    assert any(it.is_error and it.says.startswith(broken) for it in tried("coverage", ('"P35D"', '"P36D"')))


def test_what_the_engine_says_of_a_draft_is_told_in_french(tried: Try) -> None:
    errors = (it for it in tried("payment", ("<text>500</text>", "<text>500 / 0</text>")) if it.is_error)
    assert any("le résultat n'est pas un nombre (DivisionByZero)" in it.says for it in errors)


def test_the_stories_are_played_under_the_draft_by_its_table_s_name_and_what_they_say_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = tmp_path / "brouillon.dmn"
    draft.write_bytes(TABLES.file("refusal", LONG_AGO).read_bytes() + b"\n")
    played: list[str] = []
    broken = ["LIM-1 attendu", "histoire @carte : issue"]
    # One story found no time, once.
    reports = [json.dumps({"problems": it}) for it in ([*broken, "histoire @panne : issue"], broken)] + [""] * 2

    def play(command: Sequence[str], **_: object) -> SimpleNamespace:
        named, report = (Path(command[command.index(it) + 1]) for it in ("--draft", "--report"))
        played.append(named.name)
        assert named.read_bytes() == draft.read_bytes()
        if told := reports.pop(0):
            report.write_text(told, encoding="utf-8")
        return SimpleNamespace(stderr="Traceback\nOSError: no room", stdout="")

    monkeypatch.setattr(subprocess, "run", play)
    tried = Draft("refusal", draft, LONG_AGO, tables=TABLES)

    assert [it.says for it in broken_stories(tried)] == ["histoire @carte : issue", "LIM-1 attendu"]
    (failed,) = broken_stories(tried)
    assert failed.is_error
    assert "n'ont pas pu être jouées (make demo) : OSError: no room" in failed.says
    assert played == ["refusal.dmn"] * 4


def test_a_changed_figure_asks_for_the_annotations_of_what_requires_it(tried: Try) -> None:
    changes = ("<text>0.50<", "<text>0.60<"), ("Politique commerciale : 0,50", "Politique commerciale : 0,60")
    assert "annotation : la règle 1 de « Ce qui couvre la dette »" in {it.name for it in tried("coverage", *changes)}
    followed = tried("coverage", *changes, ("ou 0,50 € au plus", "ou 0,60 € au plus"))
    assert not [it.name for it in followed if it.name.startswith(("annotation", "texte seul"))]


@pytest.mark.parametrize(
    ("name", "was", "becomes", "error"),
    [
        ("protection", '"P2M"', '"P1M"', "hors de ce que la loi permet : « Examen d'une demande FSL » vaut 2026-06-04"),
        ("protection", "<text>60</text>", "<text>45</text>", "« Jours de puissance réduite avant coupure » vaut 45"),
        (
            "protection",
            '<text>"MEDICAL"</text>',
            '<text>"MEDICAL "</text>',
            "a une espace de trop entre ses guillemets",
        ),
        ("coverage", "un arrondi de 0,40 €", "un arrondi de 0,40 â\x82¬", "des lettres sont abîmées"),
        ("coverage", 'ruling_out1" label="Issue"', 'ruling_out1" label="Motif"', "deux colonnes s'appellent « Motif »"),
        ("refusal", '"NO_ORDER"', '"RÉTABLI"', "a un accent ou un signe qu'aucun code n'a"),
    ],
)
def test_what_nobody_can_accept_is_an_error(tried: Try, name: str, was: str, becomes: str, error: str) -> None:
    assert any(it.is_error and error in it.says for it in tried(name, (was, becomes)))


@pytest.mark.parametrize(
    ("name", "was", "becomes", "question"),
    [
        (
            "payment",
            "<text>500</text>",
            "<text>50000</text>",
            "ordre de grandeur : la décision « Plafond de la confiance »",
        ),
        ("coverage", '"P35D"', '"P35M"', "unité : règle 4 de « Revue des relances », colonne « À défaut, le »"),
        ("coverage", "de 0,40 €", "de 40 €", "ordre de grandeur : l'annotation de « Tolérance sur un montant »"),
        ("coverage", "au plus 2 €", "au plus 3 €", "texte seul : l'annotation de « Tolérance sur un montant »"),
        ("protection", "art. L115-3 : aucune", "art. L151-3 : aucune", "référence nouvelle : art. L151-3"),
        ("coverage", "min(2.00", "min(3.00", "annotation : la fonction « Tolérance sur un montant »"),
        ("refusal", '"FUNCTIONAL_ERROR"', '"FUNCTIONAL_EROR"', "code nouveau : FUNCTIONAL_EROR"),
        (
            "protection",
            "date(limitedSince.year, 3, 31)",
            "date(2027, 3, 31)",
            "date en dur : la décision « Départ des jours dus avant coupure »",
        ),
    ],
)
def test_what_is_rarely_meant_is_asked(tried: Try, name: str, was: str, becomes: str, question: str) -> None:
    assert any(it.name == question for it in tried(name, (was, becomes)))
