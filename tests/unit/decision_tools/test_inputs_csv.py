"""Inputs from a spreadsheet: typed cells, and errors that name line and column."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

import dmn
from local.decision_tools.inputs_csv import BrokenInputs, Row, read_rows, template
from local.decision_tools.standing import Scenario, Standing, run
from tests.unit.decision_tools.samples import write_model
from tests.unit.decisions.deciding import FILES, model

HEADER = "income,since,city,alone"


def read(folder: Path, text: str, encoding: str = "utf-8") -> list[Row]:
    path = folder / "inputs.csv"
    path.write_text(text, encoding=encoding)
    return read_rows(path, "grant", dmn.load(write_model(folder)))


def test_cells_are_read_by_the_types_of_their_inputs(tmp_path: Path) -> None:
    (row,) = read(tmp_path, f"{HEADER}\n900.10,2020-02-29,Lyon,TRUE\n")

    assert row == Row("ligne 2", {"income": Decimal("900.10"), "since": "2020-02-29", "city": "Lyon", "alone": True})


def test_an_empty_cell_and_null_are_null_and_in_quotes_they_are_text(tmp_path: Path) -> None:
    rows = read(tmp_path, f'{HEADER}\n,null,"""null""",false\n1,,"""""",\n')

    assert [dict(row.inputs) for row in rows] == [
        {"income": None, "since": None, "city": "null", "alone": False},
        {"income": Decimal(1), "since": None, "city": "", "alone": None},
    ]


def test_a_french_spreadsheet_is_read(tmp_path: Path) -> None:
    (row,) = read(
        tmp_path, "case;income;since;city;alone\r\nCas 1;900,10;2020-02-29;Lyon, 3e;false\r\n\r\n", "utf-8-sig"
    )

    assert (row.case, row.inputs["income"], row.inputs["city"]) == ("Cas 1", Decimal("900.10"), "Lyon, 3e")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{HEADER}\nmany,2020-02-29,Lyon,true\n", "ligne 2, colonne income : « many » n'est pas du type number"),
        (f"{HEADER}\n\u0661\u0662,2020-02-29,Lyon,true\n", "ligne 2, colonne income"),
        (
            f"{HEADER}\n1,2020-02-29,Lyon,true\n1,2021-02-29,Lyon,true\n",
            "ligne 3, colonne since : « 2021-02-29 » n'est pas du type date",
        ),
        (
            f"{HEADER}\n1,2020-02-29,Lyon,oui\n",
            "ligne 2, colonne alone : « oui » n'est pas du type boolean (true ou false)",
        ),
        (f"{HEADER}\n1,2020-02-29,Lyon\n", "ligne 2 : 3 cellules, alors que l'en-tête a 4 colonnes"),
        ("income,since,town,alone\n", "ligne 1, colonne 3 : « town » est inconnu ; la décision lit"),
        ("income,since,alone\n", "ligne 1 : il manque city ; la décision lit"),
        (f"{HEADER},city\n", "ligne 1, colonne 3 : « city » y est deux fois"),
        (f"{HEADER}\n", "n'a aucune ligne de données"),
        ("", "n'a aucune ligne de données"),
        (f'{HEADER}\n1,2020-02-29,"Ly"on,true\n', "ligne 2 : "),
    ],
)
def test_what_is_wrong_is_told_with_line_and_column(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BrokenInputs) as caught:
        read(tmp_path, text)

    assert reason in str(caught.value)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenInputs, match="UTF-8"):
        read(tmp_path, f"{HEADER}\n1,2020-02-29,Orléans,true\n", "latin-1")


def test_a_value_that_its_input_does_not_allow_is_told(tmp_path: Path) -> None:
    path = tmp_path / "inputs.csv"
    path.write_text("code,refusals\nSGT570,1\nSGT570,many\n", encoding="utf-8")

    with pytest.raises(BrokenInputs, match="ligne 3, colonne refusals"):
        read_rows(path, "refusal", model("refusal"))


def test_lists_are_json(tmp_path: Path) -> None:
    payment = {"paymentId": "P", "means": "CARD", "status": "SETTLED", "amount": 12.3, "receivedOn": "2026-05-04"}
    payment |= {"settledOn": None, "presentedOn": None, "payer": None}
    path = tmp_path / "inputs.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [
                ["payments", "paymentHistory", "businessDate", "returns12m", "goodwillUsed12m", "planAgreedOn"],
                [json.dumps([payment]), "GOOD", "2026-05-04", "0", "0", ""],
            ]
        )

    (row,) = read_rows(path, "paymentCertainty", model("paymentCertainty"))

    assert row.inputs["payments"] == [payment | {"amount": Decimal("12.3")}]


@pytest.mark.parametrize("decision", FILES)
def test_the_template_has_scenarios_that_are_read_back_and_hold(decision: str, tmp_path: Path) -> None:
    standing, file, path = Standing(), FILES[decision], tmp_path / "cas.csv"
    tables, known = standing.models(None), standing.scenarios(FILES[decision], None)
    rows = [Row(it.says, it.inputs, it.then) for it in known]
    path.write_text(template(decision, tables[file], rows), encoding="utf-8")

    read = [Scenario(it.case, it.inputs, it.expected) for it in read_rows(path, decision, tables[file])]

    assert [(it.says, set(it.then)) for it in read] == [(it.says, set(it.then)) for it in known]
    assert all(it.holds(run(tables, file, it.inputs)) for it in read)
