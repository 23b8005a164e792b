"""The rows of a decision table: compiled one by one, or only read, where an index will find those that match."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from dmn.feel.audit import MatchedRule
from dmn.feel.cells import read_literal
from dmn.feel.compile.dispatch import constant
from dmn.feel.syntax import Part
from dmn.model.dialects import foreign_language
from dmn.model.indexing import CellReader, ColumnIndex, TableIndex, index_column
from dmn.runtime import current

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dmn.feel.compile.unary import Test
    from dmn.feel.scope import Unit
    from dmn.feel.types import Type
    from dmn.feel.values import Value
    from dmn.model.builder import Builder
    from dmn.model.indexing import Cell, Tests
    from dmn.model.reader import Element
    from dmn.runtime import Closure, Env, Source


LARGE = 200  # rules of a table that has its index at once, as asking each of them takes as long as making it
_MIN_RULES = 4  # fewer are asked sooner than found
_SHARED = 1024  # cells of a column that are remembered while its index is made, as many texts come again


class Column(Part):
    """An input of the table: its expression, heading, names in its cells, type and the values that are allowed."""

    text: str
    label: str
    own_names: tuple[str, ...]
    value: Closure
    type: Type
    allowed: Test | None
    allowed_text: str
    of_input: str  # the model's file, where the column is an input that a caller gives and so is refused
    source: Source
    kinds: tuple[Any, ...]  # types of values that need no look


class Output(Part):
    """An output of the table: its name, heading, type, allowed values in the order of their priority, and default."""

    name: str
    label: str
    type: Type
    priorities: tuple[Test, ...]
    allowed: Test | None
    default: Closure | None
    source: Source

    def place(self, value: Value, env: Env) -> int:
        """Return the place of a value in the list of those that are allowed, which is its priority."""
        return next((at for at, test in enumerate(self.priorities) if test(value, env) is True), len(self.priorities))


class Rule:
    """A row. What its author wrote is looked up when it is asked for, as most rows of a large table never are."""

    __slots__ = ("_matched", "_rows", "compiled_outputs", "compiled_tests", "element", "index")

    def __init__(self, rows: Rows, element: Element, index: int) -> None:
        self._rows = rows
        self.compiled_tests: Tests | None = None
        self.compiled_outputs: tuple[Closure, ...] | None = None
        self._matched: MatchedRule | None = None
        self.element = element
        self.index = index

    @property
    def tests(self) -> Tests:
        """Those that are not `-`, with their columns."""
        if self.compiled_tests is None:
            self.compiled_tests = self._rows.compile_tests(self)
        return self.compiled_tests

    @property
    def outputs(self) -> tuple[Closure, ...]:
        if self.compiled_outputs is None:
            self.compiled_outputs = self._rows.compile_outputs(self)
        return self.compiled_outputs

    @property
    def texts(self) -> list[str]:
        return [entry.written.strip() for entry in self.element.all("inputEntry")]

    @property
    def matched(self) -> MatchedRule:
        if self._matched is None:
            self._matched = MatchedRule(self.element.id, self.index, self._rows.notes(self.element))
        return self._matched


class Rows:
    """Compiles the rows of a table, whose columns it knows; `notes` are the names of its annotations."""

    def __init__(
        self, inputs: tuple[Column, ...], outputs: tuple[Output, ...], notes: list[str], unit: Unit, builder: Builder
    ) -> None:
        self.inputs, self.outputs = inputs, outputs
        self._annotations = notes
        self._unit = unit
        self._builder = builder.here()  # as rows are compiled later, too
        self._is_feel = not foreign_language("", builder.language, builder.info.dialect)  # where a cell names no other

    def compile(self, elements: list[Element]) -> tuple[Rule, ...]:
        """Compile the rows; of a large table only outputs that may be wrong, as the index tells which tests may be."""
        is_small = len(elements) < LARGE
        if not is_small:
            _pack(elements)
        rules = tuple(self._compile_row(element, number, is_small) for number, element in enumerate(elements, 1))
        for rule in rules if is_small else ():
            rule.compiled_tests = self.compile_tests(rule)
        return rules

    def _compile_row(self, row: Element, number: int, at_once: bool) -> Rule:  # noqa: FBT001 - see above
        rule, (entries, results) = Rule(self, row, number), _places(row.tags)
        ins, outs = len(self.inputs), len(self.outputs)
        if (len(entries), len(results)) != (ins, outs):
            self._builder.cell = None
            has = f"rule {number} has {len(entries)} input and {len(results)} output cells"
            raise self._builder.error(row, f"{has}, the table has {ins} and {outs}; delete the rule and enter it again")
        texts, is_feel = row.texts, self._is_feel and row.is_packed
        if at_once or not is_feel or None in [read_literal(texts[at]) for at in results]:
            rule.compiled_outputs = self.compile_outputs(rule)
        return rule

    def compile_tests(self, rule: Rule) -> Tests:
        """Compile the tests of a row; after the load only those that are all comparisons with constants."""
        builder, found = self._builder, []
        for at, (column, entry) in enumerate(zip(self.inputs, rule.element.all("inputEntry"), strict=True)):
            builder.cell = rule.index, column.label
            test = builder.compile_tests(entry.written, self._unit, entry, column.own_names)
            if test is not None:
                found.append((at, test))
        return tuple(found)

    def compile_outputs(self, rule: Rule) -> tuple[Closure, ...]:
        """Compile the outputs of a row; after the load only those that are all constants."""
        builder, found = self._builder, []
        for output, entry in zip(self.outputs, rule.element.all("outputEntry"), strict=True):
            builder.cell = rule.index, output.label
            is_null = entry.written.strip() in ("", "-")
            found.append(constant(None) if is_null else builder.compile_expression(entry.written, self._unit, entry))
        return tuple(found)

    def index(self, rules: tuple[Rule, ...]) -> TableIndex | None:
        """Make the index of the table; None where it has too few rules, or no column of plain cells."""
        if len(rules) < _MIN_RULES:
            return None
        _pack(rule.element for rule in rules)
        names = frozenset([*self._unit.scope.visible(), *(name for column in self.inputs for name in column.own_names)])
        indexes: list[tuple[int, ColumnIndex]] = []
        left: dict[int, set[int]] = {}
        for column in range(len(self.inputs)):
            reader = CellReader(names)
            read = functools.lru_cache(_SHARED)(reader.read)
            index, others = index_column(self._read(rules, column, read), reader.points, len(rules))
            if index is not None:
                indexes.append((column, index))
            for at in others:
                left.setdefault(at, set()).add(column)
        rest = {at + 1: tuple(pair for pair in rules[at].tests if pair[0] in asked) for at, asked in left.items()}
        return TableIndex(indexes, rest) if indexes else None

    def _read(
        self, rules: tuple[Rule, ...], column: int, read: Callable[[str], Cell | None]
    ) -> Iterator[tuple[int, Cell | None]]:
        """Read the cells of a column that ask something, with the places of their rules."""
        is_loading, is_feel, tick = len(rules) >= LARGE, self._is_feel, current().tick
        tags, place = None, 0
        for at, rule in enumerate(rules):
            if is_loading:
                tick()
            row = rule.element
            if row.tags is not tags:  # most have the same
                tags, place = row.tags, _places(row.tags)[0][column]
            text = row.texts[place].strip()
            if text not in ("", "-"):
                yield at, read(text) if is_feel and row.is_packed else None

    def notes(self, row: Element) -> dict[str, str]:
        """Return the annotations of a row by the names of their columns, and its description."""
        notes = {
            name or f"annotation {number}": entry.written
            for number, (name, entry) in enumerate(zip(self._annotations, row.all("annotationEntry"), strict=False), 1)
        }
        if row.child_text("description"):
            notes["description"] = row.child_text("description")
        return notes


def _pack(rows: Iterable[Element]) -> None:
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in rows:
        row.pack(known)


@functools.lru_cache(64)
def _places(tags: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Return where a row has its input cells and its output cells."""
    inputs, outputs = ([at for at, each in enumerate(tags) if each == tag] for tag in ("inputEntry", "outputEntry"))
    return inputs, outputs
