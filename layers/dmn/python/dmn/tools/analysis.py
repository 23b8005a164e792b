"""Finds what is wrong with a decision table before it ships: gaps, overlaps, rules that cannot decide.

A rule is a hyper-rectangle over the segments of its columns, and a sweep from column to column finds where none or
several lie (Calvanese, Dumas, Laurson, Maggi, Montali, Teinemaa: Semantics, Analysis and Simplification of DMN Decision
Tables, 2018). Segments are bits, so that a rule's side in a column is an integer.
"""

from __future__ import annotations

import functools
import operator
import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from dmn.errors import LimitError
from dmn.feel import border, printing, syntax, values
from dmn.feel.compile.unary import compile_tests
from dmn.feel.parser import parse_unary_tests
from dmn.feel.types import IntegerType, ItemType, Type
from dmn.runtime import Limits, Run
from dmn.tools.domains import Segment, cut_domain, read_constants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dmn.feel.scope import Unit
    from dmn.model.loaded import Model
    from dmn.model.reader import Element
    from dmn.model.tables import Table

MAX_FINDINGS = 20
MAX_CELLS = 20_000
MAX_PAIRS = 500_000
MAX_EFFORT = 5_000_000  # rules times segments, over all sweeps of a table
MAX_SECONDS = 5.0
MAX_STATES = 20_000  # of one sweep; a table of some 30 rules over 6 inputs takes a tenth of them
_DECIMAL_COMMA = re.compile(r"\d,\d")
_SINGLE = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST"})


class Finding(NamedTuple):
    """Something that a table's author should look at.

    Attributes
    ----------
    severity : str
        `error`, or `warning` where the table still decides as written.
    kind : str
        gap, overlap, conflict, duplicate, subsumed, masked, unreachable, null-only, type, opaque, idle-test,
        unused-output, limit.
    table : str
        Id of the table's element.
    rules : tuple of int
        Rows, from 1.
    message : str
        In words, with an example.
    example : dict of str to object
        A value for each input of the table (by its expression) that shows it.
    """

    severity: str
    kind: str
    table: str
    rules: tuple[int, ...]
    message: str
    example: dict[str, object]


