"""Finds the rules of a table whose cells a value passes, without asking each of them.

Most cells compare a value with constants. These cut the values of a column into stretches in which all values pass the
same cells, so that a stretch is asked only once: its rules are a whole number with a bit for each. A table is decided
by one look into each column; the cells that are more than comparisons are asked of the rules that are left.

The cells themselves are run to fill a stretch, so an index and its table always read a cell in the same way.
"""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from dmn.feel import syntax
from dmn.feel.cells import read_plain_tests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmn.feel.compile.unary import Test
    from dmn.feel.values import Value
    from dmn.runtime import Env

MIN_RULES = 4  # fewer are asked sooner than found

type Cells = list[tuple[int, Test]]  # the bit of a rule, and its test in the column


class RuleTexts(Protocol):
    """What the index needs of a rule: its tests with their columns, and the texts of its cells."""

    @property
    def tests(self) -> tuple[tuple[int, Test], ...]: ...

    @property
    def texts(self) -> tuple[str, ...]: ...


class TableIndex(syntax.Part):
    """The columns that have an index, and for each rule the tests that none of them covers."""

    columns: tuple[tuple[int, ColumnIndex], ...]
    rest: tuple[tuple[tuple[int, Test], ...], ...]
    everything: int

    def find(self, given: list[Value], env: Env) -> int | None:
        """Return the bits of the rules that may match; None where a value is of a kind that the columns have not."""
        found = self.everything
        for column, index in self.columns:
            value = given[column]
            if value is not None and type(value) is not index.kind:
                return None
            if index.points and value is not None:
                points = index.points
                at = bisect_left(points, value)
                place = 2 * at + 1 if at < len(points) and points[at] == value else 2 * at
                bits = index.stretches[place]
                if bits is None:
                    bits = index.stretches[place] = index.ask(value, env)
                found &= bits
            else:
                found &= index.find_named(value, env)
            if not found:
                return 0
        return found


class ColumnIndex:
    """The plain cells of one column, all over one kind of values."""

    __slots__ = ("_cells", "_constants", "_free", "_texts", "kind", "points", "stretches")

    def __init__(self, kind: type, constants: set[Value], cells: Cells, free: int) -> None:
        self.kind = kind
        self.points: list[Value] = sorted(constants) if kind is Decimal else []
        self.stretches: list[int | None] = [None] * (2 * len(self.points) + 1)
        self._cells = cells
        self._free = free  # the rules that ask nothing of this column
        self._texts: dict[Value, int] = {}
        self._constants = constants

    def find_named(self, value: Value, env: Env) -> int:
        """Find a text, a truth or null; a text that no cell names passes what another such one passes."""
        bits = self._texts.get(value)
        if bits is None:
            key = value if value is None or value in self._constants else _OTHER
            bits = self._texts.get(key)
            if bits is None:
                bits = self._texts[key] = self.ask(value, env)
        return bits

    def ask(self, value: Value, env: Env) -> int:
        """Run the cells on a value, and return the bits of the rules that it passes."""
        return self._free | sum(bit for bit, test in self._cells if test(value, env) is True)


_OTHER = object()


def index_table(rules: Sequence[RuleTexts], columns: int) -> TableIndex | None:
    """Make the index of a table; None where it has too few rules, or no column of plain cells."""
    if len(rules) < MIN_RULES:
        return None
    everything = (1 << len(rules)) - 1
    left: list[dict[int, Test]] = [dict(rule.tests) for rule in rules]
    indexes: list[tuple[int, ColumnIndex]] = []
    for column in range(columns):
        constants, cells = _plain_cells(rules, column)
        kinds = {type(value) for value in constants if value is not None}
        if not cells or len(kinds) != 1 or not kinds <= {Decimal, str, bool}:
            continue
        asked = sum(bit for bit, _ in cells)
        known = {value for value in constants if value is not None}
        indexes.append((column, ColumnIndex(kinds.pop(), known, cells, everything & ~asked)))
        for bit, _ in cells:
            del left[bit.bit_length() - 1][column]
    if not indexes:
        return None
    return TableIndex(tuple(indexes), tuple(tuple(tests.items()) for tests in left), everything)


def _plain_cells(rules: Sequence[RuleTexts], column: int) -> tuple[list[Value], Cells]:
    constants: list[Value] = []
    cells: Cells = []
    for number, rule in enumerate(rules):
        test = dict(rule.tests).get(column)
        found = _constants(rule.texts[column]) if test is not None else None
        if test is not None and found is not None:
            constants += found
            cells.append((1 << number, test))
    return constants, cells


def _constants(text: str) -> list[Value] | None:
    """Return the constants of a plain cell; None where it is more."""
    inner = text[4:-1] if text.startswith("not(") and text.endswith(")") else text
    tests = read_plain_tests(inner)
    if tests is None:
        return None
    found: list[Value] = []
    for test in tests.tests:
        parts: tuple[object, ...] = (test,)
        if isinstance(test, syntax.UnaryTest):
            parts = (test.operand,)
        elif isinstance(test, syntax.RangeLiteral):
            parts = (test.low, test.high)
        found += [part.value for part in parts if isinstance(part, syntax.Literal)]
    return found
