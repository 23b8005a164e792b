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
from decimal import Decimal
from itertools import chain
from math import isqrt
from typing import TYPE_CHECKING

from dmn.errors import InvalidError
from dmn.feel.cells import constant_node, match_plain_tests, read_constant
from dmn.feel.library.ranges import literal_value
from dmn.feel.values import ORDERED, Value, order_key

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator

    from dmn.feel.compile.unary import Test

_MIN_ENDS = 64  # between two places where the bits are kept as a whole
_SHARED = 1024  # constants that are remembered while the cells of a column are read
_NONE = -1  # where a span has no bound
_MAX_KNOWN = 1 << 23  # bits that a column keeps of what was looked up before, which is a megabyte

type Tests = tuple[tuple[int, Test], ...]  # those of a rule that are not `-`, with their columns
type Kind = tuple[type, bool]  # of a value, and whether it has a zone
type Span = tuple[int, int]  # where it begins and where it ceases: before a constant (twice its number) or after it
type Cell = tuple[Kind | None, tuple[Span, ...], bool, bool]  # of its constants, its spans, if negated, if null passes


class TableIndex:
    """The columns that have an index, and by the number of a rule the tests that none of them covers."""

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

    def __init__(
        self, kind: Kind, points: list[Value], ends: list[int], asking: tuple[Iterable[int], Iterable[int]], rules: int
    ) -> None:
        """Sweep over the ends, each a stretch times the number of rules and the place of its rule.

        `asking` are the rules that ask something, and those of them that null passes.
        """
        self.kind = kind
        self.points = points
        ends.sort()
        self._ends = array("q", [end // rules for end in ends])
        self._rows = array("q", [end % rules for end in ends])
        self._step = max(_MIN_ENDS, isqrt(len(ends)))
        bits = bytearray(((1 << rules) - 1).to_bytes(rules // 8 + 1, "little"))  # who asks nothing passes anywhere
        _turn(bits, asking[0])
        with_null = bytearray(bits)
        _turn(with_null, asking[1])
        self.null = int.from_bytes(with_null, "little")
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


class CellReader:
    """Reads the cells of a column that compare with constants; `own` are names that are values of the model there.

    The constants are numbered as they come, so that none is hashed; one that comes again soon is read once.
    """

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own
        self.points: list[Value] = []
        self._known: dict[str, tuple[int, Kind | None]] = {}

    def read(self, text: str) -> Cell | None:
        """Read a cell; None where it may be more than comparisons with constants of one kind."""
        matched = match_plain_tests(text)
        if matched is None:
            return None
        negated, tests = matched
        try:
            if len(tests) == 1 and not negated:
                kind, spans, null = self._part(tests[0])
                return kind, spans, False, null is True
            parts = [self._part(test) for test in tests]
        except InvalidError:
            return None
        kinds = {kind for kind, _, _ in parts if kind is not None}
        nulls = [null for _, _, null in parts]
        null = not any(nulls) and None not in nulls if negated else any(nulls)
        spans = tuple([span for _, found, _ in parts for span in found])
        return (kinds.pop() if kinds else None, spans, negated, null) if len(kinds) <= 1 else None

    def _part(self, test: re.Match[str]) -> tuple[Kind | None, tuple[Span, ...], bool | None]:
        """Return the kind of a test's constants, its intervals, and whether null passes (None: it has no order)."""
        operator, operand, constant, opening, low_text, high_text, closing = test.groups()
        if opening is not None:
            (low, kind), (high, other) = self._constant(low_text), self._constant(high_text)
            if kind != other or kind is None or kind[0] is bool:
                raise InvalidError("there is no such range")
            return kind, ((2 * low + (opening != "["), 2 * high + (closing == "]")),), None
        number, kind = self._constant(constant or operand)
        operator = operator or "="
        if operator not in ("=", "!=") and (kind is None or kind[0] is bool):
            raise InvalidError("there is no such order")
        if kind is None:  # null, which no value of the column is
            return None, ((_NONE, _NONE),) if operator == "!=" else (), operator == "="
        return kind, _SPANS[operator](2 * number), None if constant else _WITH_NULL.get(operator)

    def _constant(self, text: str) -> tuple[int, Kind | None]:
        """Return the number of a constant, and its kind, which null has not."""
        known = self._known.get(text)
        if known is None:
            if text[-1] == ")" and text.partition("(")[0] in self._own:
                raise InvalidError("this is a function of the model")
            value = literal_value(constant_node(text)) if text[-1] == ")" or text[0] == "@" else read_constant(text)
            if len(self._known) == _SHARED:
                self._known.clear()
            known = self._known[text] = len(self.points), None if value is None else _kind_of(value)
            self.points.append(value if type(value) is Decimal else order_key(value))
        return known


_ZONED = frozenset(kind for kind in ORDERED if hasattr(kind, "utc_offset"))
_INDEXED = ORDERED | {bool}
_HASHED = frozenset({str, bool})
_WITH_NULL = {"=": False, "!=": True}
_SPANS: dict[str, Callable[[int], tuple[Span, ...]]] = {
    "=": lambda before: ((before, before + 1),),
    "!=": lambda before: ((_NONE, before), (before + 1, _NONE)),
    "<": lambda before: ((_NONE, before),),
    "<=": lambda before: ((_NONE, before + 1),),
    ">": lambda before: ((before + 1, _NONE),),
    ">=": lambda before: ((before, _NONE),),
}
_KINDS: dict[type, Kind] = {kind: (kind, False) for kind in _INDEXED}


def _kind_of(value: Value) -> Kind:
    kind = type(value)
    return (kind, True) if kind in _ZONED and value.utc_offset is not None else _KINDS[kind]


def index_column(
    read: Iterable[tuple[int, Cell | None]], points: list[Value], rules: int
) -> tuple[ColumnIndex | None, set[int]]:
    """Make the index of a column where all its plain cells are of one kind; return the places of the others, too."""
    others: set[int] = set()
    asking, null, negated = array("q"), array("q"), array("q")
    rows, starts, stops = array("q"), array("q"), array("q")  # of the spans of all cells
    kinds: set[Kind] = set()
    for at, cell in read:
        if cell is None:
            others.add(at)
            continue
        kind, spans, is_negated, passes_null = cell
        if kind is not None:
            kinds.add(kind)
        asking.append(at)
        if passes_null:
            null.append(at)
        if is_negated:
            negated.append(at)
        for start, stop in spans:
            rows.append(at)
            starts.append(start)
            stops.append(stop)
    if len(kinds) != 1:
        return None, {*others, *asking}
    ordered: list[Value] = []
    places = [0] * (2 * len(points) + 1)  # by where a span begins or ceases; the last is that of _NONE
    for number in sorted({end >> 1 for end in chain(starts, stops)} - {_NONE}, key=points.__getitem__):
        if not ordered or points[number] != ordered[-1]:
            ordered.append(points[number])
        places[2 * number : 2 * number + 2] = 2 * len(ordered) - 1, 2 * len(ordered)
    firsts = array("q", [places[start] for start in starts])
    places[_NONE] = 2 * len(ordered) + 1
    found = sorted(zip(rows, firsts, (places[stop] for stop in stops), strict=True))
    ends = [stretch * rules + at for at, first, last in _joined(found) for stretch in (first, last)]
    return ColumnIndex(kinds.pop(), ordered, [*ends, *negated], (asking, null), rules), others


def _joined(found: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Join the spans of a rule that meet, and leave those out that hold nothing."""
    row, first, last = 0, 0, 0
    for at, start, stop in found:
        if at == row and start <= last:
            last = max(last, stop)
            continue
        if first < last:
            yield row, first, last
        row, first, last = at, start, stop
    if first < last:
        yield row, first, last