class Sheet:
    """A table as the analysis sees it: segments by column, and for each rule the bits of those that pass its tests."""

    def __init__(self, element: Element, table: Table, unit: Unit, declared: Mapping[str, Type]) -> None:
        self.element = element
        self.table = table
        self.unit = unit
        self.declared = declared  # types of the names that the decision requires
        self.rows = list(element.all("rule"))
        self.cells = [[cell.child_text("text") for cell in row.all("inputEntry")] for row in self.rows]
        self.findings: list[Finding] = []
        self.opaque: set[int] = set()
        self.exhausted = False  # the last sweep met more states than it may, and so proves nothing
        self.effort = MAX_EFFORT  # what all sweeps together may take
        self.run = Run(Limits(seconds=MAX_SECONDS))
        self.expects_null: list[bool] = []  # by column: a cell asks for null, so its author reckons with it
        self.columns: list[list[Segment]] = []
        self.columns = [self._cut(index) for index in range(len(table.inputs))]
        self.outputs = [
            tuple(entry.child_text("text").strip() for entry in row.all("outputEntry")) for row in self.rows
        ]
        size, cells = len(self.rows) * sum(map(len, self.columns)), len(self.rows) * len(self.columns)
        if size > MAX_EFFORT or cells > MAX_CELLS:
            self.opaque = set(range(len(self.rows)))
            self.report("warning", "limit", [], f"the table is too large to be analysed: {len(self.rows)} rules")
        self.masks = [self._mask(index) for index in range(len(self.rows))]

    def report(self, severity: str, kind: str, rules: Sequence[int], message: str, where: Sequence[int] = ()) -> None:
        example = {
            column.text: border.to_python(segments[at].sample)
            for column, segments, at in zip(self.table.inputs, self.columns, where, strict=False)
        }
        shown = ", ".join(f"{name} = {values.brief(border.from_python(v))}" for name, v in example.items())
        text = f"{message}, for example {shown}" if shown else message
        self.findings.append(Finding(severity, kind, self.element.id, tuple(rule + 1 for rule in rules), text, example))

    def _cut(self, index: int) -> list[Segment]:
        column, clause = self.table.inputs[index], list(self.element.all("input"))[index]
        allowed_text = ""
        listed = clause.first("inputValues")
        if listed is not None:
            allowed_text = listed.child_text("text")
        kind: Type = column.type
        self.expects_null.append(False)
        constants = list(read_constants(allowed_text, self.unit.vocabulary) or ())
        for text in (*_expectations(self.declared.get(column.text)), *_expectations(kind)):
            constants += read_constants(text, self.unit.vocabulary) or ()
        while isinstance(kind, ItemType):
            kind = kind.base
        constants = [value for value in constants if kind.accepts(value)]
        for number in range(len(self.rows)):
            text = self.cells[number][index]
            found = read_constants(text, self.unit.vocabulary)
            if found is None:
                self.opaque.add(number)
                self.report("warning", "opaque", [number], f"the test '{text.strip()}' is more than comparisons")
                continue
            for value in found:
                self.expects_null[index] |= value is None
                if value is not None and not (kind.accepts(value) or _bounds(value, kind)):
                    message = f"{values.brief(value)} can never be of type {kind.name}, the type of {column.text}"
                    self.report("error", "type", [number], message)
            constants += [value for value in found if kind.accepts(value) or _bounds(value, kind)]
        return cut_domain(constants, kind, lambda value: self._allowed(index, value))

    def _env(self) -> list[object]:
        return [self.run, *[None] * self.unit.scope.frame.size]

    def _allowed(self, index: int, value: object) -> bool:
        column = self.table.inputs[index]
        if column.allowed is not None and column.allowed(value, self._env()) is not True:
            return False
        kinds = (column.type, self.declared.get(column.text))
        return all(
            not isinstance(kind, ItemType) or not kind.plain.accepts(value) or kind.accepts(value) for kind in kinds
        )

    def _mask(self, number: int) -> tuple[int, ...]:
        sides = [(1 << len(segments)) - 1 for segments in self.columns]
        if number not in self.opaque:
            for column, test in self.table.rules[number].tests:
                passing = [test(segment.sample, self._env()) is True for segment in self.columns[column]]
                sides[column] &= sum(1 << at for at, passes in enumerate(passing) if passes)
        return tuple(sides)

    def alternatives(self, column: int, text: str) -> list[tuple[str, int]]:
        """Return each test of a cell as it prints, with the bits of the segments that pass it; none of a negation."""
        tests = parse_unary_tests(text, self.unit.vocabulary)
        found: list[tuple[str, int]] = []
        for node in () if tests.negated else tests.tests:
            test = compile_tests(syntax.Tests((node,), negated=False, start=0), self.unit)
            passing = [test(segment.sample, self._env()) is True for segment in self.columns[column]]
            found.append((printing.print_node(node), sum(1 << at for at, passes in enumerate(passing) if passes)))
        return found

    def beside_null(self, number: int) -> list[int]:
        """Return the sides of a rule, without null where its own cell does not ask for it."""
        asked = [
            any(value is None for value in read_constants(text, self.unit.vocabulary) or ())
            for text in self.cells[number]
        ]
        return [
            side if asks_null else side & ~(1 << len(segments) - 1)
            for side, segments, asks_null in zip(self.masks[number], self.columns, asked, strict=True)
        ]

    def clear(self) -> list[int]:
        """Return the rules that the analysis can read."""
        return [number for number in range(len(self.rows)) if number not in self.opaque]

    def expected(self) -> list[int]:
        """Return the sides of the area that rules have to cover: null belongs to it where a cell asks for null."""
        return [
            (1 << len(segments) - (not expects_null)) - 1
            for segments, expects_null in zip(self.columns, self.expects_null, strict=True)
        ]

    def uncovered(self, rules: Sequence[int], within: Sequence[int] | None = None) -> Iterator[tuple[int, ...]]:
        """Return places that no rule covers, one segment for each column, each for a whole area."""
        self.effort -= len(rules) * sum(map(len, self.columns))
        self.exhausted = self.effort < 0
        if self.exhausted:
            return
        seen: set[tuple[int, int]] = set()
        bounds = list(within or [(1 << len(segments)) - 1 for segments in self.columns])
        passing = [
            [sum(1 << rule for rule in rules if self.masks[rule][column] >> at & 1) for at in range(len(segments))]
            for column, segments in enumerate(self.columns)
        ]

        def sweep(column: int, active: int, place: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
            if not active:
                yield (*place, *(first_bit(side) for side in bounds[column:]))
                return
            if column == len(bounds) or (column, active) in seen or self.exhausted:
                return
            seen.add((column, active))
            self.exhausted = len(seen) > MAX_STATES
            previous: int | None = None
            for at in bits(bounds[column]):
                remaining = active & passing[column][at]
                if remaining != previous:  # neighbours that the same rules cover are one area
                    yield from sweep(column + 1, remaining, (*place, at))
                previous = remaining

        if all(bounds):
            yield from sweep(0, sum(1 << rule for rule in rules), ())


def _bounds(value: object, kind: Type) -> bool:
    """Tell whether a value that the type has not may yet be where a test divides its values, as 4.5 does integers."""
    return isinstance(kind, IntegerType) and type(value) is Decimal


def _expectations(kind: Type | None) -> Iterator[str]:
    """Return the allowed values of a type and of those that it is made from, as they are written."""
    while isinstance(kind, ItemType):
        yield kind.expectation
        kind = kind.base


def bits(mask: int) -> Iterator[int]:
    at = 0
    while mask >> at:
        if mask >> at & 1:
            yield at
        at += 1


def first_bit(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def analyse_model(model: Model) -> list[tuple[str, Sheet]]:
    """Analyse each decision table of a model; returns its owner's id and its sheet with the findings.

    Raises
    ------
    LimitError
        A cell goes too deep or takes too long.
    """
    try:
        return _analyse(model)
    except RecursionError:
        raise LimitError("a cell of a table goes too deep to be analysed") from None


def _analyse(model: Model) -> list[tuple[str, Sheet]]:
    sheets: list[tuple[str, Sheet]] = []
    for owner, element, table, unit in model.definitions.builder.tables:
        node = model.definitions.nodes.get(owner)
        declared = {required.variable: required.type for required in node.requires} if node is not None else {}
        sheet = Sheet(element, table, unit, declared)
        _find_unreachable(sheet)
        _find_idle_tests(sheet)
        _find_overlaps(sheet)
        _find_masked(sheet)
        _find_gaps(sheet)
        _find_unused_values(sheet)
        _find_unread_outputs(sheet, model, owner)
        sheets.append((owner, sheet))
    return sheets


def _find_unreachable(sheet: Sheet) -> None:
    for number in sheet.clear():
        if not all(sheet.masks[number]):
            column = sheet.table.inputs[sheet.masks[number].index(0)]
            message = f"rule {number + 1} can never match: no allowed value of {column.text} passes its test"
            sheet.report("error", "unreachable", [number], message)
        elif not all(sheet.beside_null(number)):
            column = sheet.table.inputs[sheet.beside_null(number).index(0)]
            message = f"rule {number + 1} matches only where {column.text} is null: no allowed value passes its test"
            sheet.report("warning", "null-only", [number], message)


def _find_idle_tests(sheet: Sheet) -> None:
    """Find alternatives in a cell that others cover, as the comma of `< 12,5` makes of a decimal."""
    for number in sheet.clear():
        for column, cell in enumerate(sheet.cells[number]):
            text = cell.strip()
            alternatives = sheet.alternatives(column, text) if "," in text else []
            for at, (test, passing) in enumerate(alternatives):
                others = functools.reduce(
                    operator.or_, (side for _, side in alternatives[:at] + alternatives[at + 1 :]), 0
                )
                if passing and passing & ~others == 0:
                    advice = "; a decimal is written with a point" if _DECIMAL_COMMA.search(text) else ""
                    message = f"in '{text}' of rule {number + 1} the test {test} adds nothing to the others{advice}"
                    sheet.report("warning", "idle-test", [number], message)
                    break


def _find_gaps(sheet: Sheet) -> None:
    has_default = any(output.default is not None for output in sheet.table.outputs)
    if sheet.table.policy not in _SINGLE or has_default or sheet.opaque:
        return
    for count, place in enumerate(sheet.uncovered(sheet.clear(), sheet.expected())):
        if count == MAX_FINDINGS:
            sheet.report("warning", "limit", [], f"more than {MAX_FINDINGS} gaps; the others are not listed")
            return
        sheet.report("error", "gap", [], "no rule matches", place)
    if sheet.exhausted:
        sheet.report("warning", "limit", [], "the table is too large to be searched whole; there may be more gaps")


def _find_overlaps(sheet: Sheet) -> None:
    rules = [number for number in sheet.clear() if all(sheet.masks[number])]
    told = len(sheet.findings)
    for position, second in enumerate(rules):
        if position * (position + 1) // 2 > MAX_PAIRS or len(sheet.findings) - told > MAX_FINDINGS:
            many = f"more than {MAX_FINDINGS} pairs of rules overlap, or there are too many to compare"
            sheet.report("warning", "limit", [], f"{many}; the others are not listed")
            return
        for first in rules[:position]:
            common = [a & b for a, b in zip(sheet.masks[first], sheet.masks[second], strict=True)]
            if all(common):
                _report_overlap(sheet, first, second, [first_bit(side) for side in common])


def _report_overlap(sheet: Sheet, first: int, second: int, where: list[int]) -> None:
    policy, pair = sheet.table.policy, (first, second)
    names = f"rules {first + 1} and {second + 1}"
    same_output = sheet.outputs[first] == sheet.outputs[second]
    if sheet.masks[first] == sheet.masks[second] and same_output:
        sheet.report("error" if policy == "UNIQUE" else "warning", "duplicate", pair, f"{names} are the same", where)
    elif policy == "UNIQUE":
        sheet.report("error", "overlap", pair, f"{names} both match under UNIQUE", where)
    elif policy == "ANY" and not same_output:
        sheet.report("error", "conflict", pair, f"{names} both match under ANY, with different outputs", where)
    elif same_output and policy in _SINGLE:
        for inner, outer in (pair, pair[::-1]):
            if all(a & ~b == 0 for a, b in zip(sheet.masks[inner], sheet.masks[outer], strict=True)):
                message = f"rule {inner + 1} is a part of rule {outer + 1} with the same output"
                sheet.report("warning", "subsumed", (inner, outer), message, where)
                break


def _find_masked(sheet: Sheet) -> None:
    """Find rules that never decide, since those before them, or of a higher priority, cover all their places."""
    if sheet.table.policy not in ("FIRST", "PRIORITY"):
        return
    by_priority = sheet.table.policy == "PRIORITY"
    ranks = [_rank(sheet, number) if by_priority else () for number in range(len(sheet.rows))]
    for number in sheet.clear():
        before = [
            other
            for other in sheet.clear()
            if (other < number if sheet.table.policy == "FIRST" else ranks[other] < ranks[number])
        ]
        mask = sheet.masks[number]
        reachable = not all(mask) or not before or next(sheet.uncovered(before, mask), None) is not None
        if sheet.exhausted and not reachable:
            message = f"the table is too large to tell whether rule {number + 1} and those after it ever decide"
            sheet.report("warning", "limit", [number], message)
            return
        kind = "come first" if sheet.table.policy == "FIRST" else "have a higher priority"
        if not reachable:
            sheet.report("error", "masked", [number], f"rule {number + 1} never decides: rules that {kind} cover it")
        elif all(mask) and before:
            _find_null_only(sheet, number, before, kind)


def _find_null_only(sheet: Sheet, number: int, before: Sequence[int], kind: str) -> None:
    """Report a rule that decides only where an input is null, although no cell of it says so."""
    known = sheet.beside_null(number)
    if all(known) and next(sheet.uncovered(before, known), None) is None and not sheet.exhausted:
        place = next(sheet.uncovered(before, sheet.masks[number]))
        nulls = [column for column, at in enumerate(place) if at == len(sheet.columns[column]) - 1]
        names = " or ".join(sheet.table.inputs[column].text for column in nulls)
        message = f"rule {number + 1} decides only where {names} is null: rules that {kind} cover all else"
        sheet.report("warning", "null-only", [number], message, place)


def _rank(sheet: Sheet, number: int) -> tuple[int, ...]:
    env = sheet._env()  # noqa: SLF001 - the two belong together
    cells = zip(sheet.table.outputs, sheet.table.rules[number].outputs, strict=True)
    placed = [(output.priorities, cell(env)) for output, cell in cells]
    return tuple(
        next((at for at, test in enumerate(tests) if test(value, env) is True), len(tests)) for tests, value in placed
    )


def _find_unread_outputs(sheet: Sheet, model: Model, owner: str) -> None:
    """Find outputs of a required decision that no decision which requires it reads."""
    root = model.definitions.document.root
    readers = [
        element
        for element in root.all("decision", "businessKnowledgeModel")
        if any(required.get("href") == f"#{owner}" for required in element.walk())
    ]
    if not readers or len(sheet.table.outputs) == 1:
        return
    texts = [node.text for element in readers for node in element.walk() if node.tag == "text"]
    node = model.definitions.nodes[owner]
    if any(text.strip() in (node.variable, node.id) for text in texts):
        return  # the whole context is handed on
    for output in sheet.table.outputs:
        if not any(output.name in text for text in texts):
            message = f"the output '{output.name}' is read by no decision that requires '{node.name}'"
            sheet.report("warning", "unused-output", [], message)


def _find_unused_values(sheet: Sheet) -> None:
    """Find values that an output allows and no rule gives."""
    for index, clause in enumerate(sheet.element.all("output")):
        listed = clause.first("outputValues")
        constants = read_constants(listed.child_text("text"), sheet.unit.vocabulary) if listed is not None else None
        default = clause.first("defaultOutputEntry")
        given = {row[index] for row in sheet.outputs} | ({default.child_text("text").strip()} if default else set())
        cells = [read_constants(text, sheet.unit.vocabulary) for text in given]
        if constants is None or None in cells:
            continue
        produced = [value for cell in cells for value in cell or ()]
        for value in constants:
            if not any(values.equals(value, other) for other in produced):
                message = f"the output value {values.to_text(value, nested=True)} is given by no rule"
                sheet.report("warning", "unused-output", [], message)
