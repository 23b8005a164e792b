"""Finds the rules of a table whose cells a value passes, without asking each of them.

Most cells compare a value with constants. These cut the values of a column, put in their order, into stretches: each
constant is one, and so is what lies between two. A cell is then some intervals of stretches. A sweep over the ends of
all of them tells which rules pass where: each end turns the bit of one rule. The bits as a whole are kept only once in
many ends, and a look-up turns those that follow, so that memory grows hardly faster than the table.

The cells that are more than comparisons with constants are asked of the rules that are left.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from dmn.errors import FeelSyntaxError, InvalidError
from dmn.feel import syntax
from dmn.feel.cells import read_plain_tests
from dmn.feel.library.ranges import literal_value
from dmn.feel.parser import parse_unary_tests
from dmn.feel.values import ORDERED, Value, order_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dmn.feel.compile.unary import Test
    from dmn.feel.vocabulary import Vocabulary

_MIN_ENDS = 64  # between two places where the bits are kept as a whole
_MAX_KNOWN = 1 << 23  # bits that a column keeps of what was looked up before, which is a megabyte

type Tests = tuple[tuple[int, Test], ...]  # those of a rule that are not `-`, with their columns
type Kind = tuple[type, bool]  # of a value, and whether it has a zone
type Span = tuple[Value, bool, Value, bool]  # the constants around it, and whether it ends just after each of them


class Cell(NamedTuple):
    """A cell that compares with constants of one kind: the intervals that its tests are, and whether null passes."""

    kind: Kind | None
    spans: tuple[Span, ...]  # a bound that is None is none
    negated: bool
    null: bool


class TableIndex:
    """The columns that have an index, and by the place of a rule the tests that none of them covers."""

    __slots__ = ("_columns", "rest")

    def __init__(self, columns: list[tuple[int, ColumnIndex]], rest: dict[int, Tests]) -> None:
        self._columns = [
            (column, index.kind[0], index.kind[0] in _HASHED, index.kind[0] in _ZONED, index.points, index.known, index)
            for column, index in columns
        ]
        self.rest = rest

    def find(self, given: list[Value]) -> int | None:
        """Return the bits of the rules that may match; None where a value is of a kind that the columns have not."""
        found = -1
        for column, kind, is_hashed, has_zones, points, known, index in self._columns:
            value = given[column]
            if value is None:
                found &= index.null
            elif type(value) is not kind:
                return None
            else:
                key = value  # a text is found by itself sooner than by its place
                if not is_hashed:
                    if has_zones:
                        if _kind_of(value) != index.kind:
                            return None
                        value = order_key(value)
                    at = bisect_left(points, value)
                    key = 2 * at + (at < len(points) and points[at] == value)
                bits = known.get(key)
                found &= bits if bits is not None else index.look_up(key)
            if not found:
                return 0
        return found


class ColumnIndex:
    """The plain cells of one column, all over one kind of values."""

    __slots__ = ("_blocks", "_ends", "_rows", "_step", "kind", "known", "null", "points")

    def __init__(self, kind: Kind, cells: dict[int, Cell], rules: int) -> None:
        self.kind = kind
        points = {point for cell in cells.values() for span in cell.spans for point in span[::2]}
        self.points = sorted(points - {None})
        places = {point: 2 * at + 1 for at, point in enumerate(self.points)}
        last = 2 * len(places) + 1
        ends = sorted(at * rules + row for row, cell in cells.items() for at in _stretches(cell, places, last))
        self._ends = array("q", (end // rules for end in ends))
        self._rows = array("q", (end % rules for end in ends))
        self._step = max(_MIN_ENDS, isqrt(len(ends)))
        bits = bytearray(((1 << rules) - 1).to_bytes(rules // 8 + 1, "little"))  # who asks nothing passes anywhere
        _turn(bits, cells)
        null = bytearray(bits)
        _turn(null, (row for row, cell in cells.items() if cell.null))
        self.null = int.from_bytes(null, "little")
        self._blocks = [bytes(bits)]
        for start in range(0, len(ends) - self._step + 1, self._step):
            _turn(bits, self._rows[start : start + self._step])
            self._blocks.append(bytes(bits))
        self.known: dict[Value, int] = {}  # what was looked up before, by its stretch or its text

    def look_up(self, key: Value) -> int:
        """Return the bits of the rules whose cells a stretch passes, or the text that is the key."""
        stretch = key
        if self.kind[0] in _HASHED:
            at = bisect_left(self.points, key)
            stretch = 2 * at + (at < len(self.points) and self.points[at] == key)
        passed = bisect_right(self._ends, stretch)
        block = passed // self._step
        turned = bytearray(self._blocks[block])
        _turn(turned, self._rows[block * self._step : passed])
        bits = int.from_bytes(turned, "little")
        if len(self.known) * len(turned) * 8 < _MAX_KNOWN:
            self.known[key] = bits
        return bits


def _turn(bits: bytearray, rows: Iterable[int]) -> None:
    for row in rows:
        bits[row >> 3] ^= 1 << (row & 7)


def _stretches(cell: Cell, places: dict[Value, int], last: int) -> list[int]:
    """Return where a cell begins to hold, where it ceases, and so on, with the stretches counted up to the last."""
    spans = sorted(
        (0 if low is None else places[low] + after_low, last if high is None else places[high] + after_high)
        for low, after_low, high, after_high in cell.spans
    )
    ends: list[int] = []
    for first, end in spans:
        if first >= end:
            continue
        if ends and first <= ends[-1]:
            ends[-1] = max(end, ends[-1])
        else:
            ends += (first, end)
    return [0, *ends] if cell.negated else ends


class CellReader:
    """Reads the cells of a table that compare with constants; `own` are names that are values of the model there."""

    def __init__(self, vocabulary: Vocabulary, own: frozenset[str]) -> None:
        self._vocabulary = vocabulary
        self._own = own

    def read(self, text: str) -> Cell | None:
        """Read a cell; None where it may be more than comparisons."""
        try:
            tests = self._parse(text)
            parts = [self._part(test) for test in tests.tests] if tests is not None else []
        except (FeelSyntaxError, InvalidError):
            return None
        kinds = {kind for kind, _, _ in parts if kind is not None}
        if tests is None or len(kinds) > 1:
            return None
        spans = tuple(span for _, found, _ in parts for span in found)
        nulls = [null for _, _, null in parts]
        null = not any(nulls) and None not in nulls if tests.negated else any(nulls)
        return Cell(kinds.pop() if kinds else None, spans, tests.negated, null)

    def _parse(self, text: str) -> syntax.Tests | None:
        inner = text[4:-1] if text.startswith("not(") and text.endswith(")") else text
        tests = read_plain_tests(inner)
        if tests is not None:
            return syntax.Tests(tests.tests, inner is not text, 0)
        return parse_unary_tests(text, self._vocabulary) if '"' in text else None  # which constants of time have

    def _part(self, test: syntax.Node) -> tuple[Kind | None, Sequence[Span], bool | None]:
        """Return the kind of a test's constants, its intervals, and whether null passes (None: it has no order)."""
        if isinstance(test, syntax.RangeLiteral):
            (low, kind), (high, other) = self._constant(test.low), self._constant(test.high)
            if kind != other or kind is None:
                raise InvalidError("there is no such range")
            return kind, [(low, not test.low_closed, high, test.high_closed)], None
        operator, operand = "=", test
        if isinstance(test, (syntax.UnaryTest, syntax.ComparisonRange)):
            operator, operand = test.operator, test.operand if isinstance(test, syntax.UnaryTest) else test.bound
        point, kind = self._constant(operand)
        if operator not in ("=", "!=") and kind is None:
            raise InvalidError("there is no such order")
        if kind is None:  # null, which no value of the column is
            return None, [(None, False, None, False)] if operator == "!=" else [], operator == "="
        passes_null = None if isinstance(test, syntax.Literal) else _WITH_NULL.get(operator)
        return kind, _SPANS[operator](point), passes_null

    def _constant(self, node: syntax.Node) -> tuple[Value, Kind | None]:
        if isinstance(node, syntax.Call) and getattr(node.function, "name", "") in self._own:
            raise InvalidError("this is a function of the model")
        value = node.value if isinstance(node, syntax.Literal) else literal_value(node)
        if value is None:
            return None, None
        if type(value) not in _INDEXED:
            raise InvalidError("this has no order")
        return order_key(value), _kind_of(value)


