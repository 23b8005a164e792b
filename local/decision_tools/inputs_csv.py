"""Inputs of a decision from a CSV, as a spreadsheet saves it.

The first line names the decision's inputs by their variable names (``limitationDebt``); a column ``case`` may name the
cases. A cell is read by its input's type: numbers (``12.50``), ``true`` or ``false``, ISO dates (``2026-05-04``), texts
with or without quotes, lists and contexts as JSON. An empty cell and ``null`` are null; in quotes they are texts. The
separator is ``,``, or ``;`` with decimal commas, as a French spreadsheet writes.

A column ``attendu outcome`` says what must be decided: a scenario. Where usual inputs are known, a column may be
missing and an empty cell means what is usual.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import dmn
from dmn.errors import InvalidError
from dmn.feel import border
from dmn.feel.types import Type
from supervision.cases.failures import CaseError

CASE = "case"
EXPECTED = "attendu "
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_BOOLEANS = {"true": True, "false": False}
_QUOTED = 2  # a text's two quotes


class BrokenInputs(CaseError):
    """Raised when a CSV of inputs can't be read; names the file, the line and the column. French: business reads it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of inputs; ``case`` is the text of its column, else ``ligne N``; ``expected`` are outputs by name."""

    case: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any] = field(default_factory=dict)


def read_rows(path: Path, decision: str, *models: dmn.Model, usual: Mapping[str, Any] | None = None) -> list[Row]:
    """Read the inputs of a decision: all those that any of the models reads for it, typed as the last one types them.

    Parameters
    ----------
    usual
        What an input is where its column is missing or its cell is empty.

    Raises
    ------
    BrokenInputs
        The file can't be read, a column is unknown or missing, or a cell is not of its input's type; names the line and
        the column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BrokenInputs(f"{path} n'existe pas") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenInputs(f"{path} n'est pas lisible comme texte UTF-8 : {error}") from error
    types: dict[str, Type] = {}
    for model in models:
        types |= model.definitions.nodes[model.decisions[decision].id].inputs()
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = list(_read(path, lines, types, separator, usual))
    if not rows:
        raise BrokenInputs(f"{path} n'a aucune ligne de données sous son en-tête")
    return rows


def template(decision: str, model: dmn.Model, cases: Iterable[Row]) -> str:
    """Return a CSV that a French spreadsheet opens: a column for each input and each output, a line for each case."""
    names = list(model.definitions.nodes[model.decisions[decision].id].inputs())
    outputs = list(model.decisions[decision].parts)
    text = io.StringIO()
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow([CASE, *names, *(f"{EXPECTED}{name}" for name in outputs)])
    for row in cases:
        given = [_written(row.inputs.get(name)) for name in names]
        told = [_written(row.expected[name]) if name in row.expected else "" for name in outputs]
        lines.writerow([row.case, *given, *told])
    return f"\N{ZERO WIDTH NO-BREAK SPACE}{text.getvalue()}"


def _written(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return f"{value}".replace(".", ",")
        case list() | dict():
            return json.dumps(value, ensure_ascii=False, default=_plain)
        case _:
            return str(value)


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def _read(
    path: Path, lines: Any, types: Mapping[str, Type], separator: str, usual: Mapping[str, Any] | None
) -> Iterator[Row]:
    columns: list[str] = []
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{path}, ligne {lines.line_num}"
            if not columns:
                columns = _columns(where, cells, types, whole=usual is None)
                continue
            if len(cells) != len(columns):
                raise BrokenInputs(f"{where} : {len(cells)} cellules, alors que l'en-tête a {len(columns)} colonnes")
            given = dict(zip(columns, cells, strict=True))
            case = given.pop(CASE, "").strip() or f"ligne {lines.line_num}"
            read = {
                name: _cell(f"{where}, colonne {name}", cell, types[name], separator)
                for name, cell in given.items()
                if name in types and (usual is None or cell.strip())
            }
            expected = {
                name.removeprefix(EXPECTED): _guessed(cell, separator)
                for name, cell in given.items()
                if name.startswith(EXPECTED) and cell.strip()
            }
            yield Row(case, {**(usual or {}), **read}, expected)
    except csv.Error as error:
        raise BrokenInputs(f"{path}, ligne {lines.line_num} : {error}") from error


def _columns(where: str, cells: list[str], types: Mapping[str, Type], *, whole: bool) -> list[str]:
    columns = [cell.strip() for cell in cells]
    expected = ", ".join(types)
    for number, name in enumerate(columns, 1):
        if name not in types and name != CASE and not name.startswith(EXPECTED):
            raise BrokenInputs(f"{where}, colonne {number} : « {name} » est inconnu ; la décision lit {expected}")
        if columns.count(name) > 1:
            raise BrokenInputs(f"{where}, colonne {number} : « {name} » y est deux fois")
    if whole and (missing := [name for name in types if name not in columns]):
        raise BrokenInputs(f"{where} : il manque {', '.join(missing)} ; la décision lit {expected}")
    return columns


def _cell(where: str, cell: str, kind: Type, separator: str) -> Any:
    text = cell.strip()
    if text in ("", "null"):
        return None
    read = _READERS.get(kind.plain.name, _json)
    try:
        value = read(text.replace(",", ".") if separator == ";" and read is _number else text)
        kind.convert(kind.read_json(border.from_python(value)))
    except (ValueError, InvalidError) as error:
        raise BrokenInputs(f"{where} : « {cell} » n'est pas du type {kind} ({error})") from None
    return value


def _guessed(cell: str, separator: str) -> Any:
    """What is expected of an output, whose type no table says: a number, true or false, null, a list, or a text."""
    text = cell.strip()
    number = text.replace(",", ".") if separator == ";" else text
    if _NUMBER.fullmatch(number):
        return Decimal(number)
    if text.startswith("["):
        return _json(text)
    return None if text == "null" else _BOOLEANS.get(text.lower(), _text(text))


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError("un nombre s'écrit 12.50")
    return Decimal(text)


def _boolean(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise ValueError("true ou false")
    return _BOOLEANS[text.lower()]


def _text(text: str) -> str:
    return text[1:-1] if len(text) >= _QUOTED and text[0] == text[-1] == '"' else text


def _json(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


_TEXTUAL = ("string", "date", "time", "date and time", "years and months duration", "days and time duration")
_READERS: Mapping[str, Callable[[str], Any]] = {
    "number": _number,
    "boolean": _boolean,
    **dict.fromkeys(_TEXTUAL, _text),
}
