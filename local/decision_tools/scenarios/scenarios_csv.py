"""The form of ``stories/decisions/<table>.csv``: one row a scenario, which gives what differs from a base case.

A base case is a row with ``(base)`` under ``base``: it gives all inputs, and what is expected unless a row says
otherwise; other rows name theirs there. ``cas`` is the name, ``thème`` groups. An input's column has its label or its
technical name, one of a result has ``attendu : `` before it, and ``<list> : par défaut`` is what the items of a list
have unless a row says otherwise. An empty cell is as in the base case; ``(rien)`` is null. ``à partir du`` and
``jusqu'au``, where they stand, bound the business dates of effect on which a row counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from local.decision_tools.sheets.cell_values import Slot, plain, read_cell, read_day, read_item
from local.decision_tools.sheets.inputs_csv import BrokenInputs, Line, Sheet, slots_of

NAME, THEME, BASE, SINCE, UNTIL = "cas", "thème", "base", "à partir du", "jusqu'au"
IS_BASE = "(base)"
EXPECTED, _OF_ITEMS = "attendu", "par défaut"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A business case: all inputs, what must be decided (other results are free), and the days on which it counts."""

    name: str
    line: int
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    since: date = date.min
    until: date = date.max

    def counts(self, first: date, last: date) -> bool:
        """Whether it counts on one of the days from the first to the last."""
        return self.since <= last and first <= self.until


@dataclass(frozen=True, slots=True)
class _Base:
    """A base case: its inputs, what is usually expected, and the usual fields of the items of its lists."""

    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    items: Mapping[str, Mapping[str, Any]]


class ScenarioSheet:
    """A sheet of scenarios; a base case must give all inputs that the decision reads.

    Parameters
    ----------
    inputs
        What the decision reads.
    results
        The parts of its value.

    Attributes
    ----------
    fixed
        The headers of the row itself, by what they mean.
    given, items, expected
        What each column holds, by its header: inputs, what the items of a list have by default, results.
    bases
        The inputs of the base cases, by their names.

    Raises
    ------
    BrokenInputs
        A header means nothing that the decision knows, or the column of the names, or of the base cases, is missing.
        A cell can't be read; a base case is missing or leaves an input out; a row expects nothing, or has the name of
        another that counts on the same days.
    """

    def __init__(self, sheet: Sheet, inputs: Mapping[str, Slot], results: Mapping[str, Slot]) -> None:
        self.sheet, self._inputs = sheet, inputs
        self.fixed, given, items, expected = (dict[str, str]() for _ in range(4))
        for header in sheet.headers:
            text = plain(header)
            if text in (NAME, THEME, BASE, SINCE, UNTIL):
                self.fixed[text] = header
            elif ":" in text and text.startswith(EXPECTED):
                expected[header] = header.partition(":")[2].strip()
            elif ":" in text and text.endswith(_OF_ITEMS):
                items[header] = header.rpartition(":")[0].strip()
            else:
                given[header] = header
        if missing := [name for name in (NAME, BASE) if name not in self.fixed]:
            raise BrokenInputs(f"{sheet.where} : il manque la colonne {' et la colonne '.join(missing)}")
        lists = {name: slot for name, slot in inputs.items() if slot.fields}
        self.given, self.items = slots_of(sheet, given, inputs), slots_of(sheet, items, lists)
        self.expected = slots_of(sheet, expected, results)
        bases = self._read_bases()
        self.bases = {name: base.inputs for name, base in bases.items()}
        self.scenarios: list[Scenario] = []
        for line in sheet.lines:
            if self._of(line, BASE) != IS_BASE:
                self.scenarios.append(self._scenario(line, bases))
                _refuse_twins(line, self.scenarios)

    def _read_bases(self) -> dict[str, _Base]:
        bases: dict[str, _Base] = {}
        for line in self.sheet.lines:
            if self._of(line, BASE) == IS_BASE:
                if self._name(line) in bases:
                    raise BrokenInputs(f"{line.where} : le cas de base « {self._name(line)} » y est deux fois")
                bases[self._name(line)] = self._base(line)
        return bases

    def _of(self, line: Line, name: str) -> str:
        return line.cells[self.fixed[name]] if name in self.fixed else ""

    def _name(self, line: Line) -> str:
        name = self._of(line, NAME)
        if not name:
            raise BrokenInputs(f"{line.where}, colonne « {NAME} » : cette ligne n'a pas de nom ; en écrire un")
        return name

    def _base(self, line: Line) -> _Base:
        lists = self.items.items()
        nothing: dict[str, Any] = {}
        usual = {slot.name: line.read(header, partial(read_item, slot=slot), nothing) for header, slot in lists}
        inputs = self._cells(line, self.given, usual)
        if missing := [slot.title for name, slot in self._inputs.items() if name not in inputs]:
            raise BrokenInputs(f"{line.where} : un cas de base donne tout ; il y manque : {', '.join(missing)}")
        return _Base(inputs, self._cells(line, self.expected, {}), usual)

    def _scenario(self, line: Line, bases: Mapping[str, _Base]) -> Scenario:
        name, base = self._name(line), bases.get(self._of(line, BASE))
        if base is None:
            known = ", ".join(f"« {it} »" for it in bases) or f"aucun ; en écrire un, avec {IS_BASE} sous « {BASE} »"
            raise BrokenInputs(
                f"{line.where}, colonne « {BASE} » : « {self._of(line, BASE)} » n'est pas un cas de base ; on trouve :"
                f" {known}"
            )
        if header := next((it for it in self.items if line.cells[it]), ""):
            raise BrokenInputs(f"{line.where}, colonne « {header} » : seul un cas de base la remplit")
        expected = self._cells(line, self.expected, {})
        if not expected:
            raise BrokenInputs(f"{line.where} : cette ligne n'attend rien ; remplir une colonne « {EXPECTED} : … »")
        since, until = self._day(line, SINCE, date.min), self._day(line, UNTIL, date.max)
        if since > until:
            raise BrokenInputs(f"{line.where}, colonne « {UNTIL} » : {until:%d/%m/%Y} est avant {since:%d/%m/%Y}")
        inputs = {**base.inputs, **self._cells(line, self.given, base.items)}
        return Scenario(name, line.number, inputs, {**base.expected, **expected}, since, until)

    def _day(self, line: Line, name: str, otherwise: date) -> date:
        return line.read(self.fixed[name], read_day, otherwise) if name in self.fixed else otherwise

    def _cells(self, line: Line, columns: Mapping[str, Slot], items: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        return {
            slot.name: line.read(header, partial(read_cell, slot=slot, usual=items.get(slot.name)), None)
            for header, slot in columns.items()
            if line.cells[header]
        }


def _refuse_twins(line: Line, scenarios: list[Scenario]) -> None:
    *others, last = scenarios
    for other in others:
        if other.name == last.name and other.counts(last.since, last.until):
            raise BrokenInputs(
                f"{line.where}, colonne « {NAME} » : « {last.name} » est déjà à la ligne {other.line} ; changer le nom,"
                f" ou les dates « {SINCE} » et « {UNTIL} » de l'un des deux"
            )
