"""Rows of ``stories/decisions/<table>.csv``: those that expect something else from a business date on, and new ones."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from local.decision_tools.scenarios.books import STORIES, Book, Played, Tables, read_book
from local.decision_tools.scenarios.scenarios_csv import BASE, NAME, SINCE, UNTIL
from local.decision_tools.sheets.cell_values import Slot, write_cell
from record.cases.failures import CaseError

TO_BE_NAMED = "Nouveau cas, à renommer"


def restate_all(file: str, since: date, tables: Tables, folder: Path = STORIES) -> None:
    """Let all scenarios that ask a file expect, from a day on, what the tables that count then decide.

    Raises
    ------
    BrokenInputs, CaseError
        A file can't be read, or a scenario can't be decided.
    """
    for table in tables.asking(file):
        book = read_book(table, tables, folder=folder)
        counting = book.counting(since, date.max)
        restate(book, [book.play(it, tables.on(max(it.since, since))) for it in counting], since)


def restate(book: Book, accepted: Iterable[Played], since: date) -> None:
    """Let scenarios expect what was decided, from a day on.

    The row of each ends the day before, and one of its name begins then; a row that counts from that day only is
    changed in its place, and joined to the one before it where both expect the same. All else in the file stays.

    Parameters
    ----------
    accepted
        Scenarios of the book as they were played under the tables of that day; those that pass are left as they are.

    Raises
    ------
    CaseError
        One can't be decided, so there is nothing to expect.
    """
    begins, ends = _dates(book)
    changing = {it.scenario.line: it for it in accepted if not it.passes}
    rows: list[Mapping[str, str]] = []
    for line in book.sheet.lines:
        cells, played = dict(line.cells), changing.get(line.number)
        if played is not None:
            if played.error:
                raise CaseError(f"{line.where} : rien n'est décidé, donc rien ne peut être attendu ({played.error})")
            got = _cells(book.expected, {name: played.got.get(name) for name in played.differing})
            begun, eve = played.scenario.since, f"{max(played.scenario.since, since) - timedelta(days=1):%d/%m/%Y}"
            if begun < since:
                rows.append({**cells, ends: eve})
                cells[begins] = f"{since:%d/%m/%Y}"
            elif rows and {**cells, **got, begins: rows[-1].get(begins, ""), ends: eve} == rows[-1]:
                cells[begins] = rows.pop().get(begins, "")  # as before: the two rows are one again
            cells |= got
        rows.append(cells)
    if changing:
        book.sheet.path.write_text(_text(book, rows), encoding="utf-8-sig", newline="")


def new_row(book: Book, inputs: Mapping[str, Any], expected: Mapping[str, Any], since: date) -> str:
    """The header of a book's file, and a row to paste below it: a scenario that counts from a day on, without a name.

    Parameters
    ----------
    inputs
        Those of the decision, as JSON has them; the row says how they differ from the nearest base case.
    """
    base, usual = min(book.bases.items(), key=lambda it: sum(it[1].get(name) != inputs[name] for name in inputs))
    fixed, (begins, _) = book.fixed, _dates(book)
    cells = {fixed[NAME]: TO_BE_NAMED, fixed[BASE]: base, begins: f"{since:%d/%m/%Y}"}
    cells |= _cells(book.given, {name: it for name, it in inputs.items() if it != usual.get(name)})
    cells |= _cells(book.expected, expected)
    return _text(book, [cells]).rstrip("\n")


def _dates(book: Book) -> tuple[str, str]:
    """The headers of the columns that bound the days of a row, which a sheet need not have."""
    return book.fixed.get(SINCE, SINCE), book.fixed.get(UNTIL, UNTIL)


def _cells(columns: Mapping[str, Slot], values: Mapping[str, Any]) -> dict[str, str]:
    """Cells that say some values, by the headers of their columns."""
    return {header: write_cell(values[it.name], it) for header, it in columns.items() if it.name in values}


def _text(book: Book, rows: Iterable[Mapping[str, str]]) -> str:
    """The header of a sheet where rows can be dated, and some rows."""
    columns, after = list(book.sheet.headers), book.sheet.headers.index(book.fixed[BASE]) + 1
    columns[after:after] = [it for it in _dates(book) if it not in columns]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
