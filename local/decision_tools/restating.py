"""Writing into ``stories/decisions/<table>.csv`` that scenarios expect something else from a business date on."""

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from local.decision_tools.cell_values import write_cell
from local.decision_tools.inputs_csv import read_sheet, slots_of
from local.decision_tools.scenarios import STORIES, Book, Played
from local.decision_tools.scenarios_csv import BASE, SINCE, UNTIL, part_headers
from record.cases.failures import CaseError


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
    path = folder / f"{book.table}.csv"
    sheet = read_sheet(path)
    headers = part_headers(sheet)
    result = {slot.name: header for header, slot in slots_of(sheet, headers.expected, book.results).items()}
    begins, ends = (headers.fixed.get(name, name) for name in (SINCE, UNTIL))
    columns, after = list(sheet.headers), sheet.headers.index(headers.fixed[BASE]) + 1
    columns[after:after] = [it for it in (begins, ends) if it not in columns]
    changing = {it.scenario.line: it for it in accepted if not it.passes}
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", delimiter=";", lineterminator="\n")
    writer.writeheader()
    for line in sheet.lines:
        cells, played = dict(line.cells), changing.get(line.number)
        if played is not None:
            if played.error:
                raise CaseError(f"{line.where} : rien n'est décidé, donc rien ne peut être attendu ({played.error})")
            if played.scenario.since < since:
                writer.writerow({**cells, ends: f"{since - timedelta(days=1):%d/%m/%Y}"})
                cells[begins] = f"{since:%d/%m/%Y}"
            cells |= {result[it]: write_cell(played.got.get(it), book.results[it]) for it in played.differing}
        writer.writerow(cells)
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
