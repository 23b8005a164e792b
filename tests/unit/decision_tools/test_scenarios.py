"""Scenarios are read from a CSV and played under the tables of their days; nothing in the file is skipped silently."""

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import dmn
from dmn.feel.types import NUMBER
from local.decision_tools.__main__ import main
from local.decision_tools.scenarios.books import STORIES, Book, Played, read_book, with_draft
from local.decision_tools.scenarios.restating import restate
from local.decision_tools.sheets.cell_values import Slot, find_slot
from local.decision_tools.sheets.inputs_csv import BrokenInputs
from ops.decisions.tables import DECISIONS
from record.cases.failures import CaseError
from tests.unit.decision_tools.samples import write_draft
from tests.unit.decisions.deciding import TABLES

NEW_YEAR = date(2027, 1, 1)
HEADER = "cas;thème;base;Paiements affectés à la dette de la limitation;payments : par défaut;Historique de paiement du"
HEADER += " client;planState;planProposedOn;planOfferUntil;planBrokenOn;firstInstalmentDueOn;businessDate;returns12m"
HEADER += ";goodwillUsed12m;planAgreedOn;attendu : Certain (€);attendu : pendingUntil"
USUAL = "Référence=P | Montant=50 | Reçu le=04/05/2026 | settledOn=(rien) | presentedOn=(rien) | payer=(rien)"
USUAL += " | thirdPartyMeans=(rien)"
BASE = f"Rien;;(base);(aucun);{USUAL};GOOD;NONE;(rien);(rien);(rien);(rien);04/05/2026;0;0;(rien);;(rien)"
CARD = "Carte;;Rien;Moyen=CARD | Statut=CAPTURED;;;;;;;;;;;;50;"
CHEQUE = "Chèque;;Rien;Moyen=CHEQUE | Statut=RECEIVED | Montant=620;;;;;;;;;;;;0;11/05/2026"


