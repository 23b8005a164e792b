"""The rows of a decision table: compiled one by one, or only read, where an index will find those that match."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from dmn.feel.audit import MatchedRule
from dmn.feel.compile.unary import compile_unary_tests
from dmn.model.indexing import CellReader, ColumnIndex, TableIndex, index_column
from dmn.runtime import current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmn.feel.scope import Unit
    from dmn.model.builder import Builder
    from dmn.model.indexing import Cell, Tests
    from dmn.model.reader import Element
    from dmn.runtime import Closure


LARGE = 200  # rules of a table that has its index at once, as asking each of them takes as long as making it
_MIN_RULES = 4  # fewer are asked sooner than found


class Rule:
    """A row. What its author wrote is looked up when it is asked for, as most rows of a large table never are."""

    __slots__ = ("_matched", "_rows", "compiled", "element", "index", "outputs")

    def __init__(self, rows: Rows, element: Element, index: int, outputs: tuple[Closure, ...]) -> None:
        self._rows = rows
        self.compiled: Tests | None = None
        self._matched: MatchedRule | None = None
        self.element = element
        self.index = index
        self.outputs = outputs

    @property
    def tests(self) -> Tests:
        """Those that are not `-`, with their columns."""
        if self.compiled is None:
            self.compiled = self._rows.compile_tests(self.element)
        return self.compiled

    @property
    def texts(self) -> list[str]:
        return [entry.child_text("text").strip() for entry in self.element.all("inputEntry")]

    @property
    def matched(self) -> MatchedRule:
        if self._matched is None:
            self._matched = MatchedRule(self.element.id, self.index, self._rows.notes(self.element))
        return self._matched


class Rows:
    """Compiles the rows of a table, whose headings it knows; an input's own names are its value's in its cells."""

    def __init__(
        self,
        headings: tuple[list[str], list[str], list[str]],
        own_names: list[tuple[str, ...]],
        unit: Unit,
        builder: Builder,
    ) -> None:
        self._inputs, self._outputs, self._annotations = headings
        self._own_names = own_names
        self._unit = unit
        self._builder = builder
        self._owner = builder.parent_id
        names = frozenset([*unit.scope.visible(), *(name for own in own_names for name in own)])
        self._reader = CellReader(unit.vocabulary, names)

    def compile(self, elements: list[Element]) -> tuple[Rule, ...]:
        """Compile the rows; of a large table only the outputs, as the index tells which tests need it."""
        is_small = len(elements) < LARGE
        rules = tuple(self._compile_row(element, number) for number, element in enumerate(elements, 1))
        for rule in rules if is_small else ():
            self._compile_now(rule)
        self._builder.cell = None
        return rules

    def _compile_row(self, row: Element, number: int) -> Rule:
        builder = self._builder
        builder.cell = None
        entries, results = sum(1 for _ in row.all("inputEntry")), list(row.all("outputEntry"))
        ins, outs = len(self._inputs), len(self._outputs)
        if (entries, len(results)) != (ins, outs):
            has = f"rule {number} has {entries} input and {len(results)} output cells"
            raise builder.error(row, f"{has}, the table has {ins} and {outs}; delete the rule and enter it again")
        cells: list[Closure] = []
        for heading, entry in zip(self._outputs, results, strict=True):
            builder.cell = number, heading
            cells.append(builder.compile_cell(entry.child_text("text"), self._unit, entry))
        return Rule(self, row, number, tuple(cells))

    def _compile_now(self, rule: Rule) -> None:
        """Compile the tests of a row, as what is wrong with them is to be said at load."""
        builder, found = self._builder, []
        entries = rule.element.all("inputEntry")
        for column, (heading, own, entry) in enumerate(zip(self._inputs, self._own_names, entries, strict=True)):
            builder.cell = rule.index, heading
            test = builder.compile_tests(entry.child_text("text"), self._unit, entry, own)
            if test is not None:
                found.append((column, test))
        rule.compiled = tuple(found)

    def compile_tests(self, row: Element) -> Tests:
        """Compile the tests of a row that are all comparisons with constants."""
        tests = (
            compile_unary_tests(entry.child_text("text"), self._unit, entry.id or self._owner, own)
            for entry, own in zip(row.all("inputEntry"), self._own_names, strict=True)
        )
        return tuple((column, test) for column, test in enumerate(tests) if test is not None)

    def index(self, rules: tuple[Rule, ...]) -> TableIndex | None:
        """Make the index of the table; None where it has too few rules, or no column of plain cells."""
        if len(rules) < _MIN_RULES:
            return None
        indexes: list[tuple[int, ColumnIndex]] = []
        left: dict[int, set[int]] = {}
        for column in range(len(self._inputs)):
            index, others = index_column(self._read(rules, column), len(rules))
            if index is not None:
                indexes.append((column, index))
            for at in others:
                left.setdefault(at, set()).add(column)
        for at in left:
            if rules[at].compiled is None:
                self._compile_now(rules[at])
        self._builder.cell = None
        rest = {at: tuple(pair for pair in rules[at].tests if pair[0] in asked) for at, asked in left.items()}
        return TableIndex(indexes, rest) if indexes else None

    def _read(self, rules: tuple[Rule, ...], column: int) -> Iterator[tuple[int, Cell | None]]:
        """Read the cells of a column that ask something, with the places of their rules."""
        is_loading, tick = len(rules) >= LARGE, current().tick
        for at, rule in enumerate(rules):
            if is_loading:
                tick()
            entry = next(islice(rule.element.all("inputEntry"), column, None))
            text = entry.child_text("text").strip()
            if text not in ("", "-"):
                yield at, None if self._builder.foreign_language(text, entry) else self._reader.read(text)

    def notes(self, row: Element) -> dict[str, str]:
        """Return the annotations of a row by the names of their columns, and its description."""
        notes = {
            name or f"annotation {number}": entry.child_text("text")
            for number, (name, entry) in enumerate(zip(self._annotations, row.all("annotationEntry"), strict=False), 1)
        }
        if row.child_text("description"):
            notes["description"] = row.child_text("description")
        return notes
