"""Rows of ``stories/decisions/<table>.csv``: those that expect something else from a business date on, and new ones."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from local.decision_tools.scenarios.books import STORIES, Book, Played, Tables, read_book
from local.decision_tools.scenarios.scenarios_csv import BASE, NAME, SINCE, UNTIL, part_headers
from local.decision_tools.sheets.cell_values import write_cell
from local.decision_tools.sheets.inputs_csv import read_sheet, slots_of
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
        restate(book, [book.play(it, tables.on(max(it.since, since))) for it in counting], since, folder)


def restate(book: Book, accepted: Iterable[Played], since: date, folder: Path = STORIES) -> None:
    """Let scenarios expect what was decided, from a day on.

    The row of each ends the day before, and one of its name begins then; a row that counts from that day only is
    changed in its place. All else in the file stays.

    Parameters
    ----------
    accepted
        Scenarios of the book as they were played under the tables of that day; those that pass are left as they are.

    Raises
    ------
    CaseError
        One can't be decided, so there is nothing to expect.
    """
    form = _Form(book, folder)
    changing = {it.scenario.line: it for it in accepted if not it.passes}
    rows: list[Mapping[str, str]] = []
    for line in form.sheet.lines:
        cells, played = dict(line.cells), changing.get(line.number)
        if played is not None:
            if played.error:
                raise CaseError(f"{line.where} : rien n'est décidé, donc rien ne peut être attendu ({played.error})")
            if played.scenario.since < since:
                rows.append({**cells, form.ends: f"{since - timedelta(days=1):%d/%m/%Y}"})
                cells[form.begins] = f"{since:%d/%m/%Y}"
            cells |= form.expected({name: played.got.get(name) for name in played.differing})
        rows.append(cells)
    if changing:
        form.path.write_text(form.text(rows), encoding="utf-8-sig", newline="")


def new_row(
    book: Book, inputs: Mapping[str, Any], expected: Mapping[str, Any], since: date, folder: Path = STORIES
) -> str:
    """The header of a book's file, and a row to paste below it: a scenario that counts from a day on, without a name.

    Parameters
    ----------
    inputs
        Those of the decision, as JSON has them; the row says how they differ from the nearest base case.
    """
    form = _Form(book, folder)
    base, usual = min(book.bases.items(), key=lambda it: sum(it[1].get(name) != inputs[name] for name in inputs))
    fixed = form.headers.fixed
    cells = {fixed[NAME]: TO_BE_NAMED, fixed[BASE]: base, form.begins: f"{since:%d/%m/%Y}"}
    given = {slot.name: header for header, slot in slots_of(form.sheet, form.headers.given, book.given).items()}
    moved = {name: value for name, value in inputs.items() if value != usual.get(name)}
    cells |= {given[name]: write_cell(value, book.given[name]) for name, value in moved.items() if name in given}
    return form.text([cells | form.expected(expected)]).rstrip("\n")


class _Form:
    """The columns of a book's file, where rows can be dated."""

    def __init__(self, book: Book, folder: Path) -> None:
        self._book = book
        self.path = folder / f"{book.table}.csv"
        self.sheet = read_sheet(self.path)
        self.headers = part_headers(self.sheet)
        self.begins, self.ends = (self.headers.fixed.get(name, name) for name in (SINCE, UNTIL))
        slots = slots_of(self.sheet, self.headers.expected, book.results)
        self._results = {slot.name: header for header, slot in slots.items()}

    def expected(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Cells that expect some results."""
        slots = self._book.results
        return {self._results[it]: write_cell(value, slots[it]) for it, value in values.items() if it in self._results}

    def text(self, rows: Iterable[Mapping[str, str]]) -> str:
        """The header and some rows."""
        columns, after = list(self.sheet.headers), self.sheet.headers.index(self.headers.fixed[BASE]) + 1
        columns[after:after] = [it for it in (self.begins, self.ends) if it not in columns]
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue()