def read(folder: Path, *lines: str) -> Book:
    (folder / "payment.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    return read_book("payment", TABLES, folder=folder)


def raised_cap(folder: Path) -> Path:
    """A draft by which 501 € are trusted, not 500."""
    return write_draft(folder, DECISIONS / "payment.dmn", ("<text>500</text>", "<text>501</text>"))


def test_a_row_gives_what_differs_from_its_base_case(tmp_path: Path) -> None:
    second = BASE.replace("Rien;", "Sans confiance;", 1).replace("GOOD", "POOR").replace("Montant=50", "Montant=70,5")
    others = CARD.replace("Carte;;Rien;", "Autre;;Sans confiance;Moyen=CASH | Statut=SETTLED + Montant=12,30 | ")
    trusted, distrusted = read(tmp_path, HEADER, BASE, second, CARD, others).scenarios

    assert (trusted.name, trusted.line, trusted.inputs["paymentHistory"]) == ("Carte", 4, "GOOD")
    assert (trusted.inputs["planAgreedOn"], trusted.inputs["businessDate"]) == (None, "2026-05-04")
    assert trusted.expected == {"certainAmount": 50, "pendingUntil": None}
    assert distrusted.inputs["paymentHistory"] == "POOR"
    assert [float(it["amount"]) for it in distrusted.inputs["payments"]] == [70.5, 12.3]


def test_what_is_not_as_expected_is_told_side_by_side(tmp_path: Path) -> None:
    book = read(tmp_path, HEADER, BASE, CARD.replace(";50;", ";1 234,50;"), CHEQUE.replace("11/05/2026", "12/05/2026"))
    card, cheque = (book.play(it, TABLES.on(NEW_YEAR)) for it in book.scenarios)

    assert not card.passes
    assert book.tell(card) == [("Certain (€)", "1234,50", "50")]
    assert book.tell(cheque) == [("Prochaine certitude le", "12/05/2026", "11/05/2026")]


def test_a_result_that_is_missing_is_not_taken_for_one_that_is_null(tmp_path: Path) -> None:
    (card,) = read(tmp_path, HEADER, BASE, CARD).scenarios

    assert Played(card, {"certainAmount": 50}, frozenset()).differing == ("pendingUntil",)
    assert Played(card, {"certainAmount": 50, "pendingUntil": None}, frozenset()).passes


def test_a_value_that_no_rule_was_written_for_fails_a_scenario_though_the_result_is_right(tmp_path: Path) -> None:
    unknown = ("<text>500</text>", "<text>500 + 0 * number(null)</text>")
    draft = write_draft(tmp_path, DECISIONS / "payment.dmn", unknown)
    book = read(tmp_path, HEADER, BASE, CARD)

    played = book.play(book.scenarios[0], {"paymentCertainty": dmn.load(draft)})
    assert (played.passes, bool(played.error)) == (False, True)


def test_a_label_that_two_inputs_have_is_not_guessed() -> None:
    slots = [Slot("power", NUMBER, ("Limite (kVA)",)), Slot("amount", NUMBER, ("Limite (€)",))]

    with pytest.raises(ValueError, match="« limite » peut vouloir dire plusieurs données : écrire power ou amount"):
        find_slot("limite", slots)
    assert find_slot("power", slots) is slots[0]


def test_a_row_that_begins_on_that_day_is_restated_in_its_place_and_the_rest_of_the_file_stays(tmp_path: Path) -> None:
    header = HEADER.replace("cas;", "cas;À partir du;jusqu\u2019au;").replace("pendingUntil", "goodwillAmount")
    lines = [header, BASE[:-6].replace("Rien;", "Rien;;;", 1), "", CARD.replace("Carte;", "Carte;01/01/2027;;"), ""]
    book = read(tmp_path, *lines)
    wrong = Played(book.scenarios[0], {"certainAmount": Decimal("1.5")}, frozenset())

    restate(book, [wrong], NEW_YEAR)

    written = (tmp_path / "payment.csv").read_bytes().decode("utf-8-sig")
    assert written == "\n".join([*lines[:2], lines[3].replace(";50;", ";1,5;"), ""])


def test_what_can_not_be_decided_is_not_expected(tmp_path: Path) -> None:
    book = read(tmp_path, HEADER, BASE, CARD)
    with pytest.raises(CaseError, match=r"ligne 3 : rien n.est décidé, donc rien ne peut être attendu \(ça rate\)"):
        restate(book, [Played(book.scenarios[0], {}, frozenset(), "ça rate")], NEW_YEAR)


def test_a_draft_that_reads_more_says_what_the_base_case_lacks(tmp_path: Path) -> None:
    needs = '<informationRequirement id="needs_hour"><requiredInput href="#input_hour"/></informationRequirement>'
    hour = '<inputData id="input_hour" name="hour" label="Heure"><variable name="hour" typeRef="number"/></inputData>'
    reads_more = (
        ('<inputData id="input_code"', f'{hour}<inputData id="input_code"'),
        ("<informationRequirement", f"{needs}<informationRequirement"),
        ("<text>refusals</text>", "<text>refusals + hour</text>"),
    )
    draft = dmn.load(write_draft(tmp_path, DECISIONS / "refusal.dmn", *reads_more))
    book = read_book("refusal", TABLES)

    played = book.play(book.scenarios[0], with_draft(TABLES.on(NEW_YEAR), draft))
    assert (played.passes, played.error) == (False, "la table lit aussi « Heure » (hour), que rien ne donne ici")
    with pytest.raises(BrokenInputs, match="ligne 2 : un cas de base donne tout ; il y manque : Heure"):
        read_book("refusal", TABLES, draft)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([HEADER + ";attendu : x", BASE + ";", CARD + ";"], "ligne 1, colonne 18 : « x » est inconnu ; écrire l'un de"),
        (
            [HEADER, BASE.replace("GOOD", "BON")],
            "paiement du client » : « BON » n'est pas admis ; écrire l'une de ces valeurs : GOOD, AVERAGE, POOR",
        ),
        ([HEADER, BASE, CARD.replace("CARD", "CARTE")], "ligne 3, colonne « Paiements affectés à la dette de la lim"),
        ([HEADER, BASE, CARD.replace("Statut=CAPTURED", "Moyen=CASH")], "« Moyen » y est deux fois"),
        ([HEADER, BASE, CARD.replace("Moyen=", "")], "« CARD » n'est pas de la forme Champ=valeur, séparés par |"),
        (
            [HEADER, BASE.replace(" | Reçu le=04/05/2026", ""), CARD],
            "CARD | Statut=CAPTURED » ne dit pas : Reçu le ((rien) si ce n'est pas connu)",
        ),
        ([HEADER, BASE, CHEQUE.replace("11/05", "5/11")[:-4]], "ligne 3, colonne « attendu : pendingUntil » : « 5/11"),
        ([HEADER, BASE, CARD, CARD], "ligne 4, colonne « cas » : « Carte » est déjà à la ligne 3 ; changer le nom"),
        ([HEADER, BASE, BASE, CARD], "ligne 3 : le cas de base « Rien » y est deux fois"),
        ([HEADER, BASE, CARD.replace(";Rien;", ";Tout;")], "« Tout » n'est pas un cas de base ; on trouve : « Rien »"),
        ([HEADER, CARD], "« Rien » n'est pas un cas de base ; on trouve : aucun ; en écrire un, avec (base) sous"),
        ([HEADER, BASE, CARD.replace(";50;", ";;")], "ligne 3 : cette ligne n'attend rien ; remplir une colonne « att"),
        (
            [HEADER, BASE.replace(";0;0;", ";0;;"), CARD],
            "un cas de base donne tout ; il y manque : Gestes de con",
        ),
        ([HEADER, BASE, CARD.replace("Carte;", ";")], "ligne 3, colonne « cas » : cette ligne n'a pas de nom"),
        ([HEADER, BASE, CARD.replace("CAPTURED;;", "CAPTURED;Montant=5;")], "seul un cas de base la remplit"),
        ([HEADER.replace("base;", "basse;"), BASE], "ligne 1 : il manque la colonne base"),
        ([it.replace(",", ".").replace(";", ",") for it in (HEADER, BASE, CARD)], "écrire « ; » entre les colonnes"),
        (
            [
                HEADER.replace("cas;thème;", "cas;à partir du;jusqu'au;"),
                BASE.replace("Rien;;", "Rien;;;"),
                CARD.replace("Carte;;", "Carte;02/01/2027;01/01/2027;"),
            ],
            "ligne 3, colonne « jusqu'au » : 01/01/2027 est avant 02/01/2027",
        ),
    ],
)
def test_what_is_wrong_is_told_in_french_with_its_place(tmp_path: Path, lines: list[str], reason: str) -> None:
    with pytest.raises(BrokenInputs) as caught:
        read(tmp_path, *lines)

    assert reason in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'payment.csv'}, ligne ")


