"""The files are what business can open and own: complete drawings, French labels, a source for every rule."""

from pathlib import Path

import pytest

from local.decision_tools.tables.form import form_faults
from ops.decisions.tables import DECISIONS

FILE_PATHS = sorted(DECISIONS.glob("*.dmn"))


@pytest.mark.parametrize("file", FILE_PATHS, ids=lambda it: str(it.stem))
def test_each_file_is_drawn_labelled_and_names_its_sources(file: Path) -> None:
    assert form_faults(file.read_bytes()) == []


@pytest.mark.parametrize(
    ("name", "was", "becomes", "fault"),
    [
        ("notification", ' id="period_night"', ' id="period_day"', "l'identifiant « period_day » est 2 fois"),
        (
            "protection",
            'dmnElementRef="winterTruce"',
            'dmnElementRef="x"',
            "« Trêve hivernale » n'est pas sur le dessin",
        ),
        ("protection", 'dmnElementRef="winterTruce_needs', 'dmnElementRef="x', "un trait pour chaque lien"),
        (
            "refusal",
            "SGE, code SGT401 (point inexistant) ; Politique commerciale",
            "Voir avec Paul",
            "ne nomme pas sa source",
        ),
        ("action", "SGE, consulterDonneesPoint : l'état lu", "EPC : l'état lu", "ne nomme pas sa source"),
        ("coverage", "Politique commerciale : le gaz", "Code civil art. 1342-10 : le gaz", "dit à quelle dette"),
        (
            "coverage",
            "Décret 2008-780 art. 3 : pas d'aide",
            "Décret 2008-780 art. 3 : compte dès sa décision",
            "proposer",
        ),
        ("action", ' label="Conseiller"', "", "n'a pas de libellé"),
        ("action", "Que faut-il commander à Enedis ?", "À voir", "ne pose pas de question"),
        ("coverage", '<rule id="coverage_dispute">', '<rule id="more" /><rule id="b">', "31 lignes ou colonnes"),
        ("action", 'hitPolicy="FIRST"', 'hitPolicy="ANY"', "la politique ANY n'est pas d'usage"),
        (
            "action",
            'id="actionSupply_as_read_in1">\n          <text>-',
            'id="b">\n          <text>"LIMI"',
            "recueille tout le reste",
        ),
    ],
)
def test_what_is_wrong_with_the_form_of_a_file_is_told(name: str, was: str, becomes: str, fault: str) -> None:
    text = (DECISIONS / f"{name}.dmn").read_text(encoding="utf-8")
    assert was in text
    assert any(fault in it for it in form_faults(text.replace(was, becomes, 1).encode()))