_ZONED = frozenset(kind for kind in ORDERED if hasattr(kind, "utc_offset"))
_INDEXED = ORDERED | {bool}
_HASHED = frozenset({str, bool})
_WITH_NULL = {"=": False, "!=": True}
_SPANS: dict[str, Callable[[Value], Sequence[Span]]] = {
    "=": lambda point: [(point, False, point, True)],
    "!=": lambda point: [(None, False, point, False), (point, True, None, False)],
    "<": lambda point: [(None, False, point, False)],
    "<=": lambda point: [(None, False, point, True)],
    ">": lambda point: [(point, True, None, False)],
    ">=": lambda point: [(point, False, None, False)],
}
_KINDS: dict[type, Kind] = {kind: (kind, False) for kind in _INDEXED}


def _kind_of(value: Value) -> Kind:
    kind = type(value)
    return (kind, True) if kind in _ZONED and value.utc_offset is not None else _KINDS[kind]


def index_column(read: Iterable[tuple[int, Cell | None]], rules: int) -> tuple[ColumnIndex | None, set[int]]:
    """Make the index of a column where all its plain cells are of one kind; return the places of the others, too."""
    cells: dict[int, Cell] = {}
    others: set[int] = set()
    for at, cell in read:
        if cell is None:
            others.add(at)
        else:
            cells[at] = cell
    kinds = {cell.kind for cell in cells.values() if cell.kind is not None}
    if len(kinds) != 1:
        return None, {*others, *cells}
    return ColumnIndex(kinds.pop(), cells, rules), others
