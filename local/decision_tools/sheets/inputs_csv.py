"""Reading a CSV that a spreadsheet saved, and the inputs of a decision from one.

The first line names the decision's inputs by their labels or by their variable names (``limitationDebt``); a column
``cas`` (or ``case``) may name the cases. :mod:`~local.decision_tools.sheets.cell_values` says how a cell is written; an
empty cell is null. The separator is ``;``, as a French spreadsheet writes.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import dmn
from local.decision_tools.sheets.cell_values import Slot, find_slot, input_slots, read_cell, write_cell
from record.cases.failures import CaseError
from record.formats import counted

_CASE = ("cas", "case")


class BrokenInputs(CaseError):
    """Raised when a CSV can't be read; names the file, the line and the column. French: business reads it."""


type Row = tuple[str, Mapping[str, Any]]
"""A line of inputs: the case, which is the text of its column, else ``ligne N``; and the inputs by name."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a CSV: where it is (``cas.csv, ligne 3``), its number, and its cells by their columns' headers."""

    where: str
    number: int
    cells: Mapping[str, str]

    def read[T](self, header: str, reader: Callable[[str], T], otherwise: T) -> T:
        """Read a cell; gives what stands for an empty one.

        Raises
        ------
        BrokenInputs
            It is nothing that the reader reads.
        """
        text = self.cells[header]
        try:
            return reader(text) if text else otherwise
        except ValueError as error:
            raise BrokenInputs(f"{self.where}, colonne « {header} » : {error}") from None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV: its path, where its header is (``cas.csv, ligne 1``), its headers as they are written, and its lines."""

    path: Path
    where: str
    headers: tuple[str, ...]
    lines: tuple[Line, ...]


def read_sheet(path: Path) -> Sheet:
    """Read a CSV; lines without any text are no lines.

    Raises
    ------
    BrokenInputs
        The file can't be read, has another separator than ``;``, no line, a header twice, or a line of more or fewer
        cells than its header.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BrokenInputs(f"{path} n'existe pas, ou n'est pas lisible ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BrokenInputs(
            f"{path}, ligne {line} : ce n'est pas de l'UTF-8 ; dans Excel, enregistrer sous « CSV UTF-8 »"
        ) from error
    header = text.partition("\n")[0]
    if header.count(",") > header.count(";"):
        raise BrokenInputs(
            f"{path}, ligne 1 : le séparateur est « , » ; écrire « ; » entre les colonnes, comme un Excel français"
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise BrokenInputs(f"{path}, ligne {reader.line_num} : guillemets mal placés ({error})") from error
    if len(rows) < 2:  # noqa: PLR2004 - the header, and what it is of
        raise BrokenInputs(f"{path} n'a aucune ligne de données sous son en-tête")
    (number, headers), *others = rows
    where = f"{path}, ligne {number}"
    for column, header in enumerate(headers, 1):
        if not header:
            raise BrokenInputs(f"{where}, colonne {column} : cette colonne n'a pas de titre")
        if header in headers[: column - 1]:
            raise BrokenInputs(f"{where}, colonne {column} : « {header} » y est deux fois")
    return Sheet(path, where, tuple(headers), tuple(_lines(path, headers, others)))


def _lines(path: Path, headers: list[str], rows: list[tuple[int, list[str]]]) -> Iterator[Line]:
    for number, cells in rows:
        where = f"{path}, ligne {number}"
        if len(cells) != len(headers):
            raise BrokenInputs(f"{where} : {counted(len(cells), 'cellule')}, l'en-tête en a {len(headers)}")
        yield Line(where, number, dict(zip(headers, cells, strict=True)))


def slots_of(sheet: Sheet, headers: Mapping[str, str], slots: Mapping[str, Slot]) -> dict[str, Slot]:
    """Find what columns hold.

    Parameters
    ----------
    headers
        What names the slot, by the header that it stands in.

    Raises
    ------
    BrokenInputs
        A header names no slot, or two name the same.
    """
    found: dict[str, Slot] = {}
    for header, written in headers.items():
        where = f"{sheet.where}, colonne {sheet.headers.index(header) + 1}"
        try:
            slot = find_slot(written, slots.values())
        except ValueError as error:
            raise BrokenInputs(f"{where} : {error}") from None
        if other := next((it for it, known in found.items() if known.name == slot.name), None):
            raise BrokenInputs(f"{where} : « {header} » dit la même chose que « {other} »")
        found[header] = slot
    return found


def read_rows(path: Path, decision: str, *models: dmn.Model) -> list[Row]:
    """Read the inputs of a decision: all those that any of the models reads for it, typed as the last one types them.

    Raises
    ------
    BrokenInputs
        The file can't be read, a column is unknown or missing, or a cell is not of its input's type; names the line and
        the column.
    """
    sheet = read_sheet(path)
    slots = input_slots((decision, model) for model in models)
    columns = slots_of(sheet, {it: it for it in sheet.headers if it not in _CASE}, slots)
    if missing := [slot.title for slot in slots.values() if slot not in columns.values()]:
        raise BrokenInputs(f"{sheet.where} : il manque {', '.join(missing)}")
    return [
        (
            next(filter(None, map(line.cells.get, _CASE)), f"ligne {line.number}"),
            {slot.name: line.read(header, partial(read_cell, slot=slot), None) for header, slot in columns.items()},
        )
        for line in sheet.lines
    ]


def write_rows(path: Path, decision: str, model: dmn.Model, cases: Mapping[str, Mapping[str, Any]]) -> None:
    """Write a CSV that :func:`read_rows` reads, with a line for each case.

    Parameters
    ----------
    cases
        The inputs of the decision, as JSON has them, by the name of the case.

    Raises
    ------
    CaseError
        There is such a file already, or it can't be written.
    """
    slots = input_slots([(decision, model)])
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow([_CASE[0], *(slot.title for slot in slots.values())])
            for name, inputs in cases.items():
                writer.writerow([name, *(write_cell(inputs.get(it), slot) for it, slot in slots.items())])
    except FileExistsError as error:
        raise CaseError(f"{path} existe déjà : choisir un autre nom, ou le supprimer") from error
    except OSError as error:
        raise CaseError(f"{path} ne peut pas être écrit ({error.strerror})") from error
