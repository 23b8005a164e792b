"""A draft passes everything before it is published; what changes on purpose is accepted, and stands from then on."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from local.decision_tools.slip_signs import quantities
from local.decision_tools.standing import Accepted, Scenario, Standing, base, run, usual
from local.decision_tools.trial import Draft, Finding, must_pass
from tests.unit.decision_tools.samples import first_versions

FIRST = Standing()
LONG_AGO = date(2020, 1, 1)
"""A day on which the first versions count, whatever is published."""
NEW_YEAR = date(2027, 1, 1)
DOUBLED = ("<text>500</text>", "<text>1000</text>")
"""The cap of trust."""
LESS_TOLERANCE = ("max(0.50", "max(0.45"), ("au moins 0,50", "au moins 0,45")
PAYMENT = dict(usual("payment"))
CHEQUE = {"means": "CHEQUE", "status": "RECEIVED", "receivedOn": "2026-05-04", "settledOn": None}
TRUSTED = {
    "paymentHistory": "GOOD",
    "payments": [{**CHEQUE, "paymentId": "P", "amount": 900, "presentedOn": None, "payer": None}],
}

type Try = Callable[..., list[Finding]]


@pytest.fixture
def tried(tmp_path: Path) -> Try:
    """Return what is found in a draft: a file with parts of its text replaced."""

    def find(name: str, *changes: tuple[str, str], written: tuple[Scenario, ...] = ()) -> list[Finding]:
        text = FIRST.file(name, None).read_text(encoding="utf-8")
        for was, becomes in changes:
            assert was in text
            text = text.replace(was, becomes, 1)
        draft = tmp_path / "draft.dmn"
        draft.write_text(text, encoding="utf-8")
        return list(must_pass(Draft(name, draft, LONG_AGO, written=written), LONG_AGO))

    return find


def test_a_text_alone_is_asked_nothing(tried: Try) -> None:
    assert tried("coverage", ("ne laisse personne limité", "ne prive personne de puissance")) == []


def test_a_scenario_that_ends_otherwise_is_shown_side_by_side_with_its_edit(tried: Try) -> None:
    found = tried("payment", DOUBLED)

    assert not any(it.is_error for it in found)
    shown = [it for it in found if it.scenario]
    assert shown
    assert "« Plafond de la confiance » : « 500 » devient « 1000 »" in shown[0].says
    assert "avant Accordé de confiance (€) = 500" in shown[0].says
    assert shown[0].then["goodwillAmount"] == 1000


def test_an_edit_that_no_scenario_sees_is_refused_with_a_case_to_write(tried: Try) -> None:
    (error,) = tried("coverage", *LESS_TOLERANCE)

    assert error.is_error
    assert "mais aucun scénario ne le montre : en écrire un avec le brouillon (CASES=…), par exemple" in error.says
    assert "avant Issue : RESTORE, Motif : DEBT_COVERED" in error.says


def test_the_author_s_own_scenario_sees_an_edit_and_has_to_hold(tried: Try) -> None:
    inputs = {**usual("coverage"), "limitationDebt": 10, "certainAmount": Decimal("9.52")}
    assert tried("coverage", *LESS_TOLERANCE, written=(Scenario("48 c", inputs, {"reason": "DEBT_NOT_COVERED"}),)) == []

    (wrong, *_) = tried("coverage", *LESS_TOLERANCE, written=(Scenario("48 c", inputs, {"outcome": "RESTORE"}),))
    assert wrong.is_error
    assert (
        "votre scénario « 48 c » n'est pas décidé comme il le dit : attendu Issue = RESTORE ; décidé Issue = BAL"
        in (wrong.says)
    )


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
    assert question in {it.name for it in tried(name, (was, becomes))}


def test_quantities_are_compared_in_one_unit() -> None:
    assert [size for size, _, _ in quantities('max(0.50, 12) + duration("P2M") or "SGT400"')] == [0.5, 12, 60]


def test_what_is_accepted_stands_from_its_date_on_and_what_stood_before_it_still_does(tmp_path: Path) -> None:
    folder = first_versions(tmp_path / "decisions")
    (folder / "former").mkdir()
    text = (folder / "payment.dmn").read_text(encoding="utf-8")
    (folder / "payment.dmn").rename(folder / "former" / "payment.1.dmn")
    (folder / "payment.dmn").write_text(text.replace(*DOUBLED), encoding="utf-8")
    entry = {"approvedBy": "", "approvedOn": "2026-12-01", "why": ""}
    versions = {"a": ("former/payment.1.dmn", None), "b": ("payment.dmn", "2027-01-01")}
    listed = [{"file": file, "version": name, "from": since, **entry} for name, (file, since) in versions.items()]
    (folder / "manifest.json").write_text(json.dumps({"payment": listed}), encoding="utf-8")
    says = "of a cheque of 3000 euro 500 are trusted and the rest is waited for"
    assert says in {it.says for it in base("payment")}
    new = Scenario("a new one", {**PAYMENT, **TRUSTED}, {"goodwillAmount": 900})
    accepted = Accepted({says: {"goodwillAmount": 1000, "pendingAmount": 2000}}, [new])
    Standing(folder, tmp_path / "accepted.json").keep("payment", "b", "a", {"payment": accepted})

    standing = Standing(folder, tmp_path / "accepted.json")
    assert standing.days("payment") == [None, NEW_YEAR]
    for day, trusted, known in ((None, 500, False), (date(2026, 12, 31), 500, False), (NEW_YEAR, 1000, True)):
        scenarios = {it.says: it for it in standing.scenarios("payment", day)}
        outcome = run(standing.models(day), "payment", scenarios[says].inputs)
        assert outcome.value["goodwillAmount"] == trusted == scenarios[says].then["goodwillAmount"]
        assert scenarios[says].holds(outcome)
        assert ("a new one" in scenarios) is known
    assert new.holds(run(standing.models(NEW_YEAR), "payment", scenarios["a new one"].inputs))
