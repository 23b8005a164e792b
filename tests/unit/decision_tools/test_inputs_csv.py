"""Inputs from a spreadsheet: typed cells, and errors that name line and column."""

from decimal import Decimal
from pathlib import Path

import pytest

import dmn
from local.decision_tools.scenarios.books import Tables, read_book
from local.decision_tools.sheets.inputs_csv import BrokenInputs, Row, read_rows, write_rows
from record.cases.failures import CaseError
from tests.unit.decision_tools.samples import write_model
from tests.unit.ops.printing import are_as_kept

HEADER, TABLES = "income;since;city;alone", Tables()


def read(folder: Path, text: str, encoding: str = "utf-8") -> list[Row]:
    path = folder / "inputs.csv"
    path.write_text(text, encoding=encoding)
    return read_rows(path, "grant", dmn.load(write_model(folder)))


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n900,10;2020-02-29;Lyon;TRUE\n",
        "\ufeffRevenu (€);Client depuis;Ville;Seul\r\n900,10;29/02/2020;Lyon;VRAI\r\n;;;\r\n",
        "revenu;client depuis;city;SEUL\n900,1;29/02/2020;Lyon;oui\n",
    ],
    ids=["of a program", "of a French Excel", "by labels and names"],
)
def test_cells_are_read_by_the_types_of_their_inputs(tmp_path: Path, text: str) -> None:
    (row,) = read(tmp_path, text)

    assert row == ("ligne 2", {"income": Decimal("900.10"), "since": "2020-02-29", "city": "Lyon", "alone": True})


def test_an_empty_cell_and_the_word_for_it_are_null_and_in_quotes_they_are_text(tmp_path: Path) -> None:
    rows = read(tmp_path, f'{HEADER}\n;(rien);"""(rien)""";non\n1;null;"""""";\n')

    assert [inputs for _, inputs in rows] == [
        {"income": None, "since": None, "city": "(rien)", "alone": False},
        {"income": 1, "since": None, "city": "", "alone": None},
    ]


def test_a_column_may_name_the_cases_and_thousands_may_have_their_space(tmp_path: Path) -> None:
    ((case, inputs),) = read(tmp_path, "cas;income;since;city;alone\nCas 1;1\u202f900,10;(rien);Lyon, 3e;non\n")

    assert (case, inputs["income"], inputs["city"]) == ("Cas 1", Decimal("1900.10"), "Lyon, 3e")


WRONG = [
    f"{HEADER}\nmany;2020-02-29;Lyon;true\n",
    f"{HEADER}\n1.5;2020-02-29;Lyon;true\n",
    f"{HEADER}\n\u0661\u0662;2020-02-29;Lyon;true\n",
    f"{HEADER}\n1;2020-02-29;Lyon;true\n1;2021-02-29;Lyon;true\n",
    f"{HEADER}\n1;2020-02-29;Lyon;peut-être\n",
    f"{HEADER}\n1;2020-02-29;Lyon\n",
    "income;since;town;alone\n1;;;\n",
    "income;since;alone\n1;;\n",
    f"{HEADER};city\n1;;;;\n",
    f"{HEADER};Ville\n1;;;;\n",
    f"{HEADER};\n1;;;;\n",
    f"{HEADER}\n",
    f'{HEADER}\n1;2020-02-29;"Ly"on;true\n',
]


def test_what_is_wrong_is_told_with_line_and_column(tmp_path: Path) -> None:
    told = []
    for text, encoding in (*((it, "utf-8") for it in WRONG), (f"{HEADER}\n1;2020-02-29;Orléans;true\n", "latin-1")):
        with pytest.raises(BrokenInputs) as caught:
            read(tmp_path, text, encoding)
        told.append(f"{text}→ {caught.value}\n\n".replace(f"{tmp_path}/", ""))
    are_as_kept("wrong-inputs.txt", told)


@pytest.mark.parametrize("decision", list(TABLES.files))
def test_a_written_sheet_reads_as_the_cases_that_it_is_of(tmp_path: Path, decision: str) -> None:
    path, table = tmp_path / "cas.csv", TABLES.versions(decision)[-1]
    cases = {it.name: it.inputs for it in read_book(TABLES.files[decision], TABLES).scenarios}
    write_rows(path, decision, table, cases)
    asked = table.decisions[decision].inputs
    assert dict(read_rows(path, decision, table)) == {
        name: {it: inputs.get(it) for it in asked} for name, inputs in cases.items()
    }
    with pytest.raises(CaseError, match="existe déjà"):
        write_rows(path, decision, table, cases)
