"""The tables keep the law as its examples tell it, and no slip in a legal row passes them."""

from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import dmn
from local.decision_tools.__main__ import main
from local.decision_tools.scenarios.books import WHOLE_LOOK, Models, with_draft
from local.decision_tools.scenarios.law import check_law
from local.stories.reading import read_law
from ops.decisions.tables import DECISIONS
from tests.unit.decision_tools.samples import replaced, write_draft
from tests.unit.decisions.deciding import TABLES
from tests.unit.decisions.slips import DMN, KINDS, Edits, edit

FILE = DECISIONS / "protection.dmn"
DAY = date(2026, 11, 29)
PARAMETERS = [
    ("month >= 11", "month >= 12"),
    ("month >= 11 or", "month >= 10 or"),
    ("month <= 3", "month <= 2"),
    ("or businessDate.month <= 3", "or businessDate.month <= 4"),
    ("date(businessDate.year, 3, 31)", "date(businessDate.year, 3, 30)"),
    ("date(businessDate.year + 1, 3, 31)", "date(businessDate.year + 1, 2, 28)"),
    ('"P2M"', '"P1M"'),
    ('"P2M"', '"P3M"'),
    ('"P2M"', '"P60D"'),
    (">60<", ">59<"),
    (">60<", ">61<"),
    ("then subscribedPowerKva else 1", "then subscribedPowerKva else 0"),
    ('overIndebtednessAdmittedOn - consumedFrom + duration("P1D")', "overIndebtednessAdmittedOn - consumedFrom"),
    ("consumedFrom = null then 1", "consumedFrom = null then 0"),
    ('"P2Y"', '"P1Y"'),
    ('"P2Y"', '"P3Y"'),
    ("businessDate <= freezeUntil", "businessDate < freezeUntil"),
    ("ceiling(oldDebtShare * limitationDebt, 2)", "0"),
    ("and isHome", ""),
    ('customerSegment != "PROFESSIONAL"', "true"),
    ("voucher.receivedOn.year + (", "voucher.receivedOn.year + 1 + ("),
    (" or housingAidBefore", ""),
    (" or usedVoucher", ""),
    ("energyVoucherUntil >= businessDate)", "energyVoucherUntil > businessDate)"),
    ("medicalUntil >= businessDate", "medicalUntil > businessDate"),
    (' or housingAidState = "GRANTED"', ""),
    ("and not(communicatingMeter = false)", ""),
    ("date(limitedSince.year, 3, 31)", "limitedSince"),
    ("date(limitedSince.year + 1, 3, 31)", "limitedSince"),
    (" + (date(daysCountFrom.year + 1, 4, 1) - date(daysCountFrom.year, 11, 1))", ""),
]


def slips() -> list[Any]:
    root = ET.parse(FILE).getroot()  # noqa: S314 - our own file
    return [
        pytest.param(edits, id=f"{table.get('id')}, {kind}: {says}")
        for table in root.iter(f"{DMN}decisionTable")
        for kind in ("gap", "value", "output value", "swapped results")
        for says, edits in KINDS[kind](table)
    ]


@pytest.mark.parametrize("day", [first for first, _ in TABLES.spans(WHOLE_LOOK)])
def test_published_tables_keep_the_law(day: date) -> None:
    assert [str(breach) for breach in check_law(TABLES.on(day))] == []


@pytest.mark.parametrize("edits", slips())
def test_law_notices_a_slip_in_a_row(edits: Edits, tmp_path: Path) -> None:
    root = ET.parse(FILE).getroot()  # noqa: S314 - our own file
    edit(root, edits)
    assert is_broken_by(ET.tostring(root, encoding="unicode"), tmp_path)


@pytest.mark.parametrize(("was", "becomes"), PARAMETERS)
def test_law_notices_a_changed_parameter(was: str, becomes: str, tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    escaped = was if was.startswith(">") else was.replace(">", "&gt;").replace("<", "&lt;")
    assert escaped in text
    becomes = becomes if was.startswith(">") else becomes.replace(">", "&gt;").replace("<", "&lt;")
    assert is_broken_by(text.replace(escaped, becomes), tmp_path)


def is_broken_by(text: str, folder: Path) -> bool:
    models = draft_of(text, folder)
    return any(check_law(models, [example]) for example in read_law())


def draft_of(text: str, folder: Path) -> Models:
    draft = folder / FILE.name
    draft.write_text(text, encoding="utf-8")
    return with_draft(TABLES.on(DAY), dmn.load(draft))


def test_breach_is_told_in_french_with_its_rule_and_its_example(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8").replace('"P2M"', '"P1M"')
    (first, *_) = check_law(draft_of(text, tmp_path))
    head, *says = str(first).splitlines()
    assert head.startswith("loi.feature, ligne ")
    assert "Décret 2008-780 art. 2 et 3" in head
    assert [it.strip() for it in says] == [
        "jusqu'au : attendu 04/07/2026, obtenu 04/06/2026",
        "aucune relance avant le : attendu 05/07/2026, obtenu 05/06/2026",
    ]


def test_table_that_asks_what_billing_does_not_say_is_told(tmp_path: Path) -> None:
    text = replaced(
        FILE.read_text(encoding="utf-8"), ('name="medical" ', 'name="vital" '), ("medical and (", "vital and (")
    )
    (first, *_) = check_law(draft_of(text, tmp_path))
    assert "la table protection ne décide rien : la table lit aussi « " in str(first)
    assert "(vital), que rien ne donne ici" in str(first)


def test_command_counts_the_examples_of_each_rule_and_fails_where_one_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["law"]) == 0
    assert "haut risque vital n'est jamais réduite : 4 exemples, tenue" in capsys.readouterr().out
    draft = write_draft(tmp_path, FILE, (">60<", ">30<"))
    assert main(["law", "--draft", str(draft)]) == 1
    assert "autrement qu'attendu" in capsys.readouterr().out
    assert main(["law", "--draft", str(tmp_path / "none.dmn")]) == 2