@pytest.mark.parametrize("path", sorted(STORIES.glob("*.csv")), ids=lambda it: str(it.name))
def test_a_french_excel_opens_each_file(path: Path) -> None:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines(), delimiter=";", strict=True))
    assert len({len(row) for row in rows}) == 1


def test_the_command_shows_what_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert main(["scenarios", "refusal"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"refusal.csv : \d+ cas, tous comme attendu", said)

    assert main(["scenarios", "--draft", str(raised_cap(tmp_path)), "--since", "2027-01-01"]) == 1
    said = capsys.readouterr().out
    assert re.search(r"payment.csv, à partir du 01/01/2027 : \d+ cas, \d+ autrement qu'attendu", said)
    assert re.search(r"│ Accordé de confiance \(€\) +│ 500 +│ 501 ", said)
    assert "coverage.csv" not in said


def test_the_command_refuses_what_it_can_not_play(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = str(raised_cap(tmp_path))
    for arguments in (["nope"], ["refusal", "--draft", draft], ["--draft", "none.dmn"]):
        assert main(["scenarios", *arguments]) == 2
    said = capsys.readouterr().out
    assert "il n'y a pas de table « nope » ; on trouve : action" in said
    assert "n'a aucune décision que ces cas demandent" in said
    assert "none.dmn n'existe pas" in said
